import { fromHex, toHex } from '../crypto/bytes.ts';
import type { ApduOutcome, SmartCard } from '../ports/smart-card.ts';

/** A card that gives set answers in order (hex with the status word, or `undefined` for none) and keeps what it was sent. */
export class ScriptedCard implements SmartCard {
  readonly atr: Uint8Array;
  readonly sent: string[] = [];
  readonly #answers: (string | undefined)[];

  constructor(answers: readonly (string | undefined)[], atr = '3B00') {
    this.#answers = [...answers];
    this.atr = fromHex(atr, 'atr');
  }

  transmit(apdu: Uint8Array): Promise<ApduOutcome> {
    this.sent.push(toHex(apdu));
    const answer = this.#answers.shift();
    if (answer === undefined) return Promise.resolve({ kind: 'no-answer', detail: 'scripted silence' });
    const bytes = fromHex(answer, 'answer');
    return Promise.resolve({
      kind: 'response',
      data: bytes.subarray(0, -2),
      statusWord: Number.parseInt(answer.slice(-4), 16),
    });
  }
}
