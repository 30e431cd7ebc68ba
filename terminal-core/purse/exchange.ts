import { concatBytes } from '../crypto/bytes.ts';
import type { ApduOutcome, SmartCard } from '../ports/smart-card.ts';
import { type CommandApdu, encodeApdu } from './apdu.ts';
import { hexWord, STATUS_OK } from './status-words.ts';

/** GET RESPONSE after GET RESPONSE at most; a card that goes on is broken. */
export const GET_RESPONSE_MAX = 8;

/**
 * One command and its whole answer: follows 61xx (fetch xx more bytes) and 6Cxx (ask again for xx bytes), which readers
 * of the T=0 protocol hand through. The only place that knows of them.
 *
 * A refusal has no data before its status word. One that has is the front part of a longer answer, whose last bytes only
 * look like a status word; that is `no-answer`, too.
 *
 * A card that has said 61xx has acted. If its answer cannot be fetched then, that is `no-answer` and never the refusal
 * that the fetching met: taking that for a refusal would give a debited card no goods.
 */
export async function exchange(card: SmartCard, command: CommandApdu): Promise<ApduOutcome> {
  let outcome = await card.transmit(encodeApdu(command));
  // 6Cxx says that nothing was done but for the length: the command may be repeated, once.
  const wanted = lowByteAfter(outcome, 0x6c);
  if (wanted !== undefined)
    outcome = await card.transmit(encodeApdu({ ...command, expectedBytes: wanted || 256 }));
  if (lowByteAfter(outcome, 0x61) !== undefined) return fetchWaiting(card, outcome, command.head[0]);
  return isCutShort(outcome) ? lost(`${outcome.data.length} bytes that end in no status word`) : outcome;
}

function isCutShort(outcome: ApduOutcome): outcome is ApduOutcome & { kind: 'response' } {
  return outcome.kind === 'response' && outcome.statusWord !== STATUS_OK && outcome.data.length > 0;
}

async function fetchWaiting(card: SmartCard, first: ApduOutcome, cla: number): Promise<ApduOutcome> {
  const parts: Uint8Array[] = [];
  let outcome = first;
  for (let round = 0; ; round += 1) {
    if (outcome.kind === 'no-answer') return outcome;
    parts.push(outcome.data);
    if (outcome.statusWord === STATUS_OK) return { ...outcome, data: concatBytes(...parts) };
    const waiting = lowByteAfter(outcome, 0x61);
    if (waiting === undefined)
      return lost(`GET RESPONSE was answered ${hexWord(outcome.statusWord)} after the card had acted`);
    if (round === GET_RESPONSE_MAX)
      return lost(`the card asks for more than ${GET_RESPONSE_MAX} GET RESPONSE`);
    outcome = await getResponse(card, waiting, cla);
  }
}

async function getResponse(card: SmartCard, waiting: number, cla: number): Promise<ApduOutcome> {
  // Secure messaging and proprietary classes are not GET RESPONSE's: it is an inter-industry command.
  const head = [cla & 0x03, 0xc0, 0x00, 0x00] as const;
  const outcome = await card.transmit(encodeApdu({ head, expectedBytes: waiting || 256 }));
  const wanted = lowByteAfter(outcome, 0x6c);
  if (wanted === undefined) return outcome;
  return card.transmit(encodeApdu({ head, expectedBytes: wanted || 256 }));
}

function lowByteAfter(outcome: ApduOutcome, highByte: number): number | undefined {
  if (outcome.kind === 'no-answer' || outcome.statusWord >> 8 !== highByte) return undefined;
  return outcome.statusWord & 0xff;
}

function lost(detail: string): ApduOutcome {
  return { kind: 'no-answer', detail };
}
