import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PurseBench } from '../../test/support/purse-bench.ts';
import { TerminalBench } from '../../test/support/terminal-bench.ts';
import { project } from '../engine/project.ts';
import { replay } from '../engine/replay.ts';
import { verifyArchives, verifyJournal } from '../journal/index.ts';
import { archiveJournal } from './archive-journal.ts';
import { forgetCards } from './forget-cards.ts';

const DAY_MS = 86_400_000;
const DEBIT = 0x54;
const CREDIT = 0x52;
let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-archive-'));
  file = join(folder, 'journal.sqlite');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Sells, and settles what was sold, as a store does on one day. */
async function day(bench: TerminalBench, sales: number): Promise<void> {
  bench.nowMs += DAY_MS;
  await bench.terminal.run({ kind: 'terminal-sign-on' });
  for (let sale = 0; sale < sales; sale += 1) await bench.pay(1_00 + sale);
  await settle(bench);
}

async function settle(bench: TerminalBench): Promise<void> {
  await bench.terminal.run({ kind: 'settle', approval: { operatorCode: '2001', passwordMatches: true } });
  forgetCards(bench.journal, bench.terminal.state);
}

/** Long enough for all that is settled to go, and it goes. */
async function yearsPass(bench: PurseBench): Promise<void> {
  const throughSeq = bench.journal.oldestOf('batch-closed', bench.nowMs + 1);
  bench.nowMs += 800 * DAY_MS;
  await bench.settle();
  expect(archive(bench)).toMatchObject({ kind: 'archived', throughSeq });
}

function archive(bench: TerminalBench) {
  return archiveJournal(bench.journal, bench.terminal.state, bench.nowMs);
}

function archives(): string[] {
  return readdirSync(folder)
    .filter((name) => name.includes('-archive-'))
    .map((name) => join(folder, name));
}

function verifyAll() {
  const journal = verifyJournal(file, { project });
  return { journal, archives: verifyArchives(archives(), { replay, anchor: journal.anchor }) };
}

