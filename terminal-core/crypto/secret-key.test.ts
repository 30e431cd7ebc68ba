import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { toHex } from './bytes.ts';
import { keyCheckValue } from './check-value.ts';
import { combineCheckedComponents, combineComponents } from './key-components.ts';
import { SecretKey } from './secret-key.ts';

const KEY_HEX = '0123456789ABCDEFFEDCBA9876543210';
const key = SecretKey.fromHex(KEY_HEX);

describe('SecretKey', () => {
  it('prints its check value wherever it is turned into text', () => {
    const printed = '[key KCV 08D7B4]';
    expect(String(key)).toBe(printed);
    expect(JSON.stringify({ key })).toBe(JSON.stringify({ key: printed }));
    expect(inspect({ key }, { showHidden: true, depth: 5 })).toContain(printed);
    expect(inspect(key, { showHidden: true, customInspect: false })).not.toMatch(/35|0x23|Uint8Array/);
    expect(String(SecretKey.from(new Uint8Array(20)))).toBe('[key KCV unknown]');
    expect(String(SecretKey.from(new Uint8Array(32)))).toMatch(/^\[key KCV [0-9A-F]{6}\]$/);
  });

  it('gives copies, so that nobody can change it from outside', () => {
    const bytes = Uint8Array.from(Buffer.from(KEY_HEX, 'hex'));
    const copied = SecretKey.from(bytes);
    bytes.fill(0);
    copied.reveal().fill(0);
    expect(toHex(copied.reveal())).toBe(KEY_HEX);
  });

  it('refuses bad hex without repeating it', () => {
    for (const text of ['0123456', 'secretsecret', '01 23']) {
      const attempt = () => SecretKey.fromHex(text);
      expect(attempt).toThrow(expect.objectContaining({ code: 'bad-hex' }));
      expect(attempt).not.toThrow(text);
    }
  });
});

describe('check values', () => {
  it('are 3 bytes unless another length is asked for', () => {
    expect(toHex(keyCheckValue({ algorithm: 'tdes', key }))).toBe('08D7B4');
    expect(keyCheckValue({ algorithm: 'tdes', key, bytes: 8 })).toHaveLength(8);
    expect(keyCheckValue({ algorithm: 'aes', key, bytes: 16 })).toHaveLength(16);
  });

  it.each([0, 9, 1.5, -1])('are not %s bytes long', (bytes) => {
    expect(() => keyCheckValue({ algorithm: 'tdes', key, bytes })).toThrow(
      expect.objectContaining({ code: 'bad-value' }),
    );
  });

  it.each([
    ['des', 16],
    ['tdes', 8],
    ['tdes', 32],
    ['aes', 8],
    ['aes-cmac', 20],
  ] as const)('%s refuses a key of %i bytes', (algorithm, length) => {
    expect(() => keyCheckValue({ algorithm, key: SecretKey.from(new Uint8Array(length)) })).toThrow(
      expect.objectContaining({ code: 'wrong-key-length' }),
    );
  });
});

describe('key components', () => {
  const first = SecretKey.fromHex('FFFFFFFFFFFFFFFF0000000000000000');
  const second = SecretKey.fromHex('FEDCBA9876543210FEDCBA9876543210');

  it('make the key by XOR, in either order', () => {
    expect(toHex(combineComponents(first, second).reveal())).toBe(KEY_HEX);
    expect(toHex(combineComponents(second, first).reveal())).toBe(KEY_HEX);
  });

  it('make it only under the check value of the key sheet', () => {
    const combined = combineCheckedComponents({ components: [first, second], checkValue: '08d7b4fb' });
    expect(combined.ok && toHex(combined.key.reveal())).toBe(KEY_HEX);
    for (const checkValue of ['08D7B5FB', '', '08D7', '08D7B4FB629D0885FF']) {
      expect(combineCheckedComponents({ components: [first, second], checkValue })).toEqual({
        ok: false,
        error: 'check-value',
      });
    }
  });

  it('of different or unusual lengths make none', () => {
    const short = SecretKey.from(new Uint8Array(8));
    expect(() => combineComponents(first, short)).toThrow(
      expect.objectContaining({ code: 'wrong-key-length' }),
    );
    expect(() => combineComponents(short, short)).toThrow(
      expect.objectContaining({ code: 'wrong-key-length' }),
    );
    expect(combineCheckedComponents({ components: [first, short], checkValue: '08D7B4' })).toEqual({
      ok: false,
      error: 'wrong-length',
    });
  });
});
