import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import {
  CryptoInputError,
  computeMac,
  fromHex,
  keyCheckValue,
  pinBlock,
  toHex,
  unwrapTr31,
} from '../../../terminal-core/crypto/index.ts';
import { Pan } from '../../../terminal-core/domain/pan.ts';
import { CalcError, CalcInputs } from '../calc/inputs.ts';
import { purse } from '../calc/purse.ts';
import type { CommandIo } from '../io.ts';

const HELP = `holdfast calc: the payment engineer's calculator

Reads one JSON request a line from standard input and writes one JSON answer a line. All values are hex, of
either case, unless said. Exit 0, or 1 if any line failed; a failed line is {"error":{"code","message"}}.

It works with keys in the clear, and tr31-unwrap prints one: use it with test keys, on a machine where that is
allowed. Nothing is stored or logged.

  {"op":"pin-block","format":"0|3|4","pin":"1234","pan":"6222...","key"?,"fill"?,"random"?}
      Formats 0 and 3 give the clear block without key, encrypted (triple DES) with one; 4 is always encrypted (AES).
      "fill" or "random" fixes the random part: digits A to F for 3, 8 bytes for 4.
  {"op":"mac","algorithm":"cup-ecb|x9.19|x9.9|iso9797-1|aes-cmac|tdes-cmac","key":"...","data":"...","padding"?:1|2|3}
      x9.19 is ISO 9797-1 algorithm 3, iso9797-1 is algorithm 1 with the key's own cipher (8 DES, 16 and 24 triple
      DES, 32 AES). cup-ecb answers the 8 ASCII bytes in hex. Padding is 1 when not given; CMAC has its own.
  {"op":"kcv","algorithm":"des|tdes|aes|aes-cmac","key":"...","bytes"?:3}
  {"op":"tr31-unwrap","kbpk":"...","keyBlock":"D0112..."}
  {"op":"purse","function":"...", inputs}
      diversify      master, factors (list, from issuer to card)
      seslk, sespk   dlk, rnd, onlineSn;  dpk, rnd, offlineSn, termSn
      load-mac1      ses, oldBalance, amount, tt, term
      load-mac2      ses, amount, tt, term, date, time
      purchase-mac1  ses, amount, tt, term, date, time
      purchase-mac2  ses, amount
      load-tac       dtk, newBalance, onlineSn, amount, tt, term, date, time
      purchase-tac   dtk, amount, tt, term, termSn, date, time
      tac-key        dtk
      sm-mac         key16, iv, data            des-mac-iv     key8, data, iv?, len?
      load-flow      mlk, mtk, appSn, oldBalance, amount, term, rnd, onlineSn, keyVer?, algId?, date, time
      purchase-flow  gmpk, mtk, appSn, bankId?, cityId?, balance, amount, term, rnd, offlineSn, termSn, keyVer?, algId?,
                     date, time
      The two flows answer an object: every key, code, command, answer and log record of the transaction by name.
      In place of ses: dlk or mlk + appSn, with rnd and onlineSn; dpk or gmpk + appSn (+ bankId, cityId), with rnd,
      offlineSn and termSn. In place of dtk: mtk + appSn, or tacKey (8 bytes). In place of newBalance: oldBalance.
      tt is a number, 2 for loads and 6 for purchases when not given.

example: echo '{"op":"kcv","algorithm":"tdes","key":"0123456789ABCDEFFEDCBA9876543210"}' | holdfast calc
`;

/** What a request is answered with; `error` is a failed line. */
type Answer = Readonly<Record<string, unknown>>;

