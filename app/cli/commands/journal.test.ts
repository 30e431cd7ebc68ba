import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openJournal } from '../../../terminal-core/journal/index.ts';
import { forgetCards } from '../../../terminal-core/runtime/forget-cards.ts';
import { TerminalBench } from '../../../test/support/terminal-bench.ts';
import { runJournal } from './journal.ts';

const PAN = '6222021234567894';
let folder: string;
let file: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-journal-command-'));
  file = join(folder, 'journal.db');
  const bytes = (clear: Uint8Array): Uint8Array => Buffer.from(clear).map((byte) => byte ^ 0xff);
  const opened = openJournal({ file, seal: bytes, unseal: bytes, nowMs: () => 0 });
  if (!opened.ok) throw new Error(opened.error.detail);
  opened.journal.append([{ atMs: 0, kind: 'first', payload: { a: 1 }, secret: { pan: PAN } }], []);
  opened.journal.append(
    [{ atMs: 1000, kind: 'second', payload: { passwordHash: 'abc', list: [1, null, 'x'] } }],
    [],
  );
  opened.journal.append([{ atMs: 2000, kind: 'third', payload: { receipt: 'y'.repeat(500) } }], []);
  opened.journal.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function holdfastJournal(...args: string[]) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const code = await runJournal(args, { stdin, stdout, stderr }, {});
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

describe('holdfast journal verify', () => {
  it('prints the report as one JSON object and exits 0', async () => {
    const { code, out } = await holdfastJournal('verify', file, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      entries: 3,
      head: expect.stringMatching(/^[0-9A-F]{64}$/),
      ok: true,
      firstBad: null,
      sealed: 1,
      clearPans: 0,
    });
  });

  it('exits 1 for a journal that lost its end, and says where', async () => {
    const cut = join(folder, 'cut.db');
    const bytes = (clear: Uint8Array): Uint8Array => clear;
    const opened = openJournal({ file: cut, seal: bytes, unseal: bytes, nowMs: () => 0 });
    if (!opened.ok) throw new Error(opened.error.detail);
    opened.journal.append([{ atMs: 0, kind: 'a', payload: {} }], []);
    opened.journal.close();
    truncateSync(cut, 0);
    const { code, out } = await holdfastJournal('verify', cut);
    expect(code).toBe(1);
    expect(out).toContain('DOES NOT HOLD');
    expect(out).toContain('lost-entries');
  });

  it('exits 1 and finds a card number in clear', async () => {
    const leaky = join(folder, 'leaky.db');
    const bytes = (clear: Uint8Array): Uint8Array => clear;
    const opened = openJournal({ file: leaky, seal: bytes, unseal: bytes, nowMs: () => 0 });
    if (!opened.ok) throw new Error(opened.error.detail);
    opened.journal.append([{ atMs: 0, kind: 'a', payload: { note: PAN } }], []);
    opened.journal.close();
    const { code, out } = await holdfastJournal('verify', leaky);
    expect(code).toBe(1);
    expect(out).toContain('entry 1: 622202…7894');
    const shown = await holdfastJournal('show', leaky, '--json');
    expect(shown.out).toContain('622202******7894');
    expect(out + shown.out).not.toContain(PAN);
  });
});

describe('holdfast journal show', () => {
  it('prints entries as JSON lines in the range asked for, without passwords', async () => {
    const { code, out } = await holdfastJournal('show', file, '--from', '2', '--limit', '1', '--json');
    expect(code).toBe(0);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        seq: 2,
        at: '1970-01-01T00:00:01.000Z',
        atMs: 1000,
        kind: 'second',
        secretState: 'none',
        payload: { list: [1, null, 'x'], passwordHash: '(hidden)' },
        hash: expect.stringMatching(/^[0-9A-F]{64}$/),
      },
    ]);
  });

  it('prints text with long payloads cut', async () => {
    const { code, out } = await holdfastJournal('show', file);
    expect(code).toBe(0);
    expect(out).toContain('first [card data sealed]');
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThan(200);
  });

  it('exits 1 for a file that it cannot read', async () => {
    const { code, err } = await holdfastJournal('show', join(folder, 'none.db'));
    expect(code).toBe(1);
    expect(err).toContain('none.db');
  });
});

