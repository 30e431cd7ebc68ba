import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encryptCbc, lastCbcBlock } from './block-cipher.ts';
import { concatBytes, fromHex, toHex } from './bytes.ts';
import { SecretKey } from './secret-key.ts';
import { TR31_LENGTH_MAX, unwrapTr31 } from './tr31.ts';

/** Published blocks beyond those of test/vectors/crypto.json. */
const PUBLISHED = [
  {
    source: 'ASC X9 TR 31-2018, A.7.2.1',
    kbpk: '89E88CF7931444F334BD7547FC3F380C',
    block: 'A0072P0TE00E0000F5161ED902807AF26F1D62263644BD24192FDB3193C730301CEE8701',
    key: 'F039121BEC83D26B169BDCD5B22AAF8F',
  },
  {
    source: 'ASC X9 TR 31-2018, A.7.3.1',
    kbpk: 'B8ED59E0A279A295E9F5ED7944FD06B9',
    block: 'C0096B0TX12S0100KS1800604B120F9292800000BFB9B689CB567E66FC3FEE5AD5F52161FC6545B9D60989015D02155C',
    key: 'EDB380DD340BC2620247D445F5B8D678',
  },
  {
    source: 'ASC X9 TR 31-2018, A.7.3.2',
    kbpk: '1D22BF32387C600AD97F9B97A51311AC',
    block:
      'B0104B0TX12S0100KS1800604B120F9292800000BB68BE8680A400D9191AD4ECE45B6E6C0D21C4738A52190E248719E24B433627',
    key: 'E8BC63E5479455E26577F715D587FE68',
  },
  {
    source: 'ANSI X9.143:2021, 8.1 (key length hidden by padding)',
    kbpk: '88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6',
    block:
      'D0144P0AE00E00002C77FA3F4A553BED6E88AE5C172A4166E3D4ACA8E2AC71C158A476FAC12C13C3829DE55D3AB54C48F4C4FEF7AC75E90FC47F1B77E7B19A73ED46E64410082557',
    key: '3F419E1CB7079442AA37474C2EFBF8B8',
  },
  {
    source: 'ANSI X9.143:2021, 8.4.1',
    kbpk: 'B8ED59E0A279A295E9F5ED7944FD06B9',
    block:
      'C0112B0TX12S0100KS1800604B120F929280000042B758A2400AB598AE37782823DAF0BA4BDB0DAFF34915345CA169AE1F976A429EB139E5',
    key: 'EDB380DD340BC2620247D445F5B8D678',
  },
  {
    source: 'ISO 20038:2017, B.3 (triple-DES key under AES)',
    kbpk: '3235362D62697420414553207772617070696E67202849534F20323030333829',
    block:
      'D0112M3TV16N000018462FA5903B8D2B82FEE26B29713C0BE7ED81601087F12252093D06FC0A012C1CF769AD0E3E9E4877166AB013FC22B4',
    key: '767361707064642032454552206B6479',
  },
  {
    source: 'psec, three-key protection key, version A',
    kbpk: 'AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCC',
    block: 'A0088M3TC00E000022BD7EC46BBE2A6A73389D1BA6DB63120B386F912839F4679C0523399E4D8D0F1D9A356E',
    key: 'CCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD',
  },
  {
    source: 'psec, three-key protection key, version B',
    kbpk: 'AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCC',
    block: 'B0096M3TC00E0000C7C6FE86A5DE769C20DCA238C52341378B484D544A9764D43963C3B2824AE56C2D07A565DD3AB342',
    key: 'CCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD',
  },
  {
    source: 'psec, single-length key, version B',
    kbpk: 'AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBB',
    block: 'B0096M3TC00E0000B6CD513680EF255FC0DC590726FD0129A7CF6602E7F271631AB4EE7350642F11181AF4CC12F12FD9',
    key: 'EEEEEEEEEEEEEEEE',
  },
  {
    source: 'psec, two optional blocks, version A',
    kbpk: 'B8ED59E0A279A295E9F5ED7944FD06B9',
    block:
      'A0112P0TE12E0200KS1400604B120F929280PB047A1BB737854CD7AF58A8A1E4506A942277EDA76EBA6BA228AF62ADDA3AD8799E8B2C8CD7',
    key: 'F039121BEC83D26B169BDCD5B22AAF8F',
  },
] as const;

function unwrap(kbpk: string, keyBlock: string): string {
  const unwrapped = unwrapTr31({ kbpk: SecretKey.fromHex(kbpk), keyBlock });
  return unwrapped.ok ? toHex(unwrapped.key.reveal()) : unwrapped.error.code;
}

const E16 = '45'.repeat(16);

