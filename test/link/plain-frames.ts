import { randomBytes } from 'node:crypto';
import type { MatchKey } from '../../terminal-core/host-link/index.ts';
import type { Clock, Random } from '../../terminal-core/ports/clock.ts';

/** Frames that a reader of a failing test can read; the link itself sees keys only, whatever the codec. */
export interface PlainFrame {
  readonly mti: string;
  readonly stan: string;
  readonly amount?: string;
  readonly terminalId?: string;
  readonly responseCode?: string;
  /** Makes a frame as long as a test wants it. */
  readonly fill?: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function plainFrame(fields: PlainFrame): Uint8Array {
  const { mti, stan, amount = '000000001000', terminalId = 'TERM0001', responseCode = '', fill = 0 } = fields;
  return encoder.encode([mti, stan, amount, terminalId, responseCode, 'x'.repeat(fill)].join('|'));
}

export function readPlainFrame(frame: Uint8Array): Required<Omit<PlainFrame, 'fill'>> | undefined {
  const [mti, stan, amount, terminalId, responseCode, fill] = decoder.decode(frame).split('|');
  if (mti === undefined || stan === undefined || amount === undefined || terminalId === undefined)
    return undefined;
  if (responseCode === undefined || fill === undefined || !/^\d{4}$/.test(mti)) return undefined;
  return { mti, stan, amount, terminalId, responseCode };
}

export function readPlainKey(frame: Uint8Array): MatchKey | undefined {
  const fields = readPlainFrame(frame);
  if (fields === undefined) return undefined;
  const { mti, stan, amount, terminalId } = fields;
  return { mti, stan, amount, terminalId, processingCode: '000000', merchantId: 'MERCHANT0000001' };
}

/** The answer an honest host gives. */
export function plainAnswer(request: Uint8Array, changes: Partial<PlainFrame> = {}): Uint8Array {
  const fields = readPlainFrame(request);
  if (fields === undefined) throw new Error('the test sent a frame that is not one of its own');
  const mti = String(Number(fields.mti) + 10).padStart(4, '0');
  return plainFrame({ ...fields, mti, responseCode: '00', ...changes });
}

export function sixDigits(value: number): string {
  return String(value).padStart(6, '0');
}

export const realClock: Pick<Clock, 'nowMs'> = { nowMs: () => Date.now() };
export const realRandom: Random = { bytes: (length) => randomBytes(length) };
