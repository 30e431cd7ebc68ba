import { readFileSync } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { run } from './calc.ts';

interface Answer {
  readonly result?: string | Readonly<Record<string, string>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: string; readonly message: string };
}

async function calc(input: string, args: string[] = []) {
  const streams = { stdin: Readable.from([input]), stdout: new PassThrough(), stderr: new PassThrough() };
  // Read while it writes: an answer that nobody reads must not stop the next one in these tests.
  const stdout = streams.stdout.setEncoding('utf8').toArray();
  const stderr = streams.stderr.setEncoding('utf8').toArray();
  const exitCode = await run(args, streams);
  streams.stdout.end();
  streams.stderr.end();
  return { exitCode, stdout: (await stdout).join(''), stderr: (await stderr).join('') };
}

async function answersTo(...requests: readonly unknown[]) {
  const { exitCode, stdout } = await calc(requests.map((request) => `${JSON.stringify(request)}\n`).join(''));
  const answers: Answer[] = stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  return { exitCode, answers };
}

async function errorOf(request: unknown): Promise<string | undefined> {
  const { exitCode, answers } = await answersTo(request);
  expect(exitCode).toBe(1);
  expect(answers[0]?.error?.message).toMatch(/\S/);
  return answers[0]?.error?.code;
}

const PAN = '6222020200012345';
const KEY = '0123456789ABCDEFFEDCBA9876543210';

