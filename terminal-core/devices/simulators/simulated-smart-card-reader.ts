import type {
  ApduOutcome,
  SlotRole,
  SmartCard,
  SmartCardEvent,
  SmartCardReader,
  SmartCardSlot,
} from '../../ports/smart-card.ts';
import { APDU_LENGTH_MAX } from '../../ports/smart-card.ts';
import type { Chip } from '../../purse/simulator/index.ts';
import { Listeners } from '../listeners.ts';
import type { ReconnectDelays } from '../managed-device.ts';
import { SimulatedDevice } from './simulated-device.ts';

interface Slot {
  readonly slotId: string;
  readonly role: SlotRole;
  chip: Chip | undefined;
  card: PoweredCard | undefined;
}

/** One slot for the customer and one for the PSAM. */
const USUAL_SLOTS = [
  { slotId: 'card', role: 'customer' },
  { slotId: 'sam', role: 'sam' },
] as const;

/**
 * A reader of chip cards for demonstrations and tests: chips are put in and pulled out by a call, and a chip that tears
 * itself away is out, as if someone had taken it.
 */
export class SimulatedSmartCardReader extends SimulatedDevice implements SmartCardReader {
  readonly #events = new Listeners<SmartCardEvent>();
  readonly #slots: readonly Slot[];

  constructor(options: {
    readonly deviceId: string;
    readonly slots?: readonly { readonly slotId: string; readonly role: SlotRole }[];
    readonly reconnect?: ReconnectDelays;
  }) {
    super({ ...options, kind: 'smart-card-reader' });
    const slots = options.slots ?? USUAL_SLOTS;
    this.#slots = slots.map((slot) => ({ ...slot, chip: undefined, card: undefined }));
    this.onStatus(({ state }) => {
      for (const slot of this.#slots) {
        if (state === 'ready') this.#powerOn(slot);
        else this.#powerOff(slot);
      }
    });
  }

  slots(): readonly SmartCardSlot[] {
    if (this.status().state !== 'ready') return [];
    return this.#slots.map(({ slotId, role, card }) => ({ slotId, role, card }));
  }

  onCard(listener: (event: SmartCardEvent) => void): () => void {
    return this.#events.add(listener);
  }

  /** Puts a chip in; what was in the slot is taken out first. @throws RangeError for a slot that is not there. */
  insert(slotId: string, chip: Chip): void {
    const slot = this.#slot(slotId);
    this.remove(slotId);
    slot.chip = chip;
    if (this.status().state === 'ready') this.#powerOn(slot);
  }

  /** Takes the chip out, if there is one. @throws RangeError for a slot that is not there. */
  remove(slotId: string): void {
    const slot = this.#slot(slotId);
    this.#powerOff(slot);
    slot.chip = undefined;
  }

  #slot(slotId: string): Slot {
    const slot = this.#slots.find((candidate) => candidate.slotId === slotId);
    if (slot === undefined) throw new RangeError(`${this.deviceId} has no slot ${JSON.stringify(slotId)}`);
    return slot;
  }

  #powerOn(slot: Slot): void {
    if (slot.chip === undefined) return;
    slot.chip.reset();
    const card = new PoweredCard(slot.chip, () => this.remove(slot.slotId));
    slot.card = card;
    this.#events.emit({ kind: 'inserted', ...this.#named(slot), card });
  }

  #powerOff(slot: Slot): void {
    const { card } = slot;
    if (card === undefined) return;
    card.powerOff();
    slot.card = undefined;
    this.#events.emit({ kind: 'removed', ...this.#named(slot), card });
  }

  #named({ slotId, role }: Slot): { deviceId: string; slotId: string; role: SlotRole } {
    return { deviceId: this.deviceId, slotId, role };
  }
}

/** A chip from its insertion to its removal. */
class PoweredCard implements SmartCard {
  readonly atr: Uint8Array;
  readonly #chip: Chip;
  readonly #onTorn: () => void;
  #isPowered = true;

  constructor(chip: Chip, onTorn: () => void) {
    this.atr = chip.atr;
    this.#chip = chip;
    this.#onTorn = onTorn;
  }

  powerOff(): void {
    this.#isPowered = false;
  }

  async transmit(apdu: Uint8Array): Promise<ApduOutcome> {
    if (apdu.length < 4 || apdu.length > APDU_LENGTH_MAX)
      throw new RangeError(`A command has 4 to ${APDU_LENGTH_MAX} bytes, not ${apdu.length}`);
    if (!this.#isPowered) return { kind: 'no-answer', detail: 'the card was removed' };
    const { kind, bytes } = this.#chip.process(apdu);
    if (kind === 'torn') {
      this.#onTorn();
      return { kind: 'no-answer', detail: `the card was removed after ${bytes.length} bytes of its answer` };
    }
    const [sw1 = 0, sw2 = 0] = bytes.subarray(-2);
    return { kind: 'response', data: bytes.subarray(0, -2), statusWord: (sw1 << 8) | sw2 };
  }
}