/** `holdfast calc`. @returns the exit code: 0, 1 if a line failed, 2 for bad arguments. */
export async function run(args: string[], io: CommandIo): Promise<number> {
  if (args.length === 1 && (args[0] === '--help' || args[0] === '-h')) {
    io.stdout.write(HELP);
    return 0;
  }
  // JSON is what it answers anyway; the option is there because every command has it.
  const unknown = args.find((arg) => arg !== '--json');
  if (unknown !== undefined) {
    io.stderr.write(`holdfast calc takes no arguments but --help, not ${JSON.stringify(unknown)}\n`);
    return 2;
  }
  let failed = false;
  for await (const read of createInterface({ input: io.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    // Also trims the byte order mark that some editors put in front.
    const line = read.trim();
    if (line === '') continue;
    const answer = answerTo(line);
    if ('error' in answer) failed = true;
    if (!io.stdout.write(`${JSON.stringify(answer)}\n`)) await once(io.stdout, 'drain');
  }
  return failed ? 1 : 0;
}

function answerTo(line: string): Answer {
  try {
    return compute(parseRequest(line));
  } catch (error) {
    if (error instanceof CalcError || error instanceof CryptoInputError) {
      return { error: { code: error.code, message: error.message } };
    }
    throw error;
  }
}

function parseRequest(line: string): CalcInputs {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    // The parser's own message would repeat part of the line, which may hold a key.
    throw new CalcError('bad-json', 'The line is not JSON; a request is one object on one line');
  }
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw new CalcError('bad-request', 'A request is a JSON object with an "op"');
  }
  return new CalcInputs(request);
}

const OPERATIONS = ['pin-block', 'mac', 'kcv', 'tr31-unwrap', 'purse'] as const;

function compute(inputs: CalcInputs): Answer {
  const op = inputs.oneOf('op', OPERATIONS, 'unknown-op');
  switch (op) {
    case 'pin-block':
      return { result: toHex(computePinBlock(inputs)) };
    case 'mac':
      return { result: toHex(computeMacOf(inputs)) };
    case 'kcv': {
      const algorithm = inputs.oneOf('algorithm', ['des', 'tdes', 'aes', 'aes-cmac']);
      const bytes = inputs.optionalWhole('bytes');
      const request = { algorithm, key: inputs.key('key') };
      return { result: toHex(keyCheckValue(bytes === undefined ? request : { ...request, bytes })) };
    }
    case 'tr31-unwrap': {
      const unwrapped = unwrapTr31({ kbpk: inputs.key('kbpk'), keyBlock: inputs.text('keyBlock') });
      return unwrapped.ok
        ? { result: toHex(unwrapped.key.reveal()), header: unwrapped.header }
        : { error: unwrapped.error };
    }
    case 'purse':
      return { result: purse(inputs) };
  }
}

function computePinBlock(inputs: CalcInputs): Uint8Array {
  const format = FORMATS[inputs.oneOf('format', ['0', '3', '4'])];
  const pin = inputs.text('pin');
  const pan = Pan.parse(inputs.text('pan'));
  if (pan === undefined) throw new CryptoInputError('bad-pan', 'A card number is 12 to 19 digits');
  const key = inputs.has('key') ? { key: inputs.key('key') } : {};
  const fixed = inputs.has('fill')
    ? inputs.text('fill')
    : inputs.has('random')
      ? inputs.text('random')
      : undefined;
  const randomPart = fixed === undefined ? { random: { bytes: randomBytes } } : { fill: fixed };
  return pinBlock({ format, pin, pan, ...key, ...randomPart });
}

const FORMATS = { '0': 0, '3': 3, '4': 4 } as const;
const PADDINGS = { '1': 1, '2': 2, '3': 3 } as const;
const MAC_ALGORITHMS = ['cup-ecb', 'x9.19', 'x9.9', 'iso9797-1', 'aes-cmac', 'tdes-cmac'] as const;

function computeMacOf(inputs: CalcInputs): Uint8Array {
  const algorithm = inputs.oneOf('algorithm', MAC_ALGORITHMS);
  const padding = inputs.has('padding')
    ? { padding: PADDINGS[inputs.oneOf('padding', ['1', '2', '3'])] }
    : {};
  const data = fromHex(inputs.text('data'), 'data');
  return computeMac({ algorithm, key: inputs.key('key'), data, ...padding });
}