describe('holdfast calc', () => {
  it('answers one line for each request, in order, and exits 0 when all were computed', async () => {
    const { exitCode, answers } = await answersTo(
      { op: 'kcv', algorithm: 'tdes', key: KEY },
      { op: 'kcv', algorithm: 'aes', key: '00'.repeat(16), bytes: 5 },
      { op: 'pin-block', format: '0', pin: '1234', pan: '5555555551234567' },
    );
    expect(exitCode).toBe(0);
    expect(answers).toEqual([{ result: '08D7B4' }, { result: '66E94BD4EF' }, { result: '041261AAAAEDCBA9' }]);
  });

  it('reads requests behind a byte order mark, and takes --json as every command does', async () => {
    const request = JSON.stringify({ op: 'kcv', algorithm: 'tdes', key: KEY });
    expect(await calc(`\uFEFF${request}\r\n\r\n`, ['--json'])).toEqual({
      exitCode: 0,
      stdout: '{"result":"08D7B4"}\n',
      stderr: '',
    });
  });

  it('goes on behind a line that failed, skips empty lines, and exits 1', async () => {
    const { exitCode, stdout } = await calc(`nonsense\r\n\n{"op":"kcv","algorithm":"tdes","key":"${KEY}"}`);
    const lines = stdout.trim().split('\n');
    expect(exitCode).toBe(1);
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ error: { code: 'bad-json' } });
    expect(lines[1]).toBe('{"result":"08D7B4"}');
  });

  it('answers nothing to nothing', async () => {
    expect(await calc('')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('takes lower-case hex and numbers where it documents strings of digits', async () => {
    const { answers } = await answersTo(
      { op: 'kcv', algorithm: 'tdes', key: KEY.toLowerCase(), bytes: '3' },
      { op: 'pin-block', format: 3, pin: '1234', pan: '5555555551234567', fill: 'abcdefabcd' },
      {
        op: 'mac',
        algorithm: 'iso9797-1',
        key: 'AA'.repeat(8) + 'bb'.repeat(8),
        data: '68656c6c6f20776f726c64',
        padding: '2',
      },
    );
    expect(answers.map((answer) => answer.result)).toEqual([
      '08D7B4',
      '341261FE98FD9F9B',
      '32DC341271ACCD00',
    ]);
  });

  it('encrypts PIN blocks of formats 0 and 3 under a key, and fixes format 4 by random or fill', async () => {
    const iso4 = { op: 'pin-block', format: '4', pin: '1234', pan: '1234567890123456789' };
    const key = '00112233445566778899AABBCCDDEEFF';
    const { answers } = await answersTo(
      { op: 'pin-block', format: '0', pin: '1234', pan: '5555555551234567', key: KEY },
      { ...iso4, key, random: 'FFFFFFFFFFFFFFFF' },
      { ...iso4, key, fill: 'ffffffffffffffff' },
      { ...iso4, key },
    );
    expect(answers[0]?.result).toMatch(/^[0-9A-F]{16}$/);
    expect(answers[0]?.result).not.toBe('041261AAAAEDCBA9');
    expect(answers[1]?.result).toBe('28B41FDDD29B743E93124BD8E32D921E');
    expect(answers[2]?.result).toBe('28B41FDDD29B743E93124BD8E32D921E');
    expect(answers[3]?.result).toMatch(/^[0-9A-F]{32}$/);
  });

  it('computes MACs of empty data', async () => {
    const { exitCode, answers } = await answersTo({
      op: 'mac',
      algorithm: 'aes-cmac',
      key: '2B7E151628AED2A6ABF7158809CF4F3C',
      data: '',
    });
    expect({ exitCode, answers }).toEqual({
      exitCode: 0,
      answers: [{ result: 'BB1D6929E95937287FA37D129B756746' }],
    });
  });

  it('unwraps a key block with its header, and says why it does not', async () => {
    const kbpk = 'EFE0853B256B583D868F251CE99EA1D9';
    const keyBlock = 'A0072K0TN00N0000F40D5672C6D0EC86F860BA88D44D00F0CA9A8CE8CD2F640287A9A9EB';
    const { answers } = await answersTo(
      { op: 'tr31-unwrap', kbpk, keyBlock },
      { op: 'tr31-unwrap', kbpk: KEY, keyBlock },
    );
    expect(answers[0]).toEqual({
      result: '5DB50B454F8389ADCE573BE50861F2BF',
      header: {
        version: 'A',
        usage: 'K0',
        algorithm: 'T',
        mode: 'N',
        keyVersion: '00',
        exportability: 'N',
        optionalBlocks: [],
      },
    });
    expect(answers[1]?.error?.code).toBe('bad-mac');
  });

  it.each([
    ['bad-request', ['kcv']],
    ['bad-request', 'kcv'],
    ['bad-request', null],
    ['missing-input', {}],
    ['unknown-op', { op: 'toString' }],
    ['missing-input', { op: 'kcv', algorithm: 'tdes' }],
    ['bad-input', { op: 'kcv', algorithm: 'rsa', key: KEY }],
    ['bad-hex', { op: 'kcv', algorithm: 'tdes', key: KEY.slice(1) }],
    ['bad-hex', { op: 'kcv', algorithm: 'tdes', key: `${KEY.slice(2)}ZZ` }],
    ['wrong-key-length', { op: 'kcv', algorithm: 'tdes', key: KEY.slice(16) }],
    ['bad-value', { op: 'kcv', algorithm: 'tdes', key: KEY, bytes: 9 }],
    ['bad-input', { op: 'kcv', algorithm: 'tdes', key: KEY, bytes: 'three' }],
    ['bad-pin', { op: 'pin-block', format: '0', pin: '123', pan: PAN }],
    ['bad-pin', { op: 'pin-block', format: '0', pin: '1234567890123', pan: PAN }],
    ['bad-input', { op: 'pin-block', format: '0', pin: 1234, pan: PAN }],
    ['bad-pan', { op: 'pin-block', format: '0', pin: '1234', pan: '62220202000' }],
    ['bad-pan', { op: 'pin-block', format: '0', pin: '1234', pan: '62220202000123456789' }],
    ['bad-input', { op: 'pin-block', format: '1', pin: '1234', pan: PAN }],
    ['bad-fill', { op: 'pin-block', format: '3', pin: '1234', pan: PAN, fill: '0123456789' }],
    ['needs-key', { op: 'pin-block', format: '4', pin: '1234', pan: PAN }],
    ['missing-input', { op: 'mac', algorithm: 'x9.9', key: '0123456789ABCDEF' }],
    ['bad-hex', { op: 'mac', algorithm: 'x9.9', key: '0123456789ABCDEF', data: 'ABC' }],
    ['wrong-key-length', { op: 'mac', algorithm: 'x9.19', key: '0123456789ABCDEF', data: '' }],
    ['bad-input', { op: 'mac', algorithm: 'x9.9', key: '0123456789ABCDEF', data: '', padding: 4 }],
    ['bad-padding', { op: 'mac', algorithm: 'cup-ecb', key: KEY, data: '', padding: 2 }],
    ['unknown-version', { op: 'tr31-unwrap', kbpk: KEY, keyBlock: 'Z0016' }],
    ['unknown-function', { op: 'purse', function: 'constructor' }],
    ['missing-input', { op: 'purse', function: 'purchase-mac2', ses: '0123456789ABCDEF' }],
    ['bad-input', { op: 'purse', function: 'purchase-mac2', ses: '0123456789ABCDEF', amount: '0001' }],
    ['wrong-key-length', { op: 'purse', function: 'purchase-mac2', ses: KEY, amount: '00000001' }],
    ['bad-input', { op: 'purse', function: 'diversify', master: KEY, factors: [] }],
    ['bad-input', { op: 'purse', function: 'diversify', master: KEY, factors: [17] }],
    ['bad-value', { op: 'purse', function: 'diversify', master: KEY, factors: ['00'] }],
  ])('answers %s to %j', async (code, request) => {
    expect(await errorOf(request)).toBe(code);
  });

  it('never repeats a key or a PIN in an error', async () => {
    const { stdout } = await calc(
      [
        `{"op":"kcv","algorithm":"tdes","key":"${KEY}", }`,
        `{"op":"kcv","algorithm":"tdes","key":"${KEY}0"}`,
        `{"op":"pin-block","format":"0","pin":"98765432109876","pan":"${PAN}"}`,
        '',
      ].join('\n'),
    );
    expect(stdout.trim().split('\n')).toHaveLength(3);
    expect(stdout).not.toMatch(/01234567|98765432|62220202/);
  });

  it('explains itself with --help and refuses other arguments with exit 2', async () => {
    const help = await calc('', ['--help']);
    expect(help.exitCode).toBe(0);
    expect(help.stdout).toMatch(/keys in the clear/);
    const refused = await calc('', ['--fast']);
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('keeps up with a reader that is slower than it', async () => {
    const line = `{"op":"kcv","algorithm":"tdes","key":"${KEY}"}\n`;
    const stdout = new PassThrough({ highWaterMark: 64 });
    const running = run([], { stdin: Readable.from([line.repeat(500)]), stdout, stderr: new PassThrough() });
    const read = stdout.setEncoding('utf8').toArray();
    expect(await running).toBe(0);
    stdout.end();
    expect((await read).join('')).toBe('{"result":"08D7B4"}\n'.repeat(500));
  });
});

interface PurseVector {
  readonly id: number;
  readonly op: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly output: string | Readonly<Record<string, string>>;
}

const purseVectors: readonly PurseVector[] = JSON.parse(
  readFileSync(new URL('../../../test/vectors/epurse.json', import.meta.url), 'utf8'),
);

function flowVector(op: string) {
  const vector = purseVectors.find((candidate) => candidate.op === op);
  if (vector === undefined || typeof vector.output === 'string') throw new Error(`no flow ${op}`);
  return { inputs: vector.inputs, output: vector.output };
}

describe('holdfast calc, purse', () => {
  it.each(purseVectors)('gives worked value $id ($op) whole, from its input names', async (vector) => {
    const { answers } = await answersTo({ op: 'purse', function: vector.op, ...vector.inputs });
    expect(answers).toEqual([{ result: vector.output }]);
  });

  it.each([
    ['load_flow', 'load-mac1', 'MAC1'],
    ['load_flow', 'load-tac', 'TAC'],
    ['purchase_flow', 'purchase-mac1', 'MAC1'],
    ['purchase_flow', 'purchase-tac', 'TAC'],
  ])('gives from the inputs of %s what %s gives alone', async (flow, alone, name) => {
    const { inputs, output } = flowVector(flow);
    const { answers } = await answersTo({ op: 'purse', function: alone, ...inputs });
    expect(answers).toEqual([{ result: output[name] }]);
  });

  it('has a card of one level in a purchase when no bank or city is named, and Lc says so', async () => {
    const { bankId: _bank, cityId: _city, ...inputs } = flowVector('purchase_flow').inputs;
    const { answers } = await answersTo({ op: 'purse', function: 'purchase-flow', ...inputs });
    expect(answers[0]?.result).toMatchObject({
      psamCmd: '807000001C55AA12340013000000FA06202611211422330100100075123456789008',
    });
  });

  it.each([
    ['missing-input', 'load_flow', 'mlk', undefined],
    ['missing-input', 'load_flow', 'oldBalance', undefined],
    ['bad-input', 'load_flow', 'oldBalance', 'FFFFFFFF'],
    ['bad-input', 'load_flow', 'onlineSn', 'FFFF'],
    ['bad-input', 'load_flow', 'date', '20261321'],
    ['bad-input', 'load_flow', 'time', '246000'],
    ['bad-input', 'load_flow', 'keyVer', 256],
    ['bad-hex', 'load_flow', 'rnd', 'A1B2C3DX'],
    ['bad-value', 'load_flow', 'appSn', '10007512'],
    ['missing-input', 'purchase_flow', 'termSn', undefined],
    ['missing-input', 'purchase_flow', 'bankId', undefined],
    ['bad-input', 'purchase_flow', 'balance', '000000F9'],
    ['bad-input', 'purchase_flow', 'offlineSn', 'FFFF'],
    ['bad-input', 'purchase_flow', 'appSn', '100075123456789011'],
    ['bad-input', 'purchase_flow', 'algId', -1],
    ['bad-input', 'purchase_flow', 'amount', 250],
  ])('answers %s to a %s whose %s is %j', async (code, flow, name, value) => {
    const inputs = { ...flowVector(flow).inputs, [name]: value };
    expect(await errorOf({ op: 'purse', function: flow, ...inputs })).toBe(code);
  });

  it('takes the documented names of functions, a TAC key as it is, and a new balance', async () => {
    const purchase = {
      op: 'purse',
      amount: '000000FA',
      term: '310000000001',
      date: '20261121',
      time: '142233',
    };
    const dtk = '8CD7C48DC77813BC22C65F8A1F34BB98';
    const { answers } = await answersTo(
      { ...purchase, function: 'purchase-mac1', ses: '26D1974F3A209F24' },
      { ...purchase, function: 'purchase-mac2', ses: '26D1974F3A209F24' },
      { ...purchase, function: 'purchase-tac', dtk, termSn: '00012345' },
      { ...purchase, function: 'purchase-tac', tacKey: 'AE119B07D84CA824', termSn: '00012345' },
      {
        ...purchase,
        function: 'load-tac',
        dtk,
        amount: '00001388',
        newBalance: '0000185A',
        onlineSn: '0007',
      },
    );
    expect(answers.map((answer) => answer.result)).toEqual([
      '9F3931F7',
      '7BF7FDB7',
      '2A561719',
      '2A561719',
      'E5E3DB6D',
    ]);
  });
});
