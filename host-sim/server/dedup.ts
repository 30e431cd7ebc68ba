import { createHash } from 'node:crypto';
import { bytesOf, type HostRequest, textOf } from './request.ts';
import { customerCodeOf } from './wire.ts';

/** What two messages must share to be the same message, besides the key; texts as they were sent. */
const SIGNIFICANT_FIELDS = [3, 4, 12, 13, 37, 48, 49, 60, 61] as const;

/**
 * SHA-256 over what makes a message itself. Not its MAC (a repeat after a new sign-on has another one), not its PIN
 * block, and not DE39: the reason of a reversal may change while it is repeated.
 */
export function requestDigest(request: HostRequest): string {
  const hash = createHash('sha256');
  const parts = [
    request.mti,
    request.stan,
    request.terminalId,
    request.merchantId,
    request.pan?.reveal() ?? '',
  ];
  const code = customerCodeOf(textOf(request, 59));
  if (code !== undefined) parts.push(code);
  for (const field of SIGNIFICANT_FIELDS) parts.push(textOf(request, field) ?? '');
  const purse = bytesOf(request, 58);
  if (purse) parts.push(Buffer.from(purse).toString('hex'));
  return hash.update(parts.join('\x1f')).digest('hex');
}

const TPDU_AND_HEADER_BYTES = 11;

/** SHA-256 over the body as it was sent, MAC included. */
export function bodyDigest(request: HostRequest): string {
  return createHash('sha256').update(request.bytes.subarray(TPDU_AND_HEADER_BYTES)).digest('hex');
}
