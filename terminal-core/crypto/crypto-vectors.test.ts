import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Pan } from '../domain/pan.ts';
import { decryptEcb } from './block-cipher.ts';
import { fromHex, toHex } from './bytes.ts';
import { type CheckValueAlgorithm, keyCheckValue } from './check-value.ts';
import { computeMac, type MacAlgorithm, type MacPadding } from './mac.ts';
import { panFieldOfFormat4, pinBlock } from './pin-block.ts';
import { SecretKey } from './secret-key.ts';
import { unwrapKeySet, type WorkingKeys } from './sign-on-keys.ts';
import { unwrapTr31 } from './tr31.ts';

interface Vector {
  readonly algorithm: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly output: string;
  readonly source: string;
}

const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../../test/vectors/crypto.json', import.meta.url), 'utf8'),
);

/** What the file's algorithm names mean; the first pattern that fits computes the vector. */
const COMPUTED_BY: readonly (readonly [RegExp, (vector: Vector) => string])[] = [
  [/^PINBLOCK-ISO0$/, (vector) => toHex(pinBlock({ format: 0, ...pinAndPan(vector) }))],
  [
    /^PINBLOCK-ISO3$/,
    (vector) => toHex(pinBlock({ format: 3, ...pinAndPan(vector), fill: input(vector, 'fill') })),
  ],
  [/^PANFIELD-ISO4$/, (vector) => toHex(panFieldOfFormat4(pan(input(vector, 'pan'))))],
  [
    /^PINBLOCK-ISO4-AES$/,
    (vector) =>
      toHex(
        pinBlock({ format: 4, ...pinAndPan(vector), key: key(vector, 'key'), fill: input(vector, 'random') }),
      ),
  ],
  [/^MAC-ISO9797-1-ALG3-/, (vector) => mac('x9.19', input(vector, 'k1') + input(vector, 'k2'), vector)],
  [/^MAC-ISO9797-1-ALG1-3DES-/, (vector) => mac('iso9797-1', input(vector, 'key'), vector)],
  [/^MAC-X9\.9-DES/, (vector) => mac('x9.9', input(vector, 'key'), vector)],
  [/^AES-CMAC-/, (vector) => mac('aes-cmac', input(vector, 'key'), vector)],
  [/^TDES[23]-CMAC$/, (vector) => mac('tdes-cmac', input(vector, 'key'), vector)],
  [/^UNIONPAY-ECB-MAC-/, (vector) => mac('cup-ecb', input(vector, 'key'), vector, 'mab')],
  [
    /^TMK-UNWRAP-TAK/,
    (vector) =>
      toHex(decryptEcb('des', key(vector, 'tmk').reveal(), fromHex(input(vector, 'cipher'), 'cipher'))),
  ],
  [
    /^DE62-SIGNON-(PIK|MAK)-CHECKVALUE/,
    (vector) => checkValue(input(vector, 'key').length === 16 ? 'des' : 'tdes', vector),
  ],
  [/^DE62-SIGNON-PIK/, (vector) => toHex(signOnKeys(vector).pik.reveal())],
  [/^DE62-SIGNON-MAK/, (vector) => toHex(signOnKeys(vector).mak.reveal())],
  [/^KCV-TDES/, (vector) => checkValue('tdes', vector)],
  [/^KCV-DES/, (vector) => checkValue('des', vector)],
  [/^KCV-AES-legacy/, (vector) => checkValue('aes', vector)],
  [/^KCV-AES-CMAC/, (vector) => checkValue('aes-cmac', vector)],
  [
    /^TR31-[ABCD]$/,
    (vector) => {
      const unwrapped = unwrapTr31({ kbpk: key(vector, 'kbpk'), keyBlock: input(vector, 'keyblock') });
      return unwrapped.ok ? toHex(unwrapped.key.reveal()) : unwrapped.error.code;
    },
  ],
];

describe('the worked values of test/vectors/crypto.json', () => {
  it('are all there', () => {
    expect(vectors).toHaveLength(39);
  });

  it.each(vectors.map((vector, index) => ({ title: `${index}: ${vector.algorithm}`, vector })))(
    'gives the value of $title',
    ({ vector }) => {
      const compute = COMPUTED_BY.find(([pattern]) => pattern.test(vector.algorithm))?.[1];
      expect(compute, `nothing computes ${vector.algorithm}`).toBeDefined();
      expect(compute?.(vector)).toBe(vector.output);
    },
  );
});

function input(vector: Vector, name: string): string {
  const value = vector.inputs[name];
  if (value === undefined) throw new Error(`${vector.algorithm} has no input ${name}`);
  return value;
}

function key(vector: Vector, name: string): SecretKey {
  return SecretKey.fromHex(input(vector, name));
}

function pan(digits: string): Pan {
  const parsed = Pan.parse(digits);
  if (parsed === undefined) throw new Error('not a card number');
  return parsed;
}

function pinAndPan(vector: Vector): { pin: string; pan: Pan } {
  return { pin: input(vector, 'pin'), pan: pan(input(vector, 'pan')) };
}

function mac(algorithm: MacAlgorithm, keyHex: string, vector: Vector, dataName = 'data'): string {
  const paddings: Readonly<Record<string, MacPadding>> = { '1': 1, '2': 2, '3': 3 };
  const padding = paddings[/-PAD(\d)/.exec(vector.algorithm)?.[1] ?? '1'] ?? 1;
  const data = fromHex(input(vector, dataName), 'data');
  return toHex(computeMac({ algorithm, key: SecretKey.fromHex(keyHex), data, padding }));
}

function checkValue(algorithm: CheckValueAlgorithm, vector: Vector): string {
  return toHex(keyCheckValue({ algorithm, key: key(vector, 'key'), bytes: vector.output.length / 2 }));
}

function signOnKeys(vector: Vector): WorkingKeys {
  const unwrapped = unwrapKeySet({
    mode: '003',
    tmk: key(vector, 'tmk'),
    de62: fromHex(input(vector, 'de62'), 'de62'),
  });
  if (!unwrapped.ok) throw new Error(unwrapped.error.message);
  return unwrapped.keys;
}
