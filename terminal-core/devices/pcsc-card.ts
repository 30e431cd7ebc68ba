import { setTimeout as sleep } from 'node:timers/promises';
import { APDU_LENGTH_MAX, type ApduOutcome, type SmartCard } from '../ports/smart-card.ts';
import type { PcscHandle } from './pcsc-api.ts';
import { describeError } from './problem-text.ts';

/** A purse answers within a second; what is silent for longer is broken. */
export const APDU_TIMEOUT_MS = 10_000;

/**
 * A card in a PC/SC reader. The first command that brings no answer ends it: whatever the card did, its session is not
 * to be trusted any more, and it is connected to anew.
 */
export class PcscCard implements SmartCard {
  readonly atr: Uint8Array;
  readonly #handle: PcscHandle;
  readonly #timeoutMs: number;
  readonly #onLost: () => void;
  /** Commands wait for one another. */
  #tail: Promise<unknown> = Promise.resolve();
  /** The driver's own call, which goes on after a timeout. */
  #underWay: Promise<unknown> = Promise.resolve();
  #lostBy: string | undefined;

  constructor(handle: PcscHandle, options: { readonly timeoutMs: number; readonly onLost: () => void }) {
    this.atr = handle.atr;
    this.#handle = handle;
    this.#timeoutMs = options.timeoutMs;
    this.#onLost = options.onLost;
  }

  /** True from the first command without an answer on. */
  get isLost(): boolean {
    return this.#lostBy !== undefined;
  }

  transmit(apdu: Uint8Array): Promise<ApduOutcome> {
    if (apdu.length < 4 || apdu.length > APDU_LENGTH_MAX)
      return Promise.reject(
        new RangeError(`A command has 4 to ${APDU_LENGTH_MAX} bytes, not ${apdu.length}`),
      );
    const outcome = this.#tail.then(() => this.#send(apdu));
    this.#tail = outcome;
    return outcome;
  }

  /** Lets go of the card once the driver is through with it. Never rejects. */
  async release(why: string): Promise<void> {
    this.#lostBy ??= why;
    await this.#underWay;
    this.#handle.release();
  }

  async #send(apdu: Uint8Array): Promise<ApduOutcome> {
    if (this.#lostBy !== undefined) return { kind: 'no-answer', detail: this.#lostBy };
    const outcome = await this.#outcomeOf(this.#handle.transmit(apdu));
    if (outcome.kind === 'no-answer') {
      this.#lostBy ??= outcome.detail;
      this.#onLost();
    }
    return outcome;
  }

  async #outcomeOf(answering: Promise<Uint8Array>): Promise<ApduOutcome> {
    this.#underWay = answering.catch(() => undefined);
    const patience = new AbortController();
    const silence = sleep(this.#timeoutMs, undefined, { signal: patience.signal }).catch(() => undefined);
    try {
      const answer = await Promise.race([answering, silence]);
      if (answer === undefined) return noAnswer(`no answer within ${this.#timeoutMs} ms`);
      const [sw1, sw2] = answer.subarray(-2);
      if (sw1 === undefined || sw2 === undefined) return noAnswer(`an answer of ${answer.length} bytes`);
      return { kind: 'response', data: answer.subarray(0, -2), statusWord: (sw1 << 8) | sw2 };
    } catch (error) {
      return noAnswer(describeError(error));
    } finally {
      patience.abort();
    }
  }
}

function noAnswer(detail: string): ApduOutcome {
  return { kind: 'no-answer', detail };
}
