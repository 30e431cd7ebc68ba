import { scrypt, timingSafeEqual } from 'node:crypto';
import { CryptoInputError } from './input-error.ts';

/** Cost of one guess: memory is 128 x cost x blockSize bytes, time grows with all three. */
export interface ScryptCost {
  /** N: a power of two. */
  readonly cost: number;
  /** r */
  readonly blockSize: number;
  /** p */
  readonly parallelization: number;
}

/** 32 MiB and about a quarter of a second on a till: one of the settings that OWASP's password cheat sheet recommends. */
export const SCRYPT_COST_DEFAULT: ScryptCost = { cost: 2 ** 15, blockSize: 8, parallelization: 3 };

/** A stored hash may not ask for more than this, or a changed file could stop the till. */
const COST_MAX: ScryptCost = { cost: 2 ** 18, blockSize: 16, parallelization: 16 };
const HASH_BYTES = 32;
const SALT_BYTES_MIN = 16;

/**
 * `scrypt$N,r,p$salt$hash`, salt and hash in base64. The password is taken in Unicode form NFKC, so that the same
 * characters typed on another keyboard are the same password.
 * @param salt at least 16 random bytes, new for every password. @throws CryptoInputError `bad-value`
 */
export async function hashPassword(
  password: string,
  salt: Uint8Array,
  cost: ScryptCost = SCRYPT_COST_DEFAULT,
): Promise<string> {
  if (salt.length < SALT_BYTES_MIN)
    throw new CryptoInputError('bad-value', `A salt is at least ${SALT_BYTES_MIN} bytes`);
  if (!withinMax(cost)) throw new CryptoInputError('bad-value', 'These scrypt costs are out of range');
  const hash = await derive(password, salt, cost);
  const costs = `${cost.cost},${cost.blockSize},${cost.parallelization}`;
  return `scrypt$${costs}$${Buffer.from(salt).toString('base64')}$${hash.toString('base64')}`;
}

/** false for a wrong password and for a text that `hashPassword` did not write. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const match = /^scrypt\$(\d{1,7}),(\d{1,3}),(\d{1,3})\$([A-Za-z0-9+/]+=*)\$([A-Za-z0-9+/]+=*)$/.exec(
    stored,
  );
  if (match === null) return false;
  const [, n = '', r = '', p = '', salt = '', hash = ''] = match;
  const cost = { cost: Number(n), blockSize: Number(r), parallelization: Number(p) };
  const expected = Buffer.from(hash, 'base64');
  if (!withinMax(cost) || expected.length !== HASH_BYTES) return false;
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64'), cost), expected);
}

function withinMax({ cost, blockSize, parallelization }: ScryptCost): boolean {
  const isPowerOfTwo = Number.isInteger(cost) && cost >= 2 && (cost & (cost - 1)) === 0;
  return (
    isPowerOfTwo &&
    cost <= COST_MAX.cost &&
    blockSize >= 1 &&
    blockSize <= COST_MAX.blockSize &&
    parallelization >= 1 &&
    parallelization <= COST_MAX.parallelization
  );
}

function derive(password: string, salt: Uint8Array, cost: ScryptCost): Promise<Buffer> {
  const options = {
    ...cost,
    maxmem: 128 * cost.cost * cost.blockSize + 128 * cost.blockSize * (cost.parallelization + 2),
  };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, hash) =>
      error ? reject(error) : resolve(hash),
    );
  });
}
