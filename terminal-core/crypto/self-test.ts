import { createHmac, scryptSync } from 'node:crypto';
import { amountMinor } from '../domain/money.ts';
import { Pan } from '../domain/pan.ts';
import { toHex } from './bytes.ts';
import { keyCheckValue } from './check-value.ts';
import { SigningKey } from './ed25519.ts';
import { computeMac, type MacAlgorithm } from './mac.ts';
import { pinBlock } from './pin-block.ts';
import { loadMac2, seslk } from './purse.ts';
import { Sealer } from './sealer.ts';
import { SecretKey } from './secret-key.ts';
import { unwrapKeySet } from './sign-on-keys.ts';
import { unwrapTr31 } from './tr31.ts';

export interface KnownAnswer {
  readonly name: string;
  readonly compute: () => string;
  readonly expected: string;
}

export type SelfTestResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly failed: readonly string[] };

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const RFC_4493_BLOCK = '6BC1BEE22E409F96E93D7E117393172A';
const SIGN_ON_TMK = 'CA5D92598DCA48CE8A4C76361A9269E9';
const SIGN_ON_DE62 = '6701EAD6A9AD51E51AA406E2C27FCFA98D0A74B8B651F9E9BACE9AE10000000000000000AB7153CA';
const TR31_DES_KBPK = 'EFE0853B256B583D868F251CE99EA1D9';

/** One published value of each algorithm that a terminal depends on; sources in docs/crypto.md. */
const KNOWN_ANSWERS: readonly KnownAnswer[] = [
  mac('cup-ecb', 'C24A8FB57AA20123', '4D08F434464FE7BF', '3841394539314238'),
  mac('x9.19', '41414141414141414242424242424242', '68656C6C6F20776F726C64', '3DDE5C5511661CBF'),
  mac(
    'x9.9',
    '0123456789ABCDEF',
    '37363534333231204E6F77206973207468652074696D6520666F7220',
    'F1D30F6849312CA4',
  ),
  mac('iso9797-1', 'AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBB', '68656C6C6F20776F726C64', '68D9038F23360DF3'),
  mac('aes-cmac', '2B7E151628AED2A6ABF7158809CF4F3C', RFC_4493_BLOCK, '070A16B46B4D4144F79BDD9DD04A287C'),
  mac(
    'tdes-cmac',
    '8AA83BF8CBDA10620BC1BF19FBB6CD58BC313D4A371CA8B5',
    '6BC1BEE22E409F96',
    '8E8F293136283797',
  ),
  {
    name: 'check value, triple DES',
    compute: () =>
      toHex(keyCheckValue({ algorithm: 'tdes', key: SecretKey.fromHex('0123456789ABCDEFFEDCBA9876543210') })),
    expected: '08D7B4',
  },
  {
    name: 'check value, AES',
    compute: () => toHex(keyCheckValue({ algorithm: 'aes', key: SecretKey.fromHex('00'.repeat(16)) })),
    expected: '66E94B',
  },
  {
    name: 'PIN block format 0',
    compute: () => toHex(pinBlock({ format: 0, pin: '1234', pan: testPan('5555555551234567') })),
    expected: '041261AAAAEDCBA9',
  },
  {
    name: 'PIN block format 3',
    compute: () =>
      toHex(pinBlock({ format: 3, pin: '1234', pan: testPan('5555555551234567'), fill: 'ABCDEFABCD' })),
    expected: '341261FE98FD9F9B',
  },
  {
    name: 'PIN block format 4',
    compute: () =>
      toHex(
        pinBlock({
          format: 4,
          pin: '1234',
          pan: testPan('1234567890123456789'),
          key: SecretKey.fromHex('00112233445566778899AABBCCDDEEFF'),
          fill: 'FFFFFFFFFFFFFFFF',
        }),
      ),
    expected: '28B41FDDD29B743E93124BD8E32D921E',
  },
  tr31('A', TR31_DES_KBPK, 'A0072K0TN00N0000F40D5672C6D0EC86F860BA88D44D00F0CA9A8CE8CD2F640287A9A9EB'),
  tr31(
    'B',
    TR31_DES_KBPK,
    'B0080K0TN00N00001C414014375212C24995E405B5EE052CB92B67F455EA2680F6751088F9F1C228',
  ),
  tr31('C', TR31_DES_KBPK, 'C0072K0TN00N0000C9B875FF7A5316BF221C09ED52080DE0B45632A4EA9CE87699CB565E'),
  tr31(
    'D',
    '88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6',
    'D0112P0AE00E0000B82679114F470F540165EDFBF7E250FCEA43F810D215F8D207E2E417C07156A27E8E31DA05F7425509593D03A457DC34',
    '3F419E1CB7079442AA37474C2EFBF8B8',
  ),
  {
    name: 'sign-on key set',
    compute: () => {
      const unwrapped = unwrapKeySet({
        mode: '003',
        tmk: SecretKey.fromHex(SIGN_ON_TMK),
        de62: hex(SIGN_ON_DE62),
      });
      return unwrapped.ok
        ? toHex(unwrapped.keys.pik.reveal()) + toHex(unwrapped.keys.mak.reveal())
        : unwrapped.error.code;
    },
    expected: '807A23AD32B36D457AE91FDF927570EA5BB5C72CD00B7338',
  },
  {
    name: 'sealing (AES-256-GCM)',
    // Test case 14 of the GCM specification (zero key, nonce and block); the tag covers our version byte besides and was
    // computed with another implementation.
    compute: () =>
      toHex(
        new Sealer(SecretKey.from(new Uint8Array(32)), { bytes: (length) => new Uint8Array(length) }).seal(
          new Uint8Array(16),
          new Uint8Array(0),
        ),
      ),
    expected: '010000000000000000000000004DFC3B29CB522037EF8B5C806231E4E2CEA7403D4D606B6E074EC5D3BAF39D18',
  },
  {
    name: 'Ed25519',
    // RFC 8032, 7.1, test 1: the empty message.
    compute: () =>
      toHex(
        SigningKey.fromRaw(hex('9D61B19DEFFD5A60BA844AF492EC2CC44449C5697B326919703BAC031CAE7F60')).sign(
          new Uint8Array(0),
        ),
      ),
    expected:
      'E5564300C360AC729086E2CC806E828A84877F1EB8E5D974D873E065224901555FB8821590A33BACC61E39701CF9B46BD25BF5F0595BBE24655141438E7A100B',
  },
  {
    name: 'HMAC-SHA-256',
    // RFC 4231, test case 1.
    compute: () =>
      createHmac('sha256', hex('0B'.repeat(20)))
        .update('Hi There')
        .digest('hex')
        .toUpperCase(),
    expected: 'B0344C61D8DB38535CA8AFCEAF0BF12B881DC200C9833DA726E9376C2E32CFF7',
  },
  {
    name: 'scrypt',
    // RFC 7914, section 12, first vector, first 16 bytes.
    compute: () =>
      scryptSync('', '', 16, { cost: 16, blockSize: 1, parallelization: 1 }).toString('hex').toUpperCase(),
    expected: '77D6576238657B203B19CA42C18A0497',
  },
  {
    name: 'purse load MAC2',
    compute: () => {
      const session = seslk({
        dlk: SecretKey.fromHex('11223344556677888877665544332211'),
        random: hex('11223344'),
        onlineCounter: hex('0000'),
      });
      return toHex(
        loadMac2(session, {
          amountMinor: amountMinor(0x1000),
          transactionType: 1,
          terminalNumber: hex('001122334455'),
          dateBcd: hex('20111221'),
          timeBcd: hex('214822'),
        }),
      );
    },
    expected: '3A845BF0',
  },
];

