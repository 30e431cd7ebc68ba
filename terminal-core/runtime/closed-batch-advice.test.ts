import { describe, expect, it } from 'vitest';
import { approve, decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import { DELIVERY_FAILURES_MAX } from '../engine/flows/deliver.ts';
import type { Txn } from '../engine/state.ts';
import { batchTotals } from '../engine/totals.ts';
import { forgetCards } from './forget-cards.ts';

const SIGN_ON = { kind: 'terminal-sign-on' } as const;
const AMOUNT_MINOR = 20_00;

/** An offline sale whose batch, 000007, was closed here before the host had it; the batch that is open now is 000008. */
async function inClosedBatch(): Promise<{ readonly bench: TerminalBench; readonly sale: Txn }> {
  const bench = await new TerminalBench().open();
  await bench.giveCertificate();
  bench.linkUp = false;
  const sale = bench.txn(await bench.pay(AMOUNT_MINOR));
  bench.linkUp = true;
  for (let tries = 0; tries < DELIVERY_FAILURES_MAX; tries += 1)
    await bench.terminal.run({ kind: 'delivery-failed', txnId: sale.txnId, fault: 'not-answered' });
  expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ kind: 'settled' });
  forgetCards(bench.journal, bench.terminal.state);
  bench.host = (exchange) => {
    const outcome = approve(exchange);
    if (exchange.purpose.kind === 'terminal-sign-on' && outcome.kind === 'answered')
      outcome.message.fields[60] = '00000008003';
    return outcome;
  };
  return { bench, sale };
}

const again = { kind: 'bench-act', action: 'send-again' } as const;

function now(bench: TerminalBench, { txnId }: Txn): Txn | undefined {
  return bench.terminal.state.get('transactions', txnId);
}

describe('an offline sale whose batch was closed before the host had it', () => {
  it('goes up in the open batch, names the one it was made in, and counts where the host books it', async () => {
    const { bench, sale } = await inClosedBatch();
    await bench.terminal.run(SIGN_ON);
    await bench.terminal.run({ ...again, txnId: sale.txnId });
    await bench.terminal.run({ kind: 'deliver', txnId: sale.txnId });
    const advice = bench.sent.at(-1)?.message.fields;
    expect(String(advice?.[60]).slice(2, 8)).toBe('000008');
    expect(advice?.[61]).toBe(`000007${sale.stan}1121`);
    expect(advice?.[11]).not.toBe(sale.stan);
    expect(now(bench, sale)).toMatchObject({ state: 'delivered', batchNumber: '000008', settled: false });
    expect(batchTotals(bench.terminal.state)).toMatchObject({ debitCount: 1, debitMinor: AMOUNT_MINOR });
    const voided = { kind: 'void', txnId: sale.txnId, presented: bench.card() } as const;
    expect(bench.txn(await bench.terminal.run(voided)).state).toBe('approved');
    expect(bench.sent.at(-1)?.message.fields[61]).toBe(`000008${now(bench, sale)?.stan}1121`);
  });

  it('waits for the sign-on that opens the next batch, and is the same to the byte from then on', async () => {
    const { bench, sale } = await inClosedBatch();
    await bench.terminal.run({ ...again, txnId: sale.txnId });
    expect(now(bench, sale)).toMatchObject({ batchNumber: '000007', stan: sale.stan });
    await bench.terminal.run(SIGN_ON);
    const exported = bench.terminal.owedExchange(sale.txnId);
    expect(String(exported?.message.fields[60]).slice(2, 8)).toBe('000008');
    bench.boot();
    await bench.terminal.run(SIGN_ON);
    await bench.terminal.run({ kind: 'deliver', txnId: sale.txnId });
    expect(bench.sent.at(-1)).toEqual(exported);
  });

  it('that the host turns out to have (94) belongs to the batch it was made in, and is refunded', async () => {
    const { bench, sale } = await inClosedBatch();
    const host = bench.host;
    bench.host = (exchange) =>
      exchange.purpose.kind === 'advice' ? decline(exchange, '94') : host(exchange);
    await bench.terminal.run({ ...again, txnId: sale.txnId });
    await bench.terminal.run(SIGN_ON);
    await bench.terminal.run({ kind: 'deliver', txnId: sale.txnId });
    expect(now(bench, sale)).toMatchObject({
      state: 'delivered',
      batchNumber: '000007',
      stan: sale.stan,
      settled: true,
    });
    expect(batchTotals(bench.terminal.state)).toMatchObject({ debitCount: 0 });
    const refund = { kind: 'refund', txnId: sale.txnId, amountMinor: amountMinor(AMOUNT_MINOR) } as const;
    const refunded = await bench.terminal.run({ ...refund, presented: bench.card() });
    expect(bench.txn(refunded).state).toBe('approved');
    expect(String(bench.sent.at(-1)?.message.fields[61])).toContain(`000007${sale.stan}`);
  });

  it('keeps the name under which it was made, however many batches are closed over it', async () => {
    const { bench, sale } = await inClosedBatch();
    await bench.terminal.run(SIGN_ON);
    for (const batch of ['000009', '000010']) {
      await bench.terminal.run({ ...again, txnId: sale.txnId });
      for (let tries = 0; tries < DELIVERY_FAILURES_MAX; tries += 1)
        await bench.terminal.run({ kind: 'delivery-failed', txnId: sale.txnId, fault: 'not-answered' });
      await bench.terminal.run({ kind: 'settle' });
      bench.host = (exchange) => {
        const outcome = approve(exchange);
        if (exchange.purpose.kind === 'terminal-sign-on' && outcome.kind === 'answered')
          outcome.message.fields[60] = `00${batch}003`;
        return outcome;
      };
      await bench.terminal.run(SIGN_ON);
    }
    await bench.terminal.run({ ...again, txnId: sale.txnId });
    await bench.terminal.run({ kind: 'deliver', txnId: sale.txnId });
    expect(String(bench.sent.at(-1)?.message.fields[60]).slice(2, 8)).toBe('000010');
    expect(bench.sent.at(-1)?.message.fields[61]).toBe(`000007${sale.stan}1121`);
  });
});
