import type { Random } from '../../ports/clock.ts';
import { type PurseCardSession, purseApplet } from './card-applet.ts';
import type { PurseCardState } from './card-state.ts';
import { type ChipStore, memoryStore, SimulatedChip } from './chip.ts';
import { type PsamSession, type PsamState, psamApplet } from './psam-applet.ts';

export { type IssuerKeys, type PurseCardState, personalise, purseCardState } from './card-state.ts';
export {
  type Chip,
  type ChipAnswer,
  type ChipStore,
  memoryStore,
  type Tear,
  type TearPoint,
} from './chip.ts';
export { DEMO_PURSE_ISSUER, DEMO_PURSE_KEYS, demoPsam, demoPurseCard } from './demo-issuer.ts';
export { type PsamState, psamState } from './psam-applet.ts';

export type SimulatedPurseCard = SimulatedChip<PurseCardState, PurseCardSession>;
export type SimulatedPsam = SimulatedChip<PsamState, PsamSession>;

/** T=1, no interface bytes but the protocol's, historical bytes "HF". */
const ATR_T1 = Uint8Array.of(0x3b, 0x82, 0x01, 0x48, 0x46, 0x8d);
/** T=0, historical bytes "HF". */
const ATR_T0 = Uint8Array.of(0x3b, 0x02, 0x48, 0x46);

interface ChipChoices<State> {
  readonly store: ChipStore<State>;
  readonly protocol?: 't0' | 't1';
}

/** A purse card on a store. */
export function simulatedPurseCard(
  options: ChipChoices<PurseCardState> & { readonly random: Random },
): SimulatedPurseCard {
  return chip(options, purseApplet(options.random));
}

/** A PSAM on a store. */
export function simulatedPsam(options: ChipChoices<PsamState>): SimulatedPsam {
  return chip(options, psamApplet);
}

/** Another card with the same memory, as a thief makes it: from here on the two know nothing of each other. */
export function cloneCard(card: SimulatedPurseCard, random: Random): SimulatedPurseCard {
  return simulatedPurseCard({ store: memoryStore(card.state), random });
}

function chip<State, Session>(
  { store, protocol = 't1' }: ChipChoices<State>,
  applet: ConstructorParameters<typeof SimulatedChip<State, Session>>[0]['applet'],
): SimulatedChip<State, Session> {
  return new SimulatedChip({ atr: protocol === 't0' ? ATR_T0 : ATR_T1, store, applet, protocol });
}
