import { STAN_MAX } from '../../terminal-core/domain/identifiers.ts';
import type { HostConnection } from '../../terminal-core/host-link/index.ts';
import { encodeFrame } from '../../terminal-core/host-link/index.ts';
import { cup, decode, encode } from '../../terminal-core/iso8583/index.ts';
import type { FaultRule } from './fault.ts';

/** Where the header's processing request is, in an answer without its length: its nibble is the low one. */
const PROCESSING_REQUEST_BYTE = 7;
const MAC_BYTES = 8;
const SLOW_DRIP_PIECE_BYTES = 8;

/**
 * Sends an answer that is booked and recorded, spoilt as the rules say.
 * @returns the answer that is still to be sent in the usual way, or undefined when there is none.
 */
export async function sendWithFaults(
  answer: Uint8Array,
  how: {
    readonly rules: readonly FaultRule[];
    readonly connection: HostConnection;
    readonly sleep: (durationMs: number) => Promise<void>;
  },
): Promise<Uint8Array | undefined> {
  const { connection, rules, sleep } = how;
  let bytes: Uint8Array = answer;
  for (const rule of rules) {
    switch (rule.kind) {
      case 'delay':
        await sleep(rule.delayMs ?? 0);
        break;
      case 'wrong-mac':
        bytes = changed(bytes, bytes.length - MAC_BYTES);
        break;
      case 'corrupt-byte':
        bytes = changed(bytes, Math.floor(bytes.length / 2));
        break;
      case 'processing-request':
        bytes = bytes.slice();
        bytes[PROCESSING_REQUEST_BYTE] =
          ((bytes[PROCESSING_REQUEST_BYTE] ?? 0) & 0xf0) | (rule.processingRequest ?? 0);
        break;
      case 'wrong-answer':
        bytes = underAnotherNumber(bytes);
        break;
      case 'duplicate-answer':
        connection.send(bytes);
        break;
      case 'no-answer-after-booking':
        return undefined;
      case 'close-in-the-middle': {
        const frame = encodeFrame(bytes);
        connection.sendRaw(frame.subarray(0, Math.floor(frame.length / 2)));
        // Half of it must have left before the connection goes.
        await sleep(rule.delayMs ?? 20);
        connection.destroy();
        return undefined;
      }
      case 'slow-drip': {
        const frame = encodeFrame(bytes);
        for (let at = 0; at < frame.length; at += SLOW_DRIP_PIECE_BYTES) {
          connection.sendRaw(frame.subarray(at, at + SLOW_DRIP_PIECE_BYTES));
          await sleep(rule.delayMs ?? 20);
        }
        return undefined;
      }
      case 'decline':
      case 'no-answer-before-booking':
      case 'partial-approval':
      case 'restart':
      case 'unbalanced-settlement':
        // Done elsewhere: before or while it was handled, or to the whole server.
        break;
    }
  }
  return bytes;
}

function changed(bytes: Uint8Array, at: number): Uint8Array {
  const result = bytes.slice();
  // ASCII and BCD stay what they are: a digit becomes another digit, so that only the MAC can tell.
  result[at] = (result[at] ?? 0) ^ 0x01;
  return result;
}

/** Everything is right but the number: DE11 is one higher. */
function underAnotherNumber(bytes: Uint8Array): Uint8Array {
  const decoded = decode(cup, bytes);
  if (!decoded.ok) throw new Error(`Our own answer cannot be read: ${decoded.error.message}`);
  const { fields } = decoded.message;
  const stan = String((Number(fields[11]) % STAN_MAX) + 1).padStart(6, '0');
  const encoded = encode(cup, { ...decoded.message, fields: { ...fields, 11: stan } });
  if (!encoded.ok) throw new Error(`The wrong answer cannot be written: ${encoded.error.message}`);
  return encoded.bytes;
}
