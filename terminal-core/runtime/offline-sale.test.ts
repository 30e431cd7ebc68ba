import { describe, expect, it } from 'vitest';
import { decline, NINE_O_CLOCK_MS, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import { owed } from '../engine/owed.ts';

describe('offline acceptance', () => {
  it('takes a sale against a certificate in one durable step, with its receipt', async () => {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate();
    bench.linkUp = false;
    bench.points.length = 0;
    const txn = bench.txn(await bench.pay(50_00));
    expect(txn).toMatchObject({ kind: 'offline-sale', state: 'accepted-offline' });
    expect(txn.receipt).toContain('OFFLINE - UPLOAD PENDING');
    expect(bench.points).toEqual([
      'before-commit offline-sale-accepted',
      'after-commit offline-sale-accepted',
    ]);
  });

  it('turns an online purchase that never left the terminal into an offline one, and owes no reversal for it', async () => {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate();
    bench.host = () => ({ kind: 'not-sent' });
    const txn = bench.txn(await bench.pay(50_00));
    expect(txn).toMatchObject({ kind: 'offline-sale', state: 'accepted-offline' });
    expect(owed(bench.terminal.state)).toEqual([{ kind: 'advice', txnId: txn.txnId }]);
  });

  it.each([
    ['offline-no-certificate', {}, 10_00, false],
    ['offline-floor', {}, 100_01, true],
    ['offline-balance', { balanceMinor: amountMinor(20_00) }, 20_01, true],
    ['offline-balance', { offlineCapMinor: amountMinor(20_00) }, 20_01, true],
    ['offline-certificate-expired', { notAfterMs: NINE_O_CLOCK_MS - 1000 }, 10_00, true],
    ['offline-certificate-from-future', { issuedAtMs: NINE_O_CLOCK_MS + 3_600_000 }, 10_00, true],
    ['offline-certificate-scope', { terminalScope: ['99999999'] }, 10_00, true],
    ['offline-card-count', { countMax: 0 }, 10_00, true],
    ['pin-needed-online', { balanceMinor: amountMinor(900_00) }, 300_00, true],
  ] as const)('refuses by rule %s', async (rule, fields, totalMinor, held) => {
    const bench = await new TerminalBench().open();
    if (held) await bench.giveCertificate(fields);
    bench.linkUp = false;
    expect(await bench.pay(totalMinor)).toMatchObject({ kind: 'refused', rule });
  });

  it('refuses with a hotlist, a sign-on or an unsent sale that is too old', async () => {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate({ notAfterMs: NINE_O_CLOCK_MS + 900 * 3_600_000 });
    bench.linkUp = false;
    bench.nowMs += 24 * 3_600_000 + 1;
    expect(await bench.pay(10_00)).toMatchObject({ rule: 'offline-sign-on-too-old' });
    bench.linkUp = true;
    await bench.terminal.run({ kind: 'terminal-sign-on' });
    bench.linkUp = false;
    expect(await bench.pay(10_00)).toMatchObject({ rule: 'hotlist-too-old' });
  });

  it('refuses a hotlisted card, online too', async () => {
    const bench = await new TerminalBench().open();
    const { panHash } = bench.card();
    await bench.terminal.run({
      kind: 'hotlist-downloaded',
      version: 2,
      issuedAtMs: bench.nowMs,
      panHashes: [panHash],
    });
    expect(await bench.pay(10_00)).toMatchObject({ kind: 'refused', rule: 'hotlisted-card' });
  });

  it('counts what is spent against a card across restarts and a newer certificate', async () => {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate({ balanceMinor: amountMinor(100_00), offlineCapMinor: amountMinor(100_00) });
    bench.linkUp = false;
    await bench.pay(60_00);
    bench.boot();
    expect(await bench.pay(50_00)).toMatchObject({ rule: 'offline-balance' });
    await bench.giveCertificate({
      certificateNumber: 2,
      balanceMinor: amountMinor(100_00),
      offlineCapMinor: amountMinor(100_00),
    });
    expect(await bench.pay(50_00)).toMatchObject({ rule: 'offline-balance' });
    expect(bench.txn(await bench.pay(40_00)).state).toBe('accepted-offline');
  });

  it.each([
    ['00', 'delivered'],
    ['94', 'delivered'],
    ['51', 'rejected'],
    ['96', 'accepted-offline'],
    ['A0', 'accepted-offline'],
  ])('an advice answered %s is %s', async (code, state) => {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate();
    bench.linkUp = false;
    const { txnId } = bench.txn(await bench.pay(50_00));
    bench.linkUp = true;
    bench.host = (exchange) => decline(exchange, code);
    await bench.terminal.run({ kind: 'deliver', txnId });
    expect(bench.terminal.state.get('transactions', txnId)?.state).toBe(state);
  });
});
