import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LINE_CHARACTERS_MAX } from './iso/line-loop.ts';
import { run } from './iso.ts';

/** Runs the command as a shell would and gives what it printed. */
async function iso(
  args: string[],
  input: string | readonly Buffer[] = '',
): Promise<{ code: number; out: string; err: string }> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const printed = [stdout, stderr].map(async (stream) => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString('utf8');
  });
  const stdin = Readable.from(typeof input === 'string' ? [Buffer.from(input)] : input);
  const code = await run(args, { stdin, stdout, stderr });
  stdout.end();
  stderr.end();
  const [out = '', err = ''] = await Promise.all(printed);
  return { code, out, err };
}

const FRONT = '6000030000603100311001';
const SALE = `${FRONT}0200302000000080000000000000000000123400000154303030303030${'31'}`;
const SALE_JSON =
  '{"mti":"0200","tpdu":"6000030000","header":"603100311001","bitmap":[3,4,11,41],' +
  '"fields":{"3":"000000","4":"000000001234","11":"000001","41":"T0000001"}}';
const CARD = `${FRONT}0200400000002000100016622202000000000721${'6222020000000007D25120'}0102030405060708`;

const vectors = readFileSync(join(import.meta.dirname, '../../../test/vectors/iso8583.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line): { dialect: string; framed: boolean; hex: string } => JSON.parse(line));

describe('holdfast iso', () => {
  it('prints one JSON object for one frame', async () => {
    expect(await iso(['decode', '--dialect', 'cup'], `${SALE}\n`)).toEqual({
      code: 0,
      out: `${SALE_JSON}\n`,
      err: '',
    });
  });

  it('prints one frame for one JSON object', async () => {
    expect(await iso(['encode', '--dialect', 'cup'], `${SALE_JSON}\n`)).toEqual({
      code: 0,
      out: `${SALE}\n`,
      err: '',
    });
  });

  it('reads and writes the length with --framed, and counts offsets from it', async () => {
    const framed = (SALE.length / 2).toString(16).padStart(4, '0').toUpperCase() + SALE;
    expect((await iso(['decode', '--dialect', 'cup', '--framed'], framed)).out).toBe(`${SALE_JSON}\n`);
    expect((await iso(['encode', '--dialect', 'cup', '--framed'], SALE_JSON)).out).toBe(`${framed}\n`);

    const badDigit = `0018${FRONT}0200${'2000000000000000'}0000A0`;
    const { code, out } = await iso(['decode', '--dialect', 'cup', '--framed'], badDigit);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'bad-digit', field: '3', offset: 25 } });

    const short = await iso(['decode', '--dialect', 'cup', '--framed'], `0099${SALE}`);
    expect(JSON.parse(short.out)).toMatchObject({ error: { code: 'frame-length', offset: 0 } });
  });

  it('takes hex in groups', async () => {
    const grouped = SALE.replace(/..../g, '$& ');
    expect((await iso(['decode', '--dialect', 'cup'], grouped)).out).toBe(`${SALE_JSON}\n`);
  });

  it('goes on behind a bad line and exits 1 at the end', async () => {
    const { code, out } = await iso(
      ['decode', '--dialect', 'cup'],
      `${SALE.slice(0, -2)}\n\n${SALE}\r\nxyz\n`,
    );
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(code).toBe(1);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toEqual({
      error: { code: 'truncated', field: '41', offset: 33, message: expect.any(String) },
      partial: {
        mti: '0200',
        tpdu: '6000030000',
        header: '603100311001',
        bitmap: [3, 4, 11],
        fields: { 3: '000000', 4: '000000001234', 11: '000001' },
      },
    });
    expect(lines[1]).toEqual(JSON.parse(SALE_JSON));
    expect(lines[2]).toMatchObject({ error: { code: 'bad-digit', offset: 0 } });
  });

  it('masks on request, also what it decoded in front of an error', async () => {
    const { out } = await iso(['decode', '--dialect', 'cup', '--masked'], `${CARD}\n${CARD}00\n`);
    const [whole = '', broken = ''] = out.split('\n');
    expect(JSON.parse(whole)).toMatchObject({
      fields: { 2: '622202******0007', 35: '********', 52: '********' },
    });
    expect(JSON.parse(broken)).toMatchObject({
      error: { code: 'trailing-bytes' },
      partial: { fields: { 2: '622202******0007' } },
    });
    expect(out).not.toContain('6222020000000007');
    const clear = await iso(['decode', '--dialect', 'cup'], CARD);
    expect(JSON.parse(clear.out)).toMatchObject({
      fields: { 35: '6222020000000007=2512', 52: '0102030405060708' },
    });
  });

  it('places what is wrong inside chip data in the frame, and prints the frame too', async () => {
    const chip = `${FRONT}0210${'2000000000000200'}000000${'0009'}9F1A0201569F360200`;
    const { code, out } = await iso(['decode', '--dialect', 'cup'], chip);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      error: { code: 'truncated', field: '55.9F36', offset: 34 },
      partial: { mti: '0210', bitmap: [3], fields: { 3: '000000' } },
      fields: { 3: '000000', 55: '9F1A0201569F360200' },
    });
    const framed = await iso(['decode', '--dialect', 'cup', '--framed'], `0023${chip}`);
    expect(JSON.parse(framed.out)).toMatchObject({ error: { field: '55.9F36', offset: 36 } });
  });

  it('only remarks on DE58 and DE59 that are not as the till writes them, because other hosts use them otherwise', async () => {
    const other = `${FRONT}0210${'0000000000000060'}${'0002'}FF01${'0003'}616263`;
    const { code, out } = await iso(['decode', '--dialect', 'cup'], other);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      fields: { 58: 'FF01', 59: 'abc' },
      problems: [{ field: '58.FF01' }, { field: '59' }],
    });
  });

  it.each([
    ['a value that is too long', '{"fields":{"4":"1234567890123"}}', 'bad-length', '4'],
    ['a value that is no text', '{"fields":{"4":1234}}', 'bad-digit', '4'],
    ['hex that is not whole bytes', '{"fields":{"55":"9F3"}}', 'bad-digit', '55'],
    ['a field that the dialect lacks', '{"fields":{"24":"001"}}', 'unknown-field', '24'],
    ['a field that is no number', '{"fields":{"pan":"001"}}', 'unknown-field', 'pan'],
    ['a masked message', '{"fields":{"52":"********"}}', 'bad-digit', '52'],
    ['no fields', '{}', 'bad-digit', undefined],
  ])('refuses to encode %s', async (_, part, errorCode, field) => {
    const json = { ...JSON.parse(SALE_JSON), fields: undefined, ...JSON.parse(part) };
    const { code, out } = await iso(['encode', '--dialect', 'cup'], JSON.stringify(json));
    const answer: { error: { code: string; field?: string } } = JSON.parse(out);
    expect([code, answer.error.code, answer.error.field]).toEqual([1, errorCode, field]);
  });

  it('reads lines behind a byte order mark', async () => {
    expect((await iso(['decode', '--dialect', 'cup'], `\uFEFF${SALE}\r\n`)).out).toBe(`${SALE_JSON}\n`);
    expect((await iso(['encode', '--dialect', 'cup'], `\uFEFF${SALE_JSON}`)).out).toBe(`${SALE}\n`);
  });

  it('refuses to encode a line that is no JSON', async () => {
    const { code, out } = await iso(['encode', '--dialect', 'cup'], '{"mti":');
    expect([code, JSON.parse(out).error.code]).toEqual([1, 'bad-digit']);
  });

  it('reads a binary bitmap in an ASCII dialect, says so, and writes it again', async () => {
    const hex = `${Buffer.from('0200').toString('hex')}2020000000000000${Buffer.from('000000000001').toString('hex')}`;
    const { out } = await iso(['decode', '--dialect', 'iso87-ascii'], hex);
    expect(JSON.parse(out)).toMatchObject({
      bitmapEncoding: 'binary',
      fields: { 3: '000000', 11: '000001' },
    });
    expect((await iso(['encode', '--dialect', 'iso87-ascii'], out)).out).toBe(`${hex}\n`);
  });

  it.each([
    ['is too short for a hex one', '2000000000000000303030303030', { fields: { 3: '000000' } }],
    [
      'stands in a frame that is cut off',
      '20200000000000003030303030303132',
      { error: { field: '11', offset: 18 } },
    ],
    [
      'has words for one',
      Buffer.from('ZZZZZZZZZZZZZZZZ000000').toString('hex'),
      { error: { code: 'bad-bitmap', offset: 4 } },
    ],
    [
      'is a hex one with a slip',
      Buffer.from('2G20000000000000000000').toString('hex'),
      { error: { code: 'bad-bitmap', offset: 5 } },
    ],
  ])('knows a binary bitmap in an ASCII dialect when the frame %s', async (_, rest, shown) => {
    const { out } = await iso(['decode', '--dialect', 'iso87-ascii'], `30323030${rest}`);
    expect(JSON.parse(out)).toMatchObject(shown);
  });

  it('writes every published message again as it was', async () => {
    const groups = {
      cup: 'cup-bcd',
      'iso87-ascii': 'iso87-ascii-hexbitmap',
      'iso87-bcd': 'iso87-bcd',
      'iso93-ascii': 'iso93-ascii-hexbitmap',
      'iso93-bcd': 'iso93-bcd',
    };
    for (const [dialect, source] of Object.entries(groups)) {
      const lines = vectors
        .filter((vector) => vector.dialect === source)
        .map(({ framed, hex }) => (framed ? hex.slice(4) : hex));
      expect(lines.length).toBeGreaterThan(0);
      const decoded = await iso(['decode', '--dialect', dialect], lines.join('\n'));
      const encoded = await iso(['encode', '--dialect', dialect], decoded.out);
      expect([decoded.code, encoded.code, encoded.out.trimEnd().split('\n')]).toEqual([0, 0, lines]);
    }
  });

  it('writes Chinese text and bytes that are none', async () => {
    const hex = `${FRONT}02100000000000000002${'0005'}D6D0CEC4CE`;
    const { out } = await iso(['decode', '--dialect', 'cup'], hex);
    expect(out).toContain('中文');
    expect((await iso(['encode', '--dialect', 'cup'], out)).out).toBe(`${hex}\n`);
  });

  it('takes lines in pieces of any size', async () => {
    const text = Buffer.from(`${SALE}\n`.repeat(20));
    const pieces = Array.from({ length: Math.ceil(text.length / 7) }, (_, index) =>
      text.subarray(7 * index, 7 * index + 7),
    );
    const { out } = await iso(['decode', '--dialect', 'cup'], pieces);
    expect(out).toBe(`${SALE_JSON}\n`.repeat(20));
  });

  it('refuses a line that is too long and goes on with the next', async () => {
    const tooLong = '0'.repeat(LINE_CHARACTERS_MAX + 1);
    const { code, out } = await iso(
      ['decode', '--dialect', 'cup'],
      [Buffer.from(tooLong), Buffer.from(`0000\n${SALE}\n`)],
    );
    const [first = '', second] = out.split('\n');
    expect([code, JSON.parse(first).error.code, second]).toEqual([1, 'frame-length', SALE_JSON]);
    const atMost = await iso(['decode', '--dialect', 'cup'], '0'.repeat(LINE_CHARACTERS_MAX));
    expect(JSON.parse(atMost.out).error.message).toContain('8192');
  });

  it('prints a table with names and meanings, always masked', async () => {
    const { code, out } = await iso(['decode', '--dialect', 'cup', '--table'], `${CARD}\n${SALE}\n`);
    expect(code).toBe(0);
    expect(out).toMatch(/^ +4 +Amount +n12 +000000001234 +12\.34$/m);
    expect(out).toMatch(/^ +2 +Primary account number +n\.\.19 +622202\*{6}0007$/m);
    expect(out).not.toContain('6222020000000007');
    expect(out).not.toContain('0102030405060708');
  });

  it('says in the table where a frame breaks', async () => {
    const { code, out } = await iso(['decode', '--dialect', 'cup', '--table'], SALE.slice(0, -2));
    expect(code).toBe(1);
    expect(out).toMatch(/! truncated in 41 at byte 33/);
  });

  it.each([
    [[]],
    [['decode']],
    [['decode', '--dialect', 'visa']],
    [['unpack', '--dialect', 'cup']],
    [['decode', 'more', '--dialect', 'cup']],
    [['encode', '--dialect', 'cup', '--masked']],
    [['decode', '--dialect', 'cup', '--nonsense']],
  ])('refuses the arguments %j in one line', async (args) => {
    const { code, out, err } = await iso(args);
    expect([code, out]).toEqual([2, '']);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(err).toMatch(/^holdfast iso: /);
  });

  it('explains itself', async () => {
    const { code, out } = await iso(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('--dialect');
  });
});
