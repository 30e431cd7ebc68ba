import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from './bytes.ts';
import { KeyStore } from './key-store.ts';
import { SecretKey } from './secret-key.ts';
import { type SignOnMode, unwrapKeySet, type WorkingKeys, wrapKeySet } from './sign-on-keys.ts';

/** A published sign-on answer of a UnionPay host; also in test/vectors/crypto.json. */
const TMK = SecretKey.fromHex('CA5D92598DCA48CE8A4C76361A9269E9');
const DE62 = fromHex(
  '6701EAD6A9AD51E51AA406E2C27FCFA98D0A74B8B651F9E9BACE9AE10000000000000000AB7153CA',
  'DE62',
);
const KEYS: WorkingKeys = {
  pik: SecretKey.fromHex('807A23AD32B36D457AE91FDF927570EA'),
  mak: SecretKey.fromHex('5BB5C72CD00B7338'),
};

const keyOf = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => SecretKey.from(bytes));

const keySets: Record<SignOnMode, fc.Arbitrary<WorkingKeys>> = {
  '001': fc.record({ pik: keyOf(8), mak: keyOf(8) }),
  '003': fc.record({ pik: keyOf(16), mak: fc.oneof(keyOf(8), keyOf(16)) }),
  '004': fc.record({ pik: keyOf(16), mak: fc.oneof(keyOf(8), keyOf(16)), tdk: keyOf(16) }),
};

function revealed(keys: WorkingKeys): Record<string, string> {
  return Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, toHex(key.reveal())]));
}

describe('the key set of a sign-on', () => {
  it('is wrapped to the bytes that a host really sent', () => {
    expect(toHex(wrapKeySet({ mode: '003', tmk: TMK, keys: KEYS }))).toBe(toHex(DE62));
  });

  it.each(['001', '003', '004'] as const)('of mode %s comes back as it was wrapped', (mode) => {
    fc.assert(
      fc.property(keyOf(16), keySets[mode], (tmk, keys) => {
        const unwrapped = unwrapKeySet({ mode, tmk, de62: wrapKeySet({ mode, tmk, keys }) });
        expect(unwrapped.ok && revealed(unwrapped.keys)).toEqual(revealed(keys));
      }),
    );
  });

  it.each([
    ['pik', 16],
    ['pik', 0],
    ['mak', 39],
    ['mak', 20],
  ] as const)('is refused whole, naming %s, when byte %i of it is wrong', (name, offset) => {
    const de62 = DE62.slice();
    de62[offset] = (de62[offset] ?? 0) ^ 1;
    const unwrapped = unwrapKeySet({ mode: '003', tmk: TMK, de62 });
    expect(unwrapped).toMatchObject({ ok: false, error: { code: 'check-value', failedKeys: [name] } });
    expect('keys' in unwrapped).toBe(false);
  });

  it('names every key whose check value fails, the track key of mode 004 too', () => {
    const keys = { ...KEYS, tdk: SecretKey.fromHex('0123456789ABCDEFFEDCBA9876543210') };
    const de62 = wrapKeySet({ mode: '004', tmk: TMK, keys });
    const otherTmk = SecretKey.fromHex('CA5D92598DCA48CE8A4C76361A9269EB'.replace('EB', '11'));
    expect(unwrapKeySet({ mode: '004', tmk: otherTmk, de62 })).toMatchObject({
      ok: false,
      error: { failedKeys: ['pik', 'mak', 'tdk'] },
    });
    de62[59] = (de62[59] ?? 0) ^ 0x80;
    expect(unwrapKeySet({ mode: '004', tmk: TMK, de62 })).toMatchObject({ error: { failedKeys: ['tdk'] } });
  });

  it('leaves the keys in use untouched when it is refused', () => {
    const keyStore = KeyStore.create({ tmk: TMK });
    keyStore.installKeySet('1', KEYS);
    const de62 = DE62.slice();
    de62[16] = (de62[16] ?? 0) ^ 1;
    const unwrapped = unwrapKeySet({ mode: '003', tmk: TMK, de62 });
    if (unwrapped.ok) keyStore.installKeySet('2', unwrapped.keys);
    expect(keyStore.current()?.id).toBe('1');
  });

  it.each([0, 24, 39, 41, 60])('of mode 003 is refused at %i bytes', (length) => {
    expect(unwrapKeySet({ mode: '003', tmk: TMK, de62: new Uint8Array(length) })).toMatchObject({
      ok: false,
      error: { code: 'wrong-length', expectedBytes: 40, actualBytes: length },
    });
  });

  it('is not wrapped from keys that the mode does not carry', () => {
    expect(() => wrapKeySet({ mode: '004', tmk: TMK, keys: KEYS })).toThrow(
      expect.objectContaining({ code: 'needs-key' }),
    );
    expect(() => wrapKeySet({ mode: '001', tmk: TMK, keys: KEYS })).toThrow(
      expect.objectContaining({ code: 'wrong-key-length' }),
    );
  });
});
