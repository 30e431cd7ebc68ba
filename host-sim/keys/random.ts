import { createHmac, randomBytes } from 'node:crypto';
import type { Random } from '../ports.ts';

export const systemRandom: Random = { bytes: (length) => randomBytes(length) };

/**
 * Repeatable bytes for scripted days and tests: HMAC-SHA-256 in counter mode. `boot` differs at every start on one
 * database, so that a restart does not give out the same keys again.
 */
export function seededRandom(seed: number, boot: number): Random {
  const key = `holdfast host random ${seed} ${boot}`;
  let block = 0;
  let rest = new Uint8Array(0);
  return {
    bytes(length) {
      const result = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        if (rest.length === 0) {
          block += 1;
          rest = new Uint8Array(createHmac('sha256', key).update(String(block)).digest());
        }
        const part = rest.subarray(0, length - filled);
        result.set(part, filled);
        filled += part.length;
        rest = rest.subarray(part.length);
      }
      return result;
    },
  };
}
