import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TerminalBench } from '../../test/support/terminal-bench.ts';
import { project } from '../engine/project.ts';
import { replay } from '../engine/replay.ts';
import { terminalOf } from '../engine/state.ts';
import { COPIES_KEPT, listCopies, openJournal, verifyJournal } from '../journal/index.ts';
import { restoreDataFolder } from './restore-journal.ts';

let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-restore-'));
  file = join(folder, 'journal.sqlite');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Sold {
  readonly hashes: readonly string[];
  readonly stans: readonly string[];
  readonly txnIds: readonly string[];
  /** Entries that the copy has; 0 without one. */
  readonly copied: number;
}

/** Sells, takes a copy, sells on, and closes. */
async function sold(before: number, after: number, withCopy = true): Promise<Sold> {
  const bench = await new TerminalBench(file).open();
  for (let sale = 0; sale < before; sale += 1) await bench.pay(1_00 + sale);
  const copied = withCopy ? await bench.journal.copy() : undefined;
  for (let sale = 0; sale < after; sale += 1) await bench.pay(2_00 + sale);
  const transactions = bench.journal.list('transactions', { limit: 1000 });
  const hashes = Array.from(bench.journal.entries(), ({ hash }) => hash);
  bench.journal.close();
  return {
    hashes,
    stans: transactions.map(({ doc }) => String(doc.stan)),
    txnIds: transactions.map(({ key }) => key),
    copied: copied?.kind === 'copied' ? copied.throughSeq : 0,
  };
}

function restore() {
  return restoreDataFolder(folder, { nowMs: Date.UTC(2026, 10, 22) });
}

function restored() {
  const result = restore();
  if (result.kind !== 'restored') throw new Error(`${result.kind} instead of a restored journal`);
  return result;
}

/** The restored journal is whole, says what happened, and sells on with numbers that were never used. */
async function expectGoesOn(before: Sold, throughSeq: number): Promise<void> {
  expect(verifyJournal(file, { project })).toMatchObject({
    ok: true,
    headFile: 'head',
    projectionDifferences: [],
    entries: throughSeq + 1,
  });
  const bench = new TerminalBench(file);
  const entries = [...bench.journal.entries()];
  expect(entries.slice(0, -1).map(({ hash }) => hash)).toEqual(before.hashes.slice(0, throughSeq));
  expect(entries.at(-1)).toMatchObject({ kind: 'journal-restored', payload: { throughSeq } });
  if (bench.terminal.state.get('terminal', 'terminal') && terminalOf(bench.terminal.state).batchNumber) {
    await bench.terminal.run({ kind: 'terminal-sign-on' });
    const basket = bench.basket(9_00, 'after the restore');
    const txn = bench.txn(await bench.terminal.run({ kind: 'pay-card', basket, presented: bench.card() }));
    expect(before.txnIds).not.toContain(txn.txnId);
    expect(before.stans).not.toContain(txn.stan);
  }
  bench.journal.close();
}

/** Overwrites the stored payload of an entry where it lies in the file, as a bad sector would. */
function damageEntry(seq: number): void {
  const database = new Database(file, { readonly: true });
  const payload = database
    .prepare<[number], string>('SELECT payload FROM entries WHERE seq = ?')
    .pluck()
    .get(seq);
  database.close();
  const bytes = readFileSync(file);
  const at = bytes.indexOf(payload ?? '?');
  expect(at).toBeGreaterThan(0);
  bytes.fill('#', at, at + 4);
  writeFileSync(file, bytes);
}

