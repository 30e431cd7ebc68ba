import { describe, expect, it } from 'vitest';
import { load, NEW_CARD, serve, withShift } from '../../test/support/card-desk-steps.ts';
import { approve, decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import { owed } from '../engine/owed.ts';
import { cashExpectedMinor, openShift } from '../engine/takings.ts';
import { batchTotals } from '../engine/totals.ts';

const APPROVAL = { operatorCode: '2001', passwordMatches: true };

const expectedCash = (bench: TerminalBench): number => {
  const shift = openShift(bench.terminal.state);
  return shift ? cashExpectedMinor(shift) : Number.NaN;
};

/** The process dies right after the request has gone, and another starts on the same journal. */
async function crashAfterSending(bench: TerminalBench, work: () => Promise<unknown>): Promise<void> {
  bench.crashAt = 'after-send request';
  await expect(work()).rejects.toThrow('crashed');
  bench.crashAt = undefined;
  await bench.boot().run({ kind: 'recover' });
}

describe('a load in cash', () => {
  it('is durable before it is sent, and its receipt with its outcome', async () => {
    const bench = await withShift('cashier');
    bench.points.length = 0;
    const txn = bench.txn(await load(bench));
    expect(txn).toMatchObject({ kind: 'load', state: 'approved', amountMinor: 100_00 });
    expect(bench.points.slice(0, 3)).toEqual([
      'before-commit transaction-sent',
      'after-commit transaction-sent',
      'before-send request',
    ]);
    expect(bench.sent[0]?.message).toMatchObject({
      mti: '0200',
      fields: { 3: '630000', 4: '000000010000', 25: '00', 60: '48000007000' },
    });
    expect(txn.receipt).toContain('充值');
    expect(txn.receipt).toContain('100.00');
    expect(expectedCash(bench)).toBe(600_00);
    expect(batchTotals(bench.terminal.state)).toMatchObject({ creditCount: 1, creditMinor: 100_00 });
  });

  it('is made once, however often the same id asks for it', async () => {
    const bench = await withShift();
    const first = await load(bench, 100_00, 'load-same');
    expect(await load(bench, 100_00, 'load-same')).toEqual(first);
    expect(await load(bench, 90_00, 'load-same')).toMatchObject({ rule: 'request-differs' });
    expect(await serve(bench, 'block', { undoId: 'load-same' })).toMatchObject({ rule: 'request-differs' });
    expect(bench.sent).toHaveLength(1);
  });

  it('that was declined leaves nothing owed and no cash counted', async () => {
    const bench = await withShift();
    bench.host = (exchange) => decline(exchange, '61');
    expect(bench.txn(await load(bench))).toMatchObject({ state: 'declined', responseCode: '61' });
    expect(owed(bench.terminal.state)).toEqual([]);
    expect(expectedCash(bench)).toBe(500_00);
  });

  it('whose answer is lost keeps its cash, and is confirmed by the same trace number', async () => {
    const bench = await withShift();
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const { txnId, stan } = bench.txn(await load(bench));
    expect(expectedCash(bench)).toBe(600_00);
    expect(owed(bench.terminal.state)).toEqual([{ kind: 'load-confirm', txnId }]);
    expect(await bench.terminal.run({ kind: 'deliver', txnId })).toMatchObject({ kind: 'still-owed' });
    bench.host = (exchange) => decline(exchange, '96');
    expect(await bench.terminal.run({ kind: 'deliver', txnId })).toMatchObject({ hostSaid: '96' });
    bench.host = (exchange) => approve(exchange);
    expect(bench.txn(await bench.terminal.run({ kind: 'deliver', txnId }))).toMatchObject({
      state: 'approved',
    });
    const [, first, , last] = bench.sent;
    expect(last?.message).toMatchObject({
      mti: '0220',
      fields: { 2: '8890121000010074', 3: '630000', 11: stan, 60: '48000007000' },
    });
    expect(last?.message).toEqual(first?.message);
    expect(expectedCash(bench)).toBe(600_00);
    expect(batchTotals(bench.terminal.state)).toMatchObject({ creditCount: 1 });
  });

  it('is confirmed, too, after a 98 and after a crash between its bytes and its answer', async () => {
    const bench = await withShift();
    bench.host = (exchange) => decline(exchange, '98');
    expect(bench.txn(await load(bench)).state).toBe('unknown');
    bench.host = (exchange) => approve(exchange);
    await crashAfterSending(bench, () => load(bench, 20_00));
    expect(owed(bench.terminal.state).map(({ kind }) => kind)).toEqual(['load-confirm', 'load-confirm']);
    expect(expectedCash(bench)).toBe(620_00);
  });

  it('whose confirmation is refused waits until a supervisor records that the cash went back', async () => {
    const bench = await withShift();
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const { txnId } = bench.txn(await load(bench));
    bench.host = (exchange) => decline(exchange, '62');
    expect(bench.txn(await bench.terminal.run({ kind: 'deliver', txnId })).state).toBe('load-refused');
    expect(owed(bench.terminal.state)).toEqual([]);
    expect(expectedCash(bench)).toBe(600_00);
    const back = await bench.terminal.run({ kind: 'bench-act', txnId, action: 'give-back' });
    expect(bench.txn(back).state).toBe('reversed');
    expect(expectedCash(bench)).toBe(500_00);
    expect(await bench.terminal.run({ kind: 'bench-act', txnId, action: 'give-back' })).toMatchObject({
      rule: 'bench-action-not-now',
    });
  });

  it('holds up the settlement until it is confirmed', async () => {
    const bench = await withShift();
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const { txnId } = bench.txn(await load(bench));
    bench.host = (exchange) => approve(exchange);
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ rule: 'unsent-remains' });
    await bench.terminal.run({ kind: 'deliver', txnId });
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({
      kind: 'settled',
      totals: { creditCount: 1, creditMinor: 100_00, debitCount: 0 },
    });
  });

  it('is voided by a supervisor: the cash goes back and both stand in the totals', async () => {
    const bench = await withShift('cashier');
    const { rrn, stan, txnId } = bench.txn(await load(bench));
    const command = { kind: 'void', txnId, undoId: 'void-of-load', presented: bench.card() } as const;
    expect(await bench.terminal.run(command)).toMatchObject({ rule: 'supervisor-required' });
    const voided = bench.txn(await bench.terminal.run({ ...command, approval: APPROVAL }));
    expect(bench.sent.at(-1)?.message.fields).toMatchObject({
      3: '200000',
      37: rrn,
      60: '49000007000',
      61: `000007${stan}1121`,
    });
    expect(voided.receipt).toContain('充值撤销');
    expect(bench.terminal.state.get('transactions', txnId)?.state).toBe('voided');
    expect(expectedCash(bench)).toBe(500_00);
    expect(batchTotals(bench.terminal.state)).toMatchObject({
      creditCount: 1,
      creditMinor: 100_00,
      debitCount: 1,
      debitMinor: 100_00,
    });
  });

  it('stands again when its void was never answered and is reversed', async () => {
    const bench = await withShift();
    const { txnId } = bench.txn(await load(bench));
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const voiding = bench.txn(
      await bench.terminal.run({ kind: 'void', txnId, undoId: 'void-lost', presented: bench.card() }),
    );
    expect(expectedCash(bench)).toBe(600_00);
    bench.host = (exchange) => approve(exchange);
    expect(bench.txn(await bench.terminal.run({ kind: 'deliver', txnId: voiding.txnId })).state).toBe(
      'reversed',
    );
    expect(bench.sent.at(-1)?.message).toMatchObject({ mti: '0400', fields: { 60: '49000007000' } });
    expect(bench.terminal.state.get('transactions', txnId)).toMatchObject({ state: 'approved' });
    expect(expectedCash(bench)).toBe(600_00);
  });

  it('is refused by name before anything is sent', async () => {
    const bench = await withShift();
    expect(await load(bench, 0)).toMatchObject({ rule: 'amount-zero' });
    expect(await load(bench, 5_000_01)).toMatchObject({ rule: 'load-above-limit' });
    bench.linkUp = false;
    expect(await load(bench)).toMatchObject({ rule: 'host-unreachable' });
    bench.linkUp = true;
    await bench.terminal.run({
      kind: 'hotlist-downloaded',
      version: 2,
      issuedAtMs: bench.nowMs,
      panHashes: [bench.card().panHash],
    });
    expect(await load(bench)).toMatchObject({ rule: 'hotlisted-card' });
    expect(bench.sent).toEqual([]);
    const engineer = await new TerminalBench().open();
    await engineer.terminal.run({ kind: 'operator-sign-on', operatorCode: '9001', passwordMatches: true });
    expect(await load(engineer)).toMatchObject({ rule: 'role-not-allowed' });
  });

  it('of the largest amount that any card may hold is sent', async () => {
    const bench = await withShift();
    expect(bench.txn(await load(bench, 5_000_00)).state).toBe('approved');
  });

  it('goes up as a whole record when the batch is uploaded, and so does its void', async () => {
    const bench = await withShift();
    const { txnId } = bench.txn(await load(bench));
    await bench.terminal.run({ kind: 'void', txnId, undoId: 'void-up', presented: bench.card() });
    bench.host = (exchange) => {
      const outcome = approve(exchange);
      if (exchange.purpose.kind === 'settlement' && outcome.kind === 'answered') {
        const totals = String(exchange.message.fields[48]);
        outcome.message.fields[48] = `${totals.slice(0, 30)}2${totals.slice(31)}`;
      }
      return outcome;
    };
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ result: 'not-balanced' });
    const records = bench.sent.flatMap(({ message }) => (message.mti === '0320' ? [message.fields[60]] : []));
    expect(records).toEqual(['48000007201', '49000007201', '00000007202']);
  });
});

