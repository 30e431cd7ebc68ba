import { describe, expect, it } from 'vitest';
import { decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import type { Txn } from '../engine/state.ts';

const NEW_CARD = '8890121000010207';
const APPROVAL = { operatorCode: '2001', passwordMatches: true };

describe.each(['surrender', 'replace'] as const)('a card to %s', (service) => {
  let ids = 0;
  function serve(bench: TerminalBench) {
    ids += 1;
    return bench.terminal.run({
      kind: 'serve-card',
      service,
      undoId: `service-${ids}`,
      presented: bench.card(),
      ...(service === 'replace' ? { newCard: bench.card(NEW_CARD) } : { amountMinor: amountMinor(90_00) }),
    });
  }
  /** A bench whose card has bought 90.00 that the host has not heard of. */
  async function withOfflineSale(): Promise<{ readonly bench: TerminalBench; readonly sale: Txn }> {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate();
    bench.linkUp = false;
    const sale = bench.txn(await bench.pay(90_00));
    expect(sale.state).toBe('accepted-offline');
    bench.linkUp = true;
    bench.sent.length = 0;
    return { bench, sale };
  }

  it('is refused while a sale of it is unsent, and served once the host has it', async () => {
    const { bench, sale } = await withOfflineSale();
    expect(await serve(bench)).toMatchObject({ rule: 'card-records-open' });
    expect(bench.sent).toEqual([]);
    await bench.terminal.run({ kind: 'deliver', txnId: sale.txnId });
    expect(bench.txn(await serve(bench)).state).toBe('approved');
  });

  it('is not held up by what another card has not sent', async () => {
    const { bench } = await withOfflineSale();
    const other = bench.card('8890121000010082');
    const reply = await bench.terminal.run({
      kind: 'serve-card',
      service,
      undoId: 'another',
      presented: other,
      ...(service === 'replace' ? { newCard: bench.card(NEW_CARD) } : { amountMinor: amountMinor(1_00) }),
    });
    expect(bench.txn(reply).state).toBe('approved');
  });

  it('is refused while a sale of it is set aside, until a person knows what became of it', async () => {
    const { bench, sale } = await withOfflineSale();
    const { txnId } = sale;
    for (let tries = 0; tries < 8; tries += 1)
      await bench.terminal.run({ kind: 'delivery-failed', txnId, fault: 'not-answered' });
    expect(bench.terminal.state.get('transactions', txnId)?.state).toBe('undeliverable');
    expect(await serve(bench)).toMatchObject({ rule: 'card-records-open' });
    await bench.terminal.run({
      kind: 'bench-act',
      txnId,
      action: 'host-says-stands',
      note: 'asked by telephone',
      approval: APPROVAL,
    });
    expect(bench.txn(await serve(bench)).state).toBe('approved');
  });

  it('is refused while a claim on it is open, marked to be collected or not', async () => {
    const { bench, sale } = await withOfflineSale();
    const { txnId } = sale;
    const approving = bench.host;
    bench.host = (exchange) => decline(exchange, '51');
    await bench.terminal.run({ kind: 'deliver', txnId });
    bench.host = approving;
    expect(await serve(bench)).toMatchObject({ rule: 'claim-open' });
    await bench.terminal.run({ kind: 'bench-act', txnId, action: 'collect' });
    expect(await serve(bench)).toMatchObject({ rule: 'claim-open' });
    await bench.terminal.run({ kind: 'collect-claim', txnId, presented: bench.card() });
    expect(bench.txn(await serve(bench)).state).toBe('approved');
  });

  it('is refused while a reversal of it is owed: the balance will be another', async () => {
    const bench = await new TerminalBench().open();
    const approving = bench.host;
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const lost = bench.txn(await bench.pay(20_00));
    bench.host = approving;
    expect(await serve(bench)).toMatchObject({ rule: 'card-records-open' });
    await bench.terminal.run({ kind: 'deliver', txnId: lost.txnId });
    expect(bench.txn(await serve(bench)).state).toBe('approved');
  });
});
