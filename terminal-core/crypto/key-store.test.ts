import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { toHex } from './bytes.ts';
import { KEY_SETS_MAX, KeyStore } from './key-store.ts';
import { Sealer } from './sealer.ts';
import { SecretKey } from './secret-key.ts';
import type { WorkingKeys } from './sign-on-keys.ts';

const TMK = SecretKey.fromHex('0123456789ABCDEFFEDCBA9876543210');
const random = { bytes: (length: number) => randomBytes(length) };
const sealer = new Sealer(SecretKey.from(new Uint8Array(32).fill(7)), random);

function keys(fill: number): WorkingKeys {
  return {
    pik: SecretKey.from(new Uint8Array(16).fill(fill)),
    mak: SecretKey.from(new Uint8Array(8).fill(fill + 1)),
  };
}

function makHex(keyStore: KeyStore, id: string): string | undefined {
  const set = keyStore.keySet(id);
  return set === undefined ? undefined : toHex(set.mak.reveal());
}

describe('KeyStore', () => {
  it('makes a new set current and keeps only the MAC key of the one before', () => {
    const keyStore = KeyStore.create({ tmk: TMK });
    expect(keyStore.current()).toBeUndefined();
    keyStore.installKeySet('a', keys(1));
    keyStore.installKeySet('b', keys(3));
    expect(keyStore.current()?.id).toBe('b');
    expect(makHex(keyStore, 'a')).toBe('02'.repeat(8));
    expect(keyStore.keySet('a')?.pik).toBeUndefined();
    expect(keyStore.keySet('b')?.pik).toBeDefined();
    expect(keyStore.keySet('c')).toBeUndefined();
  });

  it('forgets the sets whose batches are settled, never the current one', () => {
    const keyStore = KeyStore.create({ tmk: TMK });
    for (const [index, id] of ['a', 'b', 'c'].entries()) keyStore.installKeySet(id, keys(index + 1));
    keyStore.forgetKeySets(['b']);
    expect(makHex(keyStore, 'a')).toBeUndefined();
    expect(makHex(keyStore, 'b')).toBeDefined();
    keyStore.forgetKeySets([]);
    expect(makHex(keyStore, 'b')).toBeUndefined();
    expect(keyStore.current()?.id).toBe('c');
  });

  it('installs the current id again without keeping two of it, but not the id of a replaced set', () => {
    const keyStore = KeyStore.create({ tmk: TMK });
    keyStore.installKeySet('a', keys(1));
    keyStore.installKeySet('a', keys(5));
    expect(makHex(keyStore, 'a')).toBe('06'.repeat(8));
    keyStore.installKeySet('b', keys(7));
    expect(() => keyStore.installKeySet('a', keys(9))).toThrow(
      expect.objectContaining({ code: 'bad-value' }),
    );
    expect(keyStore.current()?.id).toBe('b');
  });

  it(`holds ${KEY_SETS_MAX} sets and refuses one more until older ones are forgotten`, () => {
    const keyStore = KeyStore.create({ tmk: TMK });
    const set = keys(1);
    for (let index = 1; index <= KEY_SETS_MAX; index += 1) {
      expect(keyStore.installKeySet(String(index), set)).toEqual({ ok: true });
    }
    expect(keyStore.installKeySet('more', set)).toEqual({ ok: false, error: 'too-many-key-sets' });
    expect(keyStore.current()?.id).toBe(String(KEY_SETS_MAX));
    const reopened = KeyStore.open(keyStore.seal(sealer), sealer);
    expect(reopened.ok && reopened.keyStore.keySet('1')).toBeTruthy();
    keyStore.forgetKeySets([]);
    expect(keyStore.installKeySet('more', set)).toEqual({ ok: true });
  });

  it('comes back from its sealed bytes as it was', () => {
    const keyStore = KeyStore.create({ tmk: TMK });
    keyStore.installKeySet('批次 000001', keys(1));
    keyStore.installKeySet('b', { ...keys(3), tdk: SecretKey.from(new Uint8Array(16).fill(9)) });
    const opened = KeyStore.open(keyStore.seal(sealer), sealer);
    if (!opened.ok) throw new Error(opened.error);
    expect(opened.keyStore.checkValues()).toEqual(keyStore.checkValues());
    expect(makHex(opened.keyStore, '批次 000001')).toBe('02'.repeat(8));
    expect(toHex(opened.keyStore.tmk.reveal())).toBe(toHex(TMK.reveal()));
    expect(toHex(opened.keyStore.current()?.tdk?.reveal() ?? new Uint8Array(0))).toBe('09'.repeat(16));
  });

  it('comes back without working keys when there was no sign-on yet', () => {
    const opened = KeyStore.open(KeyStore.create({ tmk: TMK }).seal(sealer), sealer);
    expect(opened.ok && opened.keyStore.current()).toBeUndefined();
    expect(opened.ok).toBe(true);
  });

  it('does not open under another key, when cut, or when something else was sealed', () => {
    const sealed = KeyStore.create({ tmk: TMK }).seal(sealer);
    const other = new Sealer(SecretKey.from(new Uint8Array(32)), random);
    expect(KeyStore.open(sealed, other)).toEqual({ ok: false, error: 'not-authentic' });
    expect(KeyStore.open(sealed.subarray(0, 20), sealer)).toEqual({ ok: false, error: 'malformed' });
    expect(KeyStore.open(sealer.seal(Uint8Array.of(1), Buffer.from('another purpose')), sealer).ok).toBe(
      false,
    );
  });

  it.each([
    ['of no version', '02'],
    ['with a master key of a wrong length', '0108AAAAAAAAAAAAAAAA000000'],
    ['that ends early', `0110${'AA'.repeat(16)}00`],
    ['with bytes left over', `0110${'AA'.repeat(16)}00000000`],
    ['that promises a set it does not have', `0110${'AA'.repeat(16)}000001`],
    ['with a flag that is neither 0 nor 1', `0110${'AA'.repeat(16)}020000`],
    [
      'with a working key of a wrong length',
      `0110${'AA'.repeat(16)}01014107${'BB'.repeat(7)}08${'CC'.repeat(8)}000000`,
    ],
    ['with a MAC key of a wrong length', `0110${'AA'.repeat(16)}00000101410101`],
  ])('does not open a store %s', (_what, plaintext) => {
    const sealed = sealer.seal(Buffer.from(plaintext, 'hex'), Buffer.from('holdfast key store'));
    expect(KeyStore.open(sealed, sealer)).toEqual({ ok: false, error: 'malformed' });
  });

  it('shows check values and no key', () => {
    const keyStore = KeyStore.create({ tmk: TMK });
    keyStore.installKeySet('a', keys(1));
    expect(keyStore.checkValues()).toMatchObject({
      tmk: '08D7B4FB',
      current: {
        id: 'a',
        pik: expect.stringMatching(/^[0-9A-F]{8}$/),
        mak: expect.stringMatching(/^[0-9A-F]{8}$/),
      },
    });
    const printed =
      inspect(keyStore, { depth: 9, showHidden: true }) +
      JSON.stringify(keyStore.current()) +
      inspect(keyStore.current());
    expect(printed).not.toMatch(/(01){8}|(02){8}|0123456789ABCDEF|1, 1, 1|2, 2, 2/i);
  });

  it('refuses a working key that is no DES key and leaves the current set', () => {
    const keyStore = KeyStore.create({ tmk: TMK });
    keyStore.installKeySet('a', keys(1));
    for (const name of ['pik', 'mak', 'tdk']) {
      const broken = { ...keys(3), [name]: SecretKey.from(new Uint8Array(7)) };
      expect(() => keyStore.installKeySet('b', broken)).toThrow(
        expect.objectContaining({ code: 'wrong-key-length' }),
      );
    }
    expect(keyStore.current()?.id).toBe('a');
  });

  it('refuses a master key of 8 bytes, and set ids that do not fit', () => {
    expect(() => KeyStore.create({ tmk: SecretKey.from(new Uint8Array(8)) })).toThrow(
      expect.objectContaining({ code: 'wrong-key-length' }),
    );
    const keyStore = KeyStore.create({ tmk: TMK });
    expect(() => keyStore.installKeySet('', keys(1))).toThrow(expect.objectContaining({ code: 'bad-value' }));
    expect(() => keyStore.installKeySet('x'.repeat(256), keys(1))).toThrow(
      expect.objectContaining({ code: 'bad-value' }),
    );
  });
});
