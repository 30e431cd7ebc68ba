import type { SubfieldResult } from '../iso-error.ts';
import { fault } from './positional.ts';
import { concat } from './tlv.ts';

/** A working key under the terminal master key, with the check value of the clear key. */
export interface WrappedKey {
  /** 8 bytes for a single-length key, 16 for a double-length one. */
  readonly cryptogram: Uint8Array;
  /** First 4 bytes of encrypting eight zero bytes. */
  readonly checkValue: Uint8Array;
}

/** DE60.3 of the sign-on says which keys its answer carries. */
export type KeySetControl = keyof typeof KEYS_OF_CONTROL;

/** 001 single-length keys, 003 double-length, 004 with a key for track data. */
const KEYS_OF_CONTROL = {
  '001': { names: ['pik', 'mak'], cryptogramBytes: 8 },
  '003': { names: ['pik', 'mak'], cryptogramBytes: 16 },
  '004': { names: ['pik', 'mak', 'tdk'], cryptogramBytes: 16 },
} as const;

export interface KeySet {
  readonly pik: WrappedKey;
  readonly mak: WrappedKey;
  /** Only with 004. */
  readonly tdk?: WrappedKey;
}

const CHECK_VALUE_BYTES = 4;
const SINGLE_BYTES = 8;

/** DE62 of the sign-on answer. Cryptograms and check values are views into `bytes`. */
export function decodeKeySet(control: KeySetControl, bytes: Uint8Array): SubfieldResult<KeySet> {
  const { names, cryptogramBytes } = KEYS_OF_CONTROL[control];
  const keyBytes = cryptogramBytes + CHECK_VALUE_BYTES;
  const expected = names.length * keyBytes;
  if (bytes.length < expected) {
    return fault(
      'truncated',
      '62',
      bytes.length,
      `${bytes.length} of the ${expected} bytes of ${control} are there`,
    );
  }
  if (bytes.length > expected) {
    return fault(
      'trailing-bytes',
      '62',
      expected,
      `${bytes.length - expected} bytes follow the keys of ${control}`,
    );
  }
  const at = (index: number): WrappedKey => {
    const start = index * keyBytes;
    return {
      cryptogram: bytes.subarray(start, start + cryptogramBytes),
      checkValue: bytes.subarray(start + cryptogramBytes, start + keyBytes),
    };
  };
  const mak = shortened(at(1));
  return { ok: true, value: names.length === 3 ? { pik: at(0), mak, tdk: at(2) } : { pik: at(0), mak } };
}

export function encodeKeySet(control: KeySetControl, keys: KeySet): SubfieldResult<Uint8Array> {
  const { names, cryptogramBytes } = KEYS_OF_CONTROL[control];
  if (control !== '004' && keys.tdk)
    return fault('unknown-field', '62.3', 0, `${control} carries no key for tracks`);
  const parts: Uint8Array[] = [];
  for (const [index, name] of names.entries()) {
    const key = keys[name];
    const path = `62.${index + 1}`;
    if (!key) return fault('bad-length', path, 0, `${control} needs the ${name}`);
    const mayBeShort = name === 'mak' && key.cryptogram.length === SINGLE_BYTES;
    if (key.cryptogram.length !== cryptogramBytes && !mayBeShort) {
      return fault(
        'bad-length',
        path,
        0,
        `the ${name} has ${key.cryptogram.length} bytes, not ${cryptogramBytes}`,
      );
    }
    if (key.checkValue.length !== CHECK_VALUE_BYTES) {
      return fault(
        'bad-length',
        path,
        0,
        `the check value of the ${name} has ${key.checkValue.length} bytes, not 4`,
      );
    }
    parts.push(key.cryptogram, new Uint8Array(cryptogramBytes - key.cryptogram.length), key.checkValue);
  }
  return { ok: true, value: concat(parts) };
}

/** A single-length MAK travels in a double-length place as 8 bytes and eight zeros. */
function shortened(key: WrappedKey): WrappedKey {
  const tail = key.cryptogram.subarray(SINGLE_BYTES);
  const isSingle = tail.length > 0 && tail.every((byte) => byte === 0);
  return isSingle ? { ...key, cryptogram: key.cryptogram.subarray(0, SINGLE_BYTES) } : key;
}
