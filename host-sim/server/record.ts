import { maskPan } from '../../terminal-core/domain/pan.ts';
import type { HostRequest } from './request.ts';
import { customerCodeOf } from './wire.ts';

/** Never kept, not even masked: tracks, PIN block, security control, MAC, keys. */
const LEFT_OUT: ReadonlySet<number> = new Set([35, 36, 52, 53, 55, 62, 64]);

/** DE4 of a record: what was asked for, which a partial approval was less than. */
export function amountAsked(record: string): number | undefined {
  // Written by recordOf and by nobody else.
  const amount = (JSON.parse(record) as Readonly<Record<string, string>>)['4'];
  return amount === undefined ? undefined : Number(amount);
}

/** A request as it may be kept and shown: JSON of its fields, the card number masked, nothing secret. */
export function recordOf(request: Pick<HostRequest, 'mti' | 'fields' | 'pan'>): string {
  const shown: Record<string, string> = { mti: request.mti };
  for (const [field, value] of Object.entries(request.fields)) {
    if (LEFT_OUT.has(Number(field)) || field === '2') continue;
    shown[field] = typeof value === 'string' ? value : Buffer.from(value).toString('hex').toUpperCase();
  }
  // A batch upload has card numbers inside DE48; its records are kept one by one, masked.
  if (request.mti === '0320' && shown['48'] !== undefined) shown['48'] = `${shown['48'].slice(0, 4)}…`;
  // A replacement has the number of the new card there.
  if (shown['3'] === '930000' && shown['48'] !== undefined) shown['48'] = maskPan(shown['48']);
  // A customer's code can look like a card number; its wallet and its end are enough to find it by.
  const code = customerCodeOf(shown['59']);
  if (code !== undefined) shown['59'] = `CC ${code.slice(0, 2)}…${code.slice(-4)}`;
  if (request.pan) shown['2'] = maskPan(request.pan.reveal());
  return JSON.stringify(shown);
}