describe('TR-31', () => {
  it.each(PUBLISHED)('opens the block of $source', ({ kbpk, block, key }) => {
    expect(unwrap(kbpk, block)).toBe(key);
  });

  it('reads the header and its optional blocks', () => {
    const block = PUBLISHED[1];
    const unwrapped = unwrapTr31({ kbpk: SecretKey.fromHex(block.kbpk), keyBlock: block.block });
    expect(unwrapped).toMatchObject({
      ok: true,
      header: {
        version: 'C',
        usage: 'B0',
        algorithm: 'T',
        mode: 'X',
        keyVersion: '12',
        exportability: 'S',
        optionalBlocks: [{ id: 'KS', data: '00604B120F9292800000' }],
      },
    });
  });

  it('takes its hex in lower case, but not its header', () => {
    const { kbpk, block, key } = PUBLISHED[0];
    expect(unwrap(kbpk.toLowerCase(), block.slice(0, 16) + block.slice(16).toLowerCase())).toBe(key);
    expect(unwrap(kbpk, block.toLowerCase())).toBe('unknown-version');
  });

  it('refuses a block of which any character of header, key or MAC was changed', () => {
    for (const { kbpk, block } of PUBLISHED) {
      for (let index = 0; index < block.length; index += 1) {
        const changed = block.slice(0, index) + (block[index] === '0' ? '1' : '0') + block.slice(index + 1);
        expect(unwrap(kbpk, changed), `character ${index} of ${block}`).toMatch(/^(bad-|unknown-)/);
      }
    }
  });

  it.each([
    ['says another length than it has', 'B0040P0TE00N0000', 'bad-format'],
    ['has no digits for its length', 'BX040P0TE00N0000', 'bad-format'],
    ['is a version nobody knows', 'X0040P0TE00N0000', 'unknown-version'],
    ['is empty', '', 'unknown-version'],
    ['ends in its header', 'B0010P0TE0', 'bad-format'],
    ['has no key behind its header', 'A0024M3TC00E00009AA5BBA6', 'bad-format'],
    [
      'has a part of a cipher block',
      'A0087M3TC00E000062C2C14D8785A01A9E8283525CA96F490D0CC6346FC7C2AC1E6FF354468910379AA5BBA',
      'bad-format',
    ],
    [
      'has a MAC that is not hex',
      'A0088M3TC00E000062C2C14D8785A01A9E8283525CA96F490D0CC6346FC7C2AC1E6FF354468910379AA5BBAX',
      'bad-format',
    ],
    ['has an optional block that runs over its end', 'B0024P0TE00N0100KS1800AA', 'bad-format'],
    ['has an optional block shorter than its own head', 'B0020P0TE00N0100KS02', 'bad-format'],
    ['has an extended length without digits', 'B0022P0TE00N0100KS0000', 'bad-format'],
    ['has optional blocks that fill no cipher block', 'B0020P0TE00N0100KS04', 'bad-format'],
    ['is under another key', 'B0064M3TC00E0000BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBFFFFFFFF9AA5BBA6', 'bad-mac'],
    [
      'is authentic and holds a key of no bits (A)',
      'A0056M3TC00E0000ABE3EB7813FD4031BCBAEC1FCAB750BB920E4863',
      'bad-key-data',
    ],
    [
      'is authentic and holds a key of no bits (B)',
      'B0064M3TC00E000013F1B06566ECAE897A6DF8C7AA651FCEF9480447EEEC9933',
      'bad-key-data',
    ],
    [
      'is authentic and says more bits than it holds (C)',
      'C0056M3TC00E000001235EC22408B6CE866746FF992B8707FD7A26D2',
      'bad-key-data',
    ],
  ])('refuses a block that %s', (_what, block, code) => {
    expect(unwrap(E16, block)).toBe(code);
  });

  it('opens the longest block there can be, with an optional block of extended length, and refuses a longer one', () => {
    // Whole cipher blocks end at 9 992 characters: header 16, optional block 9 920, key data 48, MAC 8.
    const length = TR31_LENGTH_MAX - (TR31_LENGTH_MAX % 8);
    const optionalData = 'X'.repeat(9_920 - 10);
    const header = `A${length}K0TN00N0100KS000426C0${optionalData}`;
    const block = wrapVersionA(header, '5DB50B454F8389ADCE573BE50861F2BF');
    expect(block).toHaveLength(length);
    const unwrapped = unwrapTr31({ kbpk: SecretKey.fromHex(E16), keyBlock: block });
    expect(unwrapped).toMatchObject({
      ok: true,
      header: { optionalBlocks: [{ id: 'KS', data: optionalData }] },
    });
    expect(unwrap(E16, block.padEnd(TR31_LENGTH_MAX + 1, '0'))).toBe('bad-format');
  });

  it('refuses a protection key that is none of the version', () => {
    expect(unwrap('AB'.repeat(8), PUBLISHED[2].block)).toBe('wrong-key-length');
    expect(unwrap('AB'.repeat(32), PUBLISHED[2].block)).toBe('wrong-key-length');
    expect(unwrap('AB'.repeat(8), PUBLISHED[3].block)).toBe('wrong-key-length');
  });

  it('answers every text with a key or a code, never with an exception', () => {
    const kbpk = SecretKey.fromHex(E16);
    fc.assert(
      fc.property(
        fc.constantFrom('A', 'B', 'C', 'D'),
        fc.stringMatching(/^[0-9A-F ]{0,120}$/),
        (version, rest) => {
          const length = String(rest.length + 5).padStart(4, '0');
          const unwrapped = unwrapTr31({ kbpk, keyBlock: version + length + rest });
          expect(unwrapped.ok).toBe(false);
        },
      ),
    );
  });
});

/** A block of version A under the key E16: Holdfast itself only opens them. */
function wrapVersionA(header: string, keyHex: string): string {
  const kbpk = fromHex(E16, 'KBPK');
  const headerBytes = Buffer.from(header, 'latin1');
  const keyData = fromHex(
    `${(keyHex.length * 4).toString(16).padStart(4, '0')}${keyHex}000000000000`,
    'key data',
  );
  const cipherText = encryptCbc(
    'des',
    kbpk.map((byte) => byte ^ 0x45),
    keyData,
    headerBytes.subarray(0, 8),
  );
  const macKey = kbpk.map((byte) => byte ^ 0x4d);
  const mac = lastCbcBlock('des', macKey, concatBytes(headerBytes, cipherText)).subarray(0, 4);
  return header + toHex(cipherText) + toHex(mac);
}
