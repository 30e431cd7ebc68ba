import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastCbcBlock } from './block-cipher.ts';
import { fromHex, toHex } from './bytes.ts';
import { computeMac, type MacAlgorithm, macEquals, padMacData } from './mac.ts';
import { SecretKey } from './secret-key.ts';

const RFC_4493_DATA =
  '6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E51' +
  '30C81C46A35CE411E5FBC1191A0A52EFF69F2445DF4F9B17AD2B417BE66C3710';
const AES_128 = '2B7E151628AED2A6ABF7158809CF4F3C';
const AES_192 = '8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B';
const AES_256 = '603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4';
const TDES_3 = '8AA83BF8CBDA10620BC1BF19FBB6CD58BC313D4A371CA8B5';
const TDES_2 = '4CF15134A2850DD58A3D10BA80570D38';

function mac(algorithm: MacAlgorithm, key: string, data: string, padding?: 1 | 2 | 3): string {
  const request = { algorithm, key: SecretKey.fromHex(key), data: fromHex(data, 'data') };
  return toHex(computeMac(padding === undefined ? request : { ...request, padding }));
}

describe('CMAC', () => {
  it.each([
    ['aes-cmac', AES_128, 40, 'DFA66747DE9AE63030CA32611497C827'],
    ['aes-cmac', AES_128, 64, '51F0BEBF7E3B9D92FC49741779363CFE'],
    ['aes-cmac', AES_192, 0, 'D17DDF46ADAACDE531CAC483DE7A9367'],
    ['aes-cmac', AES_192, 16, '9E99A7BF31E710900662F65E617C5184'],
    ['aes-cmac', AES_192, 40, '8A1DE5BE2EB31AAD089A82E6EE908B0E'],
    ['aes-cmac', AES_192, 64, 'A1D5DF0EED790F794D77589659F39A11'],
    ['aes-cmac', AES_256, 40, 'AAF3D8F1DE5640C232F5B169B9C911E6'],
    ['aes-cmac', AES_256, 64, 'E1992190549F6ED5696A2C056C315410'],
    ['tdes-cmac', TDES_3, 20, '743DDBE0CE2DC2ED'],
    ['tdes-cmac', TDES_3, 32, '33E6B1092400EAE5'],
    ['tdes-cmac', TDES_2, 20, '62DD1B471902BD4E'],
    ['tdes-cmac', TDES_2, 32, '31B1E431DABC4EB8'],
  ] as const)(
    '%s gives the value of RFC 4493 and NIST SP 800-38B (key %s, %i bytes)',
    (algorithm, key, length, value) => {
      expect(mac(algorithm, key, RFC_4493_DATA.slice(0, length * 2))).toBe(value);
    },
  );

  it('ignores a padding, because it has its own', () => {
    expect(mac('aes-cmac', AES_128, 'AB', 2)).toBe(mac('aes-cmac', AES_128, 'AB'));
  });
});

describe('ISO 9797-1', () => {
  it('gives the retail MAC of the ICAO 9303 secure-messaging example', () => {
    // ICAO Doc 9303-11, appendix D.4: the MAC of the protected SELECT of EF.COM under KSmac.
    const data = '887022120C06C2270CA4020C800000008709016375432908C044F6';
    expect(mac('x9.19', 'F1CB1F1FB5ADF208806B89DC579DC1F8', data, 2)).toBe('BF8B92D635FF24F8');
  });

  it('is algorithm 1 of the left half when both halves are equal', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 8, maxLength: 8 }),
        fc.uint8Array({ maxLength: 80 }),
        (half, data) => {
          const single = computeMac({ algorithm: 'x9.9', key: SecretKey.from(half), data });
          const doubled = SecretKey.from(Uint8Array.of(...half, ...half));
          expect(computeMac({ algorithm: 'x9.19', key: doubled, data })).toEqual(single);
          expect(computeMac({ algorithm: 'iso9797-1', key: doubled, data })).toEqual(single);
        },
      ),
    );
  });

  it('runs algorithm 1 with AES when the key is 32 bytes', () => {
    // The well-known AES-256 encryption of a zero block under the zero key.
    expect(mac('iso9797-1', '00'.repeat(32), '00'.repeat(16))).toBe('DC95C078A2408989AD48A21492842087');
  });

  it('pads empty data to one block of zeros, by method 3 behind a block that says zero bits', () => {
    const key = SecretKey.fromHex('0123456789ABCDEF');
    expect(computeMac({ algorithm: 'x9.9', key, data: new Uint8Array(0) })).toEqual(
      lastCbcBlock('des', key.reveal(), new Uint8Array(8)),
    );
    expect(padMacData(new Uint8Array(0), 2, 8)).toEqual(Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0));
    expect(padMacData(new Uint8Array(0), 3, 8)).toEqual(new Uint8Array(16));
  });

  it('pads to whole blocks and keeps the data at its place', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 70 }),
        fc.constantFrom(1, 2, 3),
        fc.constantFrom(8, 16),
        (data, padding, blockBytes) => {
          const padded = padMacData(data, padding, blockBytes);
          expect(padded.length % blockBytes).toBe(0);
          const start = padding === 3 ? blockBytes : 0;
          expect(padded.subarray(start, start + data.length)).toEqual(data);
          expect(padded.length - start).toBeLessThanOrEqual(data.length + blockBytes);
        },
      ),
    );
  });
});

describe('cup-ecb', () => {
  it('does not change when two blocks change places, which is why it runs over TLS', () => {
    const key = '0123456789ABCDEFFEDCBA9876543210';
    expect(mac('cup-ecb', key, `${'11'.repeat(8)}${'22'.repeat(8)}`)).toBe(
      mac('cup-ecb', key, `${'22'.repeat(8)}${'11'.repeat(8)}`),
    );
  });

  it('answers eight hex characters as ASCII for data of any length, none included', () => {
    for (const data of ['', '01', '01'.repeat(8), '01'.repeat(9)]) {
      expect(Buffer.from(mac('cup-ecb', '0123456789ABCDEF', data), 'hex').toString()).toMatch(
        /^[0-9A-F]{8}$/,
      );
    }
  });

  it('treats missing bytes of the last block as zeros', () => {
    expect(mac('cup-ecb', AES_128, '0102')).toBe(mac('cup-ecb', AES_128, '0102000000000000'));
  });

  it('refuses a padding other than zeros', () => {
    expect(() => mac('cup-ecb', AES_128, '01', 2)).toThrow(expect.objectContaining({ code: 'bad-padding' }));
  });
});

describe('key lengths', () => {
  it.each([
    ['cup-ecb', 7],
    ['cup-ecb', 32],
    ['x9.19', 8],
    ['x9.19', 24],
    ['x9.9', 16],
    ['iso9797-1', 9],
    ['aes-cmac', 8],
    ['aes-cmac', 15],
    ['tdes-cmac', 8],
    ['tdes-cmac', 32],
  ] as const)('%s refuses a key of %i bytes and says which lengths there are', (algorithm, length) => {
    expect(() => mac(algorithm, 'AB'.repeat(length), '00')).toThrow(
      expect.objectContaining({
        code: 'wrong-key-length',
        message: expect.stringContaining(`not ${length}`),
      }),
    );
  });
});

describe('macEquals', () => {
  it('holds for equal bytes only, whatever their lengths', () => {
    expect(macEquals(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(macEquals(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(macEquals(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBe(false);
    expect(macEquals(new Uint8Array(0), new Uint8Array(0))).toBe(true);
  });
});