describe('a card service', () => {
  const ALONE = ['activate', 'block', 'report-loss'] as const;
  const ASKS = ['unblock', 'replace', 'surrender'] as const;

  it.each(ALONE)('%s is a cashier’s', async (service) => {
    const bench = await withShift('cashier');
    expect(bench.txn(await serve(bench, service))).toMatchObject({
      kind: 'card-service',
      service,
      state: 'approved',
    });
    expect(batchTotals(bench.terminal.state)).toMatchObject({ creditCount: 0, debitCount: 0 });
    expect(expectedCash(bench)).toBe(500_00);
  });

  it.each(ASKS)('%s asks a supervisor', async (service) => {
    const bench = await withShift('cashier');
    const amount = service === 'surrender' ? { amountMinor: amountMinor(88_80) } : {};
    expect(await serve(bench, service, amount)).toMatchObject({ rule: 'supervisor-required' });
    expect(bench.sent).toEqual([]);
    const done = bench.txn(await serve(bench, service, { ...amount, approval: APPROVAL }));
    expect(done).toMatchObject({ service, state: 'approved', supervisorCode: '2001' });
  });

  it('replaces a card by another, whose number travels in DE48 and is sealed in the journal', async () => {
    const bench = await withShift();
    const txn = bench.txn(await serve(bench, 'replace'));
    expect(bench.sent[0]?.message.fields).toMatchObject({ 3: '930000', 48: NEW_CARD });
    expect(txn.receipt).toContain(`**** ${NEW_CARD.slice(-4)}`);
    const journal = JSON.stringify([...bench.journal.entries()].map(({ payload }) => payload));
    expect(journal).not.toContain(NEW_CARD);
    expect(await serve(bench, 'replace', { newCard: bench.card() })).toMatchObject({ rule: 'new-card-same' });
  });

  it('whose answer is lost is reversed with all that it said, after a crash, too', async () => {
    const bench = await withShift();
    await crashAfterSending(bench, () => serve(bench, 'replace'));
    const [item] = owed(bench.terminal.state);
    expect(item?.kind).toBe('reversal');
    const txn = bench.txn(await bench.terminal.run({ kind: 'deliver', txnId: item?.txnId ?? '' }));
    expect(txn).toMatchObject({ kind: 'card-service', state: 'reversed' });
    expect(bench.sent.at(-1)?.message).toMatchObject({
      mti: '0400',
      fields: { 2: '8890121000010074', 3: '930000', 39: '98', 48: NEW_CARD, 60: '63000007000' },
    });
  });

  it('that gives a card back pays its balance out of the drawer, once it is approved', async () => {
    const bench = await withShift();
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const lost = bench.txn(await serve(bench, 'surrender', { amountMinor: amountMinor(88_80) }));
    expect(lost.state).toBe('unknown');
    expect(expectedCash(bench)).toBe(500_00);
    bench.host = (exchange) => approve(exchange);
    await bench.terminal.run({ kind: 'deliver', txnId: lost.txnId });
    expect(expectedCash(bench)).toBe(500_00);
    expect(await serve(bench, 'surrender', { amountMinor: amountMinor(100_01) })).toMatchObject({
      rule: 'surrender-above-limit',
    });
    expect(await serve(bench, 'surrender')).toMatchObject({ rule: 'surrender-amount-needed' });
    const done = bench.txn(await serve(bench, 'surrender', { amountMinor: amountMinor(100_00) }));
    expect(done.receipt).toContain('100.00');
    expect(expectedCash(bench)).toBe(400_00);
  });

  it('goes on under the same id with a PIN when the host asks for one', async () => {
    const bench = await withShift();
    bench.host = (exchange) => decline(exchange, '55');
    expect(await serve(bench, 'block', { undoId: 'with-pin' })).toEqual({ kind: 'pin-required' });
    expect(await serve(bench, 'block', { undoId: 'with-pin' })).toEqual({ kind: 'pin-required' });
    bench.host = (exchange) => approve(exchange);
    const pin = { block: new Uint8Array(8), length: 6 };
    expect(bench.txn(await serve(bench, 'block', { undoId: 'with-pin', pin }))).toMatchObject({
      state: 'approved',
      pinUsed: true,
    });
    expect(bench.sent).toHaveLength(2);
  });

  it.each(['block', 'report-loss', 'replace', 'surrender'] as const)(
    '%s takes the card’s certificate away, and refuses it from then on',
    async (service) => {
      const bench = await withShift();
      await bench.giveCertificate();
      await serve(bench, service, service === 'surrender' ? { amountMinor: amountMinor(1_00) } : {});
      bench.linkUp = false;
      expect([...bench.terminal.state.live('certificates')]).toEqual([]);
      expect(await bench.pay(5_00)).toMatchObject({ rule: 'hotlisted-card' });
    },
  );

  it.each(['activate', 'unblock', 'replace'] as const)(
    '%s takes the card that is used from now on off the hotlist that is held',
    async (service) => {
      const bench = await withShift();
      const { panHash } = service === 'replace' ? bench.card(NEW_CARD) : bench.card();
      const panHashes = [panHash, 'ANOTHER'];
      await bench.terminal.run({
        kind: 'hotlist-downloaded',
        version: 2,
        issuedAtMs: bench.nowMs,
        panHashes,
      });
      bench.txn(await serve(bench, service));
      const held = bench.terminal.state.get('hotlist', 'hotlist')?.panHashes;
      expect(held).toEqual(service === 'replace' ? ['ANOTHER', bench.card().panHash] : ['ANOTHER']);
    },
  );

  it('does not give a card back that this store still has a claim on, and loads it', async () => {
    const bench = await withShift();
    await bench.giveCertificate();
    bench.linkUp = false;
    const { txnId } = bench.txn(await bench.pay(20_00));
    bench.linkUp = true;
    bench.host = (exchange) => decline(exchange, '51');
    await bench.terminal.run({ kind: 'deliver', txnId });
    bench.host = (exchange) => approve(exchange);
    await bench.terminal.run({ kind: 'bench-act', txnId, action: 'collect' });
    await bench.terminal.run({ kind: 'bench-act', txnId, action: 'block-card' });
    const amount = { amountMinor: amountMinor(1_00) };
    expect(await serve(bench, 'surrender', amount)).toMatchObject({ rule: 'claim-open' });
    expect(bench.txn(await load(bench)).state).toBe('approved');
    await bench.terminal.run({ kind: 'collect-claim', txnId, presented: bench.card() });
    expect(bench.txn(await serve(bench, 'surrender', amount)).state).toBe('approved');
  });
});
