import { describe, expect, it } from 'vitest';
import { TerminalBench } from '../../test/support/terminal-bench.ts';
import { project } from '../engine/project.ts';

async function soldOffline() {
  const bench = await new TerminalBench().open();
  await bench.giveCertificate();
  bench.linkUp = false;
  return { bench, txn: bench.txn(await bench.pay(10_00)) };
}

function kindsOf(bench: TerminalBench): string[] {
  return Array.from(bench.journal.entries(), ({ kind }) => kind);
}

describe('the mark of a printed receipt', () => {
  it('is known at once and written with the next step, in one commit', async () => {
    const { bench, txn } = await soldOffline();
    const before = kindsOf(bench).length;
    await bench.terminal.markPrinted(txn.txnId, false);
    expect(bench.terminal.state.get('transactions', txn.txnId)?.receiptPrinted).toBe(true);
    expect(kindsOf(bench)).toHaveLength(before);
    bench.points.length = 0;
    await bench.pay(5_00);
    expect(kindsOf(bench).slice(before)).toEqual(['receipt-printed', 'offline-sale-accepted']);
    expect(bench.points.filter((point) => point.startsWith('after-commit'))).toEqual([
      'after-commit offline-sale-accepted',
    ]);
  });

  it('leaves documents that follow from the entries, and card data at its entry', async () => {
    const { bench, txn } = await soldOffline();
    await bench.terminal.markPrinted(txn.txnId, false);
    const second = bench.txn(await bench.pay(5_00));
    await bench.terminal.markPrinted(second.txnId, false);
    bench.terminal.writeHeld();
    expect(bench.journal.verify({ project })).toMatchObject({ ok: true, projectionDifferences: [] });
    expect(bench.journal.sealedSeqs()).toContain(second.secretSeq);
    expect(bench.journal.get('transactions', second.txnId)?.doc.receiptPrinted).toBe(true);
  });

  it('is written by itself when nothing follows, once', async () => {
    const { bench, txn } = await soldOffline();
    const before = kindsOf(bench).length;
    await bench.terminal.markPrinted(txn.txnId, false);
    bench.terminal.writeHeld();
    bench.terminal.writeHeld();
    expect(kindsOf(bench).slice(before)).toEqual(['receipt-printed']);
  });

  it('is no more than not known when the process dies before', async () => {
    const { bench, txn } = await soldOffline();
    await bench.terminal.markPrinted(txn.txnId, false);
    bench.boot();
    expect(bench.terminal.state.get('transactions', txn.txnId)).toEqual(txn);
  });

  it('is durable at once for a transaction that is not in memory', async () => {
    const { bench, txn } = await soldOffline();
    bench.linkUp = true;
    await bench.terminal.run({ kind: 'deliver', txnId: txn.txnId });
    await bench.terminal.run({
      kind: 'settle',
      approval: { operatorCode: '2001', passwordMatches: true },
    });
    const before = kindsOf(bench).length;
    await bench.terminal.markPrinted(txn.txnId, false);
    expect(kindsOf(bench).slice(before)).toEqual(['receipt-printed']);
    expect(bench.terminal.state.get('transactions', txn.txnId)?.receiptPrinted).toBe(true);
  });
});