describe('archiving', () => {
  it('moves closed batches older than the retention, and the journal and its archive verify together', async () => {
    const bench = await new TerminalBench(file).open();
    await day(bench, 3);
    const old = bench.journal.list('transactions', { limit: 10 }).map(({ key }) => key);
    const closedAt = bench.journal.nextSeq() - 1;
    bench.nowMs += 400 * DAY_MS;
    await day(bench, 2);
    const before = bench.journal.head();
    expect(archive(bench)).toMatchObject({ kind: 'archived', fromSeq: 1, throughSeq: closedAt });
    const { journal, archives: reports } = verifyAll();
    expect(journal).toMatchObject({ ok: true, archivedThrough: closedAt, projectionDifferences: [] });
    expect(reports).toMatchObject([{ ok: true, fromSeq: 1, throughSeq: closedAt }]);
    expect([...bench.journal.entries({ limit: 1 })][0]?.seq).toBe(closedAt + 1);
    expect(bench.journal.head()).not.toBe(before);
    for (const txnId of old) expect(bench.journal.get('transactions', txnId)).toBeUndefined();
    bench.journal.close();
  });

  it('is over at the next start: the terminal opens it, sells on and archives again', async () => {
    const bench = await new TerminalBench(file).open();
    for (let count = 0; count < 2; count += 1) {
      await day(bench, 2);
      bench.nowMs += 400 * DAY_MS;
      await day(bench, 1);
      expect(archive(bench).kind).toBe('archived');
    }
    bench.journal.close();
    const again = new TerminalBench(file);
    again.nowMs = bench.nowMs;
    await again.terminal.run({ kind: 'terminal-sign-on' });
    expect(again.txn(await again.pay(7_00)).state).toBe('approved');
    const { journal, archives: reports } = verifyAll();
    expect(journal).toMatchObject({ ok: true, projectionDifferences: [] });
    expect(reports.map(({ ok }) => ok)).toEqual([true, true]);
    again.journal.close();
  });

  it('leaves what is younger than the retention, or may still be refunded however short that is', async () => {
    const bench = await new TerminalBench(file).open();
    await day(bench, 1);
    const parameters = { journalRetentionDays: 0 };
    await bench.terminal.run({
      kind: 'parameters-downloaded',
      version: 2,
      issuedAtMs: 0,
      parameters,
      certificates: [],
    });
    bench.nowMs += 180 * DAY_MS;
    expect(archive(bench)).toEqual({ kind: 'nothing-to-archive' });
    bench.nowMs += 2 * DAY_MS;
    expect(archive(bench).kind).toBe('archived');
    bench.journal.close();
  });

  it('stops before the first transaction that something can still happen to', async () => {
    const bench = await new TerminalBench(file).open();
    await day(bench, 1);
    await bench.giveCertificate();
    bench.linkUp = false;
    const unsent = bench.txn(await bench.pay(10_00));
    const [made] = [...bench.journal.entries()].filter(
      ({ kind, payload }) => kind === 'offline-sale-accepted' && 'txn' in payload,
    );
    bench.nowMs += 800 * DAY_MS;
    expect(archive(bench)).toMatchObject({ kind: 'archived' });
    expect(bench.journal.get('transactions', unsent.txnId)?.doc.state).toBe('accepted-offline');
    expect([...bench.journal.entries({ limit: 1 })][0]?.seq).toBeLessThanOrEqual(made?.seq ?? 0);
    expect(bench.journal.openSecret(made?.seq ?? 0)).toBeDefined();
    bench.journal.close();
  });

  it('is not held up by a purse that never came back and is left to the host, which still decides if it does', async () => {
    const bench = await new PurseBench({}, file).ready();
    bench.card1.tearAt({ instruction: DEBIT, point: 'after-acting' });
    await bench.payPurse(await bench.insert(bench.card1), 10_00, 'the-sale');
    await bench.settle();
    expect(bench.all('purse-sale')).toMatchObject([{ state: 'unresolved', purse: { told: true } }]);
    await yearsPass(bench);
    expect(verifyAll().journal).toMatchObject({ ok: true, projectionDifferences: [] });
    await bench.comesBack(bench.card1);
    expect(bench.all('purse-sale')).toMatchObject([{ state: 'recovered' }]);
    await bench.settle();
    expect(verifyAll().journal).toMatchObject({ ok: true, projectionDifferences: [] });
    bench.journal.close();
  });

  it('keeps the sale that a purse still has to prove it got back', async () => {
    const bench = await new PurseBench({}, file).ready();
    const sale = bench.txn(await bench.payPurse(await bench.insert(bench.card1), 10_00, 'the-sale'));
    await bench.settle();
    bench.card1.tearAt({ instruction: CREDIT, point: 'after-acting' });
    const refund = { kind: 'load-purse', loadId: 'back', amountMinor: sale.amountMinor } as const;
    const approval = { operatorCode: '2001', passwordMatches: true };
    const purse = await bench.insert(bench.card1);
    await bench.terminal.run({ ...refund, purse, refundOf: sale.txnId, approval });
    await bench.settle();
    expect(bench.all('purse-load')).toMatchObject([{ state: 'unresolved' }]);
    await yearsPass(bench);
    await bench.comesBack(bench.card1);
    expect(bench.all('purse-sale')).toMatchObject([{ refundedMinor: 10_00 }]);
    expect(verifyAll().journal).toMatchObject({ ok: true, projectionDifferences: [] });
    bench.journal.close();
  });

  it('can end at any step of any history, and everything holds', async () => {
    const errand = fc.constantFrom('sale', 'offline', 'void', 'settle', 'print', 'reprint');
    await fc.assert(
      fc.asyncProperty(
        fc.array(errand, { minLength: 3, maxLength: 25 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 }),
        async (errands, shares) => {
          for (const name of readdirSync(folder)) rmSync(join(folder, name));
          const bench = await new TerminalBench(file).open();
          await bench.giveCertificate({ countMax: 4 });
          for (const each of errands) await run(bench, each);
          await settle(bench);
          for (const share of shares) {
            const first = [...bench.journal.entries({ limit: 1 })][0]?.seq ?? 1;
            const throughSeq = first + Math.floor(share * (bench.journal.nextSeq() - 1 - first));
            bench.journal.archive({ throughSeq, replay, nowMs: bench.nowMs });
            await run(bench, 'sale');
            const { journal, archives: reports } = verifyAll();
            expect(journal).toMatchObject({ ok: true, problems: [], projectionDifferences: [] });
            expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
          }
          bench.journal.close();
          const again = new TerminalBench(file);
          again.journal.close();
        },
      ),
      { numRuns: 8 },
    );
  }, 180_000);

  it('finds any changed byte of an archive, and an archive of another journal', async () => {
    const bench = await new TerminalBench(file).open();
    await day(bench, 2);
    bench.nowMs += 500 * DAY_MS;
    archive(bench);
    const { anchor } = verifyJournal(file);
    bench.journal.close();
    const [path = ''] = archives();
    const changes = [
      "UPDATE entries SET payload = replace(payload, '1', '2') WHERE seq = 3",
      'DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)',
      "UPDATE documents SET doc = replace(doc, '1', '2')",
      'DELETE FROM documents WHERE rowid = 1',
      'UPDATE range SET through_hash = before_hash',
    ];
    for (const change of changes) {
      const copy = join(folder, 'changed');
      copyFileSync(path, copy);
      const database = new Database(copy);
      expect(database.prepare(change).run().changes, change).toBeGreaterThan(0);
      database.close();
      expect(verifyArchives([copy], { replay, anchor })[0]?.ok, change).toBe(false);
    }
    const [report] = verifyArchives([path], { replay, anchor: { ...anchor, seq: anchor.seq + 1 } });
    expect(report).toMatchObject({ ok: false, problems: [expect.stringContaining('do not join')] });
    const cut = join(folder, 'cut');
    writeFileSync(cut, readFileSync(path).subarray(0, 5000));
    expect(verifyArchives([cut], { replay })[0]?.ok).toBe(false);
  });

  it('finds a changed anchor, and changed documents at it', async () => {
    const bench = await new TerminalBench(file).open();
    await day(bench, 2);
    bench.nowMs += 500 * DAY_MS;
    archive(bench);
    bench.journal.close();
    const changes = [
      'UPDATE anchor SET seq = seq + 1',
      'UPDATE anchor SET docs_sum = zeroblob(32)',
      'UPDATE anchor SET snapshot_sum = zeroblob(32)',
      'UPDATE anchor SET seq = seq + 1, hash = zeroblob(32)',
      "UPDATE snapshot SET doc = replace(doc, '1', '2')",
      'DELETE FROM snapshot WHERE rowid = 1',
    ];
    const whole = readFileSync(file);
    for (const change of changes) {
      writeFileSync(file, whole);
      const database = new Database(file);
      database.exec('DROP TRIGGER anchor_only_forward');
      database.exec(change);
      database.exec(
        `CREATE TRIGGER anchor_only_forward BEFORE UPDATE ON anchor
    WHEN NEW.seq <= OLD.seq
    BEGIN SELECT RAISE(ABORT, 'the anchor only moves forward'); END`,
      );
      database.pragma('wal_checkpoint(TRUNCATE)');
      database.close();
      const report = verifyJournal(file, { project });
      expect(report.ok, change).toBe(false);
    }
  });
});

async function run(bench: TerminalBench, errand: string): Promise<void> {
  const approval = { operatorCode: '2001', passwordMatches: true };
  const [latest] = bench.journal.list('transactions', { limit: 1 });
  const latestId = latest?.key ?? 'none';
  bench.linkUp = errand !== 'offline';
  bench.nowMs += 60_000;
  switch (errand) {
    case 'void':
      await bench.terminal.run({ kind: 'void', txnId: latestId, presented: bench.card(), approval });
      break;
    case 'settle':
      await settle(bench);
      await bench.terminal.run({ kind: 'terminal-sign-on' });
      break;
    case 'print':
      if (latest) await bench.terminal.markPrinted(latestId, false);
      break;
    case 'reprint':
      if (latest) await bench.terminal.markPrinted(latestId, true);
      break;
    default:
      await bench.pay(3_00);
  }
}