describe('restoring a journal', () => {
  it('loses nothing when the damage is in what the copy has: it goes on with the entries after the copy', async () => {
    const before = await sold(4, 4);
    damageEntry(before.copied - 2);
    expect(openJournal({ file, seal: (x) => x, unseal: (x) => x, nowMs: () => 0 }).ok).toBe(false);
    const damaged = readFileSync(file);
    const result = restored();
    expect(result).toMatchObject({
      throughSeq: before.hashes.length,
      lostThroughSeq: before.hashes.length,
      unproven: [],
    });
    expect(readFileSync(join(result.keptIn, 'journal.sqlite'))).toEqual(damaged);
    await expectGoesOn(before, before.hashes.length);
  });

  it('keeps what is before the damage when that is longer than the copy, and lists what it cannot prove', async () => {
    const before = await sold(2, 5);
    const bad = before.hashes.length - 2;
    damageEntry(bad);
    const result = restored();
    expect(result).toMatchObject({ lostThroughSeq: before.hashes.length });
    expect(result.throughSeq).toBeLessThan(bad);
    expect(result.throughSeq).toBeGreaterThan(before.copied);
    expect(result.unproven.map(({ seq }) => seq)).toContain(before.hashes.length);
    await expectGoesOn(before, result.throughSeq);
  });

  it('needs no copy for damaged documents: they follow from the entries', async () => {
    const before = await sold(3, 0, false);
    const database = new Database(file);
    database.exec("UPDATE docs SET doc = replace(doc, '1', '2')");
    database.close();
    expect(restored().throughSeq).toBe(before.hashes.length);
    await expectGoesOn(before, before.hashes.length);
  });

  it('goes back to the copy when nothing else can be read', async () => {
    const before = await sold(3, 3);
    writeFileSync(file, Buffer.alloc(50_000, 7));
    const result = restored();
    expect(result).toMatchObject({ throughSeq: before.copied, lostThroughSeq: before.hashes.length });
    await expectGoesOn(before, before.copied);
  });

  it('skips far when the head file is gone too and nobody knows how much is lost', async () => {
    const before = await sold(3, 3);
    rmSync(file);
    rmSync(`${file}-head`);
    const result = restored();
    expect(result.lostThroughSeq).toBeUndefined();
    const { journal } = new TerminalBench(file);
    expect([...journal.entries()].at(-1)?.payload).toMatchObject({ skipped: 100_000 });
    journal.close();
    await expectGoesOn(before, before.copied);
  });

  it('does nothing to a whole journal, beside a running terminal, or without anything to go by', async () => {
    const bench = await new TerminalBench(file).open();
    expect(restore()).toEqual({ kind: 'running' });
    bench.journal.close();
    const names = readdirSync(folder);
    expect(restore()).toEqual({ kind: 'nothing-to-restore' });
    writeFileSync(file, 'rubbish');
    expect(restore()).toEqual({ kind: 'nothing-left' });
    expect(readFileSync(file, 'utf8')).toBe('rubbish');
    expect(readdirSync(folder)).toEqual(names);
    expect(restoreDataFolder(join(folder, 'nowhere'), { nowMs: 0 })).toEqual({ kind: 'no-folder' });
  });

  it('restores a journal that was archived, from its anchor or through its archive', async () => {
    const bench = await new TerminalBench(file).open();
    for (let sale = 0; sale < 3; sale += 1) await bench.pay(1_00);
    await bench.terminal.run({ kind: 'settle', approval: { operatorCode: '2001', passwordMatches: true } });
    bench.journal.eraseSecrets(bench.journal.sealedSeqs());
    const old = await bench.journal.copy();
    bench.journal.archive({ throughSeq: bench.journal.nextSeq() - 1, replay, nowMs: bench.nowMs });
    const lastSeq = bench.journal.nextSeq() - 1;
    bench.journal.close();
    const whole = readFileSync(file);
    const damageAnchor = () => {
      const database = new Database(file);
      database.exec('DELETE FROM snapshot');
      database.close();
    };
    const damageDocs = () => {
      const database = new Database(file);
      database.exec("UPDATE docs SET terms = 'x'");
      database.close();
    };
    for (const damage of [damageDocs, damageAnchor]) {
      for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
      writeFileSync(file, whole);
      damage();
      expect(restored().throughSeq, damage.name).toBeGreaterThanOrEqual(lastSeq);
      expect(verifyJournal(file, { project })).toMatchObject({ ok: true, projectionDifferences: [] });
    }
    expect(old.kind).toBe('copied');
  });

  it('keeps the last copies, each of them whole', async () => {
    const bench = await new TerminalBench(file).open();
    for (let count = 0; count < COPIES_KEPT + 2; count += 1) {
      await bench.pay(1_00);
      expect((await bench.journal.copy()).kind).toBe('copied');
    }
    bench.journal.close();
    const copies = listCopies(file);
    expect(copies).toHaveLength(COPIES_KEPT);
    for (const copy of copies) expect(verifyJournal(copy, { project }).ok).toBe(true);
  });

  it('takes whatever any damage leaves: a proven beginning, at least what the copy has', async () => {
    const before = await sold(3, 4);
    const names = ['journal.sqlite', 'journal.sqlite-head', 'journal.sqlite-wal'];
    const files = new Map(
      names
        .filter((name) => existsSync(join(folder, name)))
        .map((name) => [name, readFileSync(join(folder, name))]),
    );
    const copies = listCopies(file).map((path) => [path, readFileSync(path)] as const);
    const damage = fc.record({
      name: fc.constantFrom(...files.keys()),
      at: fc.double({ min: 0, max: 0.999, noNaN: true }),
      length: fc.integer({ min: 1, max: 9000 }),
      how: fc.constantFrom('garble', 'cut', 'remove'),
    });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
        for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
        for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
        for (const [path, bytes] of copies) {
          if (!existsSync(join(folder, 'copies'))) mkdirSync(join(folder, 'copies'));
          writeFileSync(path, bytes);
        }
        for (const { name, at, length, how } of damages) {
          const path = join(folder, name);
          if (!existsSync(path)) continue;
          const bytes = Buffer.from(readFileSync(path));
          const start = Math.floor(at * bytes.length);
          if (how === 'remove') rmSync(path);
          else if (how === 'cut') writeFileSync(path, bytes.subarray(0, start));
          else writeFileSync(path, bytes.fill(0x5a, start, Math.min(start + length, bytes.length)));
        }
        const result = restore();
        if (result.kind === 'nothing-to-restore') return;
        if (result.kind !== 'restored') throw new Error(result.kind);
        expect(result.throughSeq).toBeGreaterThanOrEqual(before.copied);
        expect(verifyJournal(file, { project })).toMatchObject({ ok: true, projectionDifferences: [] });
        const bench = new TerminalBench(file);
        const hashes = Array.from(bench.journal.entries(), ({ hash }) => hash);
        bench.journal.close();
        expect(hashes.slice(0, -1)).toEqual(before.hashes.slice(0, result.throughSeq));
      }),
      { numRuns: 20 },
    );
  }, 180_000);
});
