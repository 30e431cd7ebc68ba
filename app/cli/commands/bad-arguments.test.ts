import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY_ACTIONS } from '../day/day-script.ts';
import { main } from '../main.ts';

const PAN = '8890121000000010330';
const SERIAL = '00000000000000000001';
const MERCHANT_ID = '105331051320001';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-arguments-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** One command line; `FOLDER` in it is the test's own folder. */
async function holdfast(line: string) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const args = line.split(' ').map((word) => word.replace('FOLDER', folder));
  const exitCode = await main(args, { stdin, stdout, stderr });
  return { exitCode, out: String(stdout.read() ?? ''), said: String(stderr.read() ?? '') };
}

/** Said in one line, with nothing done: no file or folder was made on the way. */
async function expectRefused(line: string, words: RegExp): Promise<void> {
  const before = readdirSync(folder);
  const { exitCode, out, said } = await holdfast(line);
  expect({ line, exitCode, out, lines: said.split('\n').length - 1 }).toEqual({
    line,
    exitCode: 2,
    out: '',
    lines: 1,
  });
  expect(said).toMatch(words);
  expect(readdirSync(folder)).toEqual(before);
}

describe('bad arguments end with exit code 2 and one line that says what was expected', () => {
  it.each([
    ['day --nope', /Unknown option '--nope'; --help says what is expected/],
    ['day extra', /Unexpected argument 'extra'; --help says/],
    ['day --seed', /'--seed <value>' argument missing/],
    ['day --seed abc', /--seed is a whole number, not abc/],
    ['day --script FOLDER/none.csv', /none\.csv cannot be read \(ENOENT\)/],
    ['day --cards FOLDER/none.csv', /none\.csv cannot be read \(ENOENT\)/],
    ['day --receipts FOLDER/a-file/in-it', /ENOTDIR/],
    ['sim --nope', /Unknown option '--nope'; --help says/],
    ['sim extra', /Unexpected argument 'extra'; --help says/],
    ['sim --seeds abc', /--seeds is a whole number from 1 to \d+, not abc/],
    ['sim --mutate nope', /--mutate is one of the names of --mutate list, not nope/],
    ['bench --nope', /Unknown option '--nope'; --help says/],
    ['bench wat', /there is no "wat"; expected codec, /],
    ['iso --nope', /Unknown option '--nope'; --help says/],
    ['journal --nope', /Unknown option '--nope'; --help says/],
    ['host serve --nope', /Unknown option '--nope'; --help says/],
    ['host serve --port abc --db FOLDER/new/h.db', /--port is a whole number from 0 to 65535, not "abc"/],
    ['host serve --port 70000 --db FOLDER/new/h.db', /--port is a whole number from 0 to 65535/],
    ['host serve --admin-port x --db FOLDER/new/h.db --demo', /--admin-port is a whole number/],
    ['host serve --log loud --db FOLDER/new/h.db --demo', /--log is one of/],
    ['host serve --parameter nope=1 --db FOLDER/new/h.db --demo', /--parameter is NAME=NUMBER/],
    ['host serve --faults nope --db FOLDER/new/h.db --demo', /nope is neither a scenario .* nor a file/],
    ['host serve --faults FOLDER/a-file --db FOLDER/new/h.db --demo', /a-file is neither a scenario/],
    ['host serve --faults FOLDER/rules --db FOLDER/new/h.db --demo', /rules is not a list of fault rules/],
    ['host check --now yesterday --db FOLDER/a-file', /--now is a moment like .*, not "yesterday"/],
    ['host cards list --now yesterday --db FOLDER/a-file', /--now is a moment like/],
    ['host check --seed abc --db FOLDER/a-file', /--seed is a whole number/],
    ['host serve --db FOLDER/a-file/h.db --demo', /There can be no host database at .*a-file.h\.db/],
    [
      `host terminals create 10000001 --merchant ${MERCHANT_ID} --out FOLDER/none/t.json --demo --db FOLDER/h.db`,
      /none.t\.json cannot be written: ENOENT/,
    ],
  ] as const)('holdfast %s', async (line, words) => {
    writeFileSync(join(folder, 'a-file'), 'no JSON,\nnor a folder\n');
    writeFileSync(join(folder, 'rules'), '[{"kind":"nope"},{"kind":"delay"}]');
    await expectRefused(line, words);
  });
});

describe('a mistyped --db', () => {
  it.each([
    'host check',
    'host cards list',
    `host cards show ${PAN}`,
    `host cards block ${PAN}`,
    'host purses list',
    `host purses block ${SERIAL}`,
    'host terminals list',
    'host terminals block 10000001',
    'host batches list',
    'host exceptions list',
    'host merchants settle',
    'host keys list',
    'host keys announce',
    'batch import FOLDER/batch',
  ])('is said and makes no database: holdfast %s', async (line) => {
    writeFileSync(join(folder, 'batch'), '{}');
    await expectRefused(`${line} --db FOLDER/none/h.db --demo`, /There is no host database at .*none.h\.db/);
  });

  it('makes one for a command that a new host begins with', async () => {
    writeFileSync(
      join(folder, 'cards.csv'),
      `pan,kind,balance,expiry,pin,status,name\n${PAN},registered,500.00,2910,,active,A\n`,
    );
    const loaded = await holdfast('host cards load FOLDER/cards.csv --db FOLDER/new/h.db --demo');
    expect(loaded).toMatchObject({ exitCode: 0, said: '' });
    expect(readdirSync(join(folder, 'new'))).toContain('h.db');
    const shown = await holdfast(`host cards show ${PAN} --db FOLDER/new/h.db`);
    expect(shown).toMatchObject({ exitCode: 0 });
    // A list with nothing in it says under its titles what there is none of.
    expect(shown.out).toMatch(/^time +terminal +batch .*code means.*\nnone$/m);
  });
});

describe('--help', () => {
  it('names what a script of a day can have', async () => {
    const { out } = await holdfast('day --help');
    expect(out).toContain('action,ref,card,basket,amount');
    expect(out).toMatch(/BARCODE\*QUANTITY/);
    for (const action of DAY_ACTIONS) expect(out).toContain(action);
  });
});