describe('holdfast journal', () => {
  it.each([
    [[]],
    [['verify']],
    [['erase', 'x']],
    [['show', 'a', 'b']],
    [['verify', 'a', '--limit', '1']],
    [['show', 'a', '--from', '0']],
    [['show', 'a', '--limit', 'many']],
    [['show', 'a', '--nope']],
  ])('refuses %j with one line and exit code 2', async (args) => {
    const { code, out, err } = await holdfastJournal(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  it('has help', async () => {
    expect(await holdfastJournal('--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('journal verify FILE'),
    });
  });
});

describe('holdfast journal archive', () => {
  it('archives a data folder, and verify shows whether archive and journal join', async () => {
    const data = mkdtempSync(join(folder, 'data-'));
    const journal = join(data, 'journal.sqlite');
    const bench = await new TerminalBench(journal).open();
    await bench.pay(10_00);
    const approval = { operatorCode: '2001', passwordMatches: true };
    await bench.terminal.run({ kind: 'settle', approval });
    forgetCards(bench.journal, bench.terminal.state);
    bench.journal.close();
    // The bench sells in the past; the command goes by the machine's clock.
    vi.useFakeTimers({ now: bench.nowMs + 401 * 86_400_000, toFake: ['Date'] });
    expect(await holdfastJournal('archive', data)).toMatchObject({
      code: 0,
      out: expect.stringContaining('entries 1 to'),
    });
    expect((await holdfastJournal('archive', data)).out).toContain('Nothing is older');
    vi.useRealTimers();
    const archive = `${journal}-archive-0000000001`;
    expect(await holdfastJournal('verify', journal, archive)).toMatchObject({
      code: 0,
      out: expect.stringContaining('the archive holds'),
    });
    expect(await holdfastJournal('verify', archive)).toMatchObject({ code: 0 });
    expect((await holdfastJournal('show', archive, '--limit', '1')).out).toContain('terminal-provisioned');
    const strange = await holdfastJournal('verify', file, archive);
    expect(strange).toMatchObject({ code: 1, out: expect.stringContaining('do not join') });
    expect(await holdfastJournal('archive', join(data, 'nowhere'))).toMatchObject({ code: 1 });
  });
});

describe('holdfast journal restore', () => {
  it('puts a damaged journal together again, says what is lost, and masks what it shows', async () => {
    const data = mkdtempSync(join(folder, 'damaged-data-'));
    const journal = join(data, 'journal.sqlite');
    const bench = await new TerminalBench(journal).open();
    await bench.pay(10_00);
    await bench.journal.copy();
    await bench.pay(20_00);
    const lastSeq = bench.journal.nextSeq() - 1;
    bench.journal.close();
    expect(await holdfastJournal('restore', data)).toMatchObject({
      code: 1,
      err: expect.stringContaining('the journal is whole'),
    });
    const database = new Database(journal);
    database.exec('DROP TRIGGER entries_never_changed');
    database.exec(`UPDATE entries SET payload = replace(payload, '20', '21') WHERE seq = ${lastSeq - 1}`);
    database.close();
    const { code, out } = await holdfastJournal('restore', data);
    expect(code).toBe(0);
    expect(out).toContain(`lost        entries ${lastSeq - 1} to ${lastSeq}`);
    expect(out).toContain('damaged-');
    expect(out).toContain(`${lastSeq}  2026`);
    expect(await holdfastJournal('verify', journal)).toMatchObject({ code: 0 });
    // The folder that archive and restore take means its journal.
    expect(await holdfastJournal('verify', data)).toMatchObject({
      code: 0,
      out: expect.stringContaining(`${journal}: the journal holds`),
    });
    expect((await holdfastJournal('show', data, '--limit', '1')).out).toContain('terminal-provisioned');
  });
});
