import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashPassword, SCRYPT_COST_DEFAULT, verifyPassword } from './password.ts';

/** Fast enough for many guesses in a test; the real cost is tried once. */
const cheap = { cost: 16, blockSize: 1, parallelization: 1 };
const salt = randomBytes(16);

describe('operator passwords', () => {
  it('hold under the default cost, which the hash itself names', async () => {
    const stored = await hashPassword('0001-supervisor', salt);
    expect(stored).toMatch(/^scrypt\$32768,8,3\$/);
    expect(SCRYPT_COST_DEFAULT.cost).toBe(32_768);
    expect(await verifyPassword('0001-supervisor', stored)).toBe(true);
    expect(await verifyPassword('0001-supervisoR', stored)).toBe(false);
  });

  it('have the hash of RFC 7914', async () => {
    // Section 12, third vector, cut to 32 bytes; our salt must be longer, so the RFC's is written into a stored hash.
    const expected = Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex');
    const stored = `scrypt$16384,8,1$${Buffer.from('SodiumChloride').toString('base64')}$${expected.toString('base64')}`;
    expect(await verifyPassword('pleaseletmein', stored)).toBe(true);
    expect(await verifyPassword('pleaseletmeout', stored)).toBe(false);
  });

  it('differ by salt for the same password', async () => {
    expect(await hashPassword('1234', randomBytes(16), cheap)).not.toBe(
      await hashPassword('1234', salt, cheap),
    );
  });

  it('are the same password in composed and decomposed letters', async () => {
    const stored = await hashPassword('caf\u00e9', salt, cheap);
    expect(await verifyPassword('cafe\u0301', stored)).toBe(true);
  });

  it('are refused when the stored text is damaged or asks for too much work', async () => {
    const stored = await hashPassword('1234', salt, cheap);
    const damaged = [
      '',
      'scrypt$16,1,1$$',
      stored.slice(0, -4),
      stored.replace('16,1,1', '17,1,1'),
      stored.replace('16,1,1', '1,1,1'),
      stored.replace('16,1,1', '16,0,1'),
      stored.replace('16,1,1', '1048576,8,1'),
      stored.replace('16,1,1', '16,1,999'),
    ];
    for (const text of damaged) expect(await verifyPassword('1234', text), text).toBe(false);
  });

  it('are not hashed with a short salt or a cost out of range', async () => {
    await expect(hashPassword('1234', randomBytes(15), cheap)).rejects.toMatchObject({ code: 'bad-value' });
    await expect(hashPassword('1234', salt, { ...cheap, cost: 15 })).rejects.toMatchObject({
      code: 'bad-value',
    });
  });
});