/**
 * Computes every known answer. A terminal does this at start and refuses to run on a runtime whose crypto is wrong.
 * @param answers what to compute; the published values unless a test gives others.
 */
export function selfTest(answers: readonly KnownAnswer[] = KNOWN_ANSWERS): SelfTestResult {
  const failed = answers.filter((answer) => !holds(answer)).map((answer) => answer.name);
  return failed.length === 0 ? { ok: true } : { ok: false, failed };
}

/** A runtime that lacks an algorithm throws: that is a failed test like any other. */
function holds(answer: KnownAnswer): boolean {
  try {
    return answer.compute() === answer.expected;
  } catch {
    return false;
  }
}

function mac(algorithm: MacAlgorithm, key: string, data: string, expected: string): KnownAnswer {
  return {
    name: `MAC ${algorithm}`,
    compute: () => toHex(computeMac({ algorithm, key: SecretKey.fromHex(key), data: hex(data) })),
    expected,
  };
}

function tr31(
  version: string,
  kbpk: string,
  keyBlock: string,
  expected = '5DB50B454F8389ADCE573BE50861F2BF',
): KnownAnswer {
  return {
    name: `TR-31 version ${version}`,
    compute: () => {
      const unwrapped = unwrapTr31({ kbpk: SecretKey.fromHex(kbpk), keyBlock });
      return unwrapped.ok ? toHex(unwrapped.key.reveal()) : unwrapped.error.code;
    },
    expected,
  };
}

function testPan(digits: string): Pan {
  const pan = Pan.parse(digits);
  if (pan === undefined) throw new RangeError('The self-test has a bad card number');
  return pan;
}
