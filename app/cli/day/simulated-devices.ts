import type { TillService } from '../../../terminal-core/api/service.ts';
import { SimulatedPrinter, SimulatedSmartCardReader } from '../../../terminal-core/devices/index.ts';
import { psamProfile } from '../../../terminal-core/purse/index.ts';
import {
  DEMO_PURSE_ISSUER,
  demoPsam,
  demoPurseCard,
  psamState,
  purseCardState,
  simulatedPsam,
  simulatedPurseCard,
  type Tear,
} from '../../../terminal-core/purse/simulator/index.ts';
import { systemRandom } from '../../../terminal-core/runtime/system.ts';
import type { TillDevices } from '../../../terminal-core/runtime/till/till-ports.ts';
import { chipFile } from '../card/chip-file.ts';

/** Where the simulated purse card and its PSAM keep what they know: they outlive the terminal's process. */
export interface SimulatedFiles {
  readonly purseFile: string;
  readonly psamFile: string;
  /** Which purse and which PSAM of the demo issuer they are. */
  readonly number: number;
}

/** What a person does at the devices. `tear`: the card is pulled away at that command. */
export type AtDevice =
  | { readonly does: 'take-out-paper' | 'put-in-paper' | 'take-out-purse' }
  | { readonly does: 'put-in-purse'; readonly tear?: Tear };

/** On a purse when it is new. */
export const DEMO_PURSE_MINOR = 100_00;
/** Turns of the event loop until a card that was put in has said who it is. */
const RECOGNISED_TURNS_MAX = 1_000;

/** A printer and a reader for chip cards, with nobody's hands but the parent's. */
export function simulatedDevices(files: SimulatedFiles): {
  readonly devices: Pick<TillDevices, 'printer' | 'purses'>;
  /** @returns the `purseRef` of a purse that was put in, otherwise nothing. */
  act(what: AtDevice, service: TillService): Promise<string>;
} {
  const printer = new SimulatedPrinter({ deviceId: 'printer-1' });
  const reader = new SimulatedSmartCardReader({ deviceId: 'chip-1' });
  const purse = simulatedPurseCard({
    store: chipFile(
      files.purseFile,
      demoPurseCard(files.number, { balanceMinor: DEMO_PURSE_MINOR }),
      (json) => purseCardState.parse(json),
    ),
    random: systemRandom,
  });
  const psam = simulatedPsam({
    store: chipFile(files.psamFile, demoPsam(files.number), (json) => psamState.parse(json)),
  });
  reader.insert('sam', psam);
  return {
    devices: {
      printer,
      purses: { readers: [reader], issuers: [DEMO_PURSE_ISSUER], psamProfile: psamProfile.parse({}) },
    },
    async act(what, service) {
      switch (what.does) {
        case 'take-out-paper':
          printer.takeOutPaper();
          return '';
        case 'put-in-paper':
          printer.putInPaper();
          return '';
        case 'take-out-purse':
          reader.remove('card');
          return '';
        case 'put-in-purse': {
          reader.remove('card');
          reader.insert('card', purse);
          const purseRef = await recognised(service);
          if (what.tear) purse.tearAt(what.tear);
          return purseRef;
        }
      }
    },
  };
}

/** The card was put in; what it left open is settled, too, when it answers. */
async function recognised(service: TillService): Promise<string> {
  for (let turn = 0; turn < RECOGNISED_TURNS_MAX; turn += 1) {
    const handle = await service.purseBalance();
    if (handle.kind === 'purse' && service.status().purse?.psamReady === true) return handle.purseRef;
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  }
  throw new Error('The purse was not recognised');
}
