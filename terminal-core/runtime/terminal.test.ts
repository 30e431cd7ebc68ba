import { describe, expect, it } from 'vitest';
import { approve, decline, NINE_O_CLOCK_MS, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import { owed } from '../engine/owed.ts';
import { terminalOf } from '../engine/state.ts';
import { batchTotals } from '../engine/totals.ts';

describe('a purchase', () => {
  it('is in the journal before it is sent', async () => {
    const bench = await new TerminalBench().open();
    bench.points.length = 0;
    await bench.pay(10_00);
    expect(bench.points).toEqual([
      'before-commit transaction-sent',
      'after-commit transaction-sent',
      'before-send request',
      'after-send request',
      'before-commit transaction-approved',
      'after-commit transaction-approved',
    ]);
  });

  it('is approved by 00 with its reference, authorisation code and receipt', async () => {
    const bench = await new TerminalBench().open();
    const txn = bench.txn(await bench.pay(10_00));
    expect(txn).toMatchObject({
      state: 'approved',
      kind: 'purchase',
      authCode: 'A00001',
      batchNumber: '000007',
    });
    expect(txn.rrn).toMatch(/^\d{12}$/);
    expect(txn.receipt).toContain('10.00');
  });

  it('is declined by any other code and owes nothing', async () => {
    const bench = await new TerminalBench().open();
    bench.host = (exchange) => decline(exchange, '51');
    expect(bench.txn(await bench.pay(10_00))).toMatchObject({ state: 'declined', responseCode: '51' });
    expect(owed(bench.terminal.state)).toEqual([]);
  });

  it.each([
    ['no answer', { kind: 'no-answer', cause: 'timed-out' }, '98'],
    ['a broken link', { kind: 'no-answer', cause: 'link-lost' }, '98'],
    ['a wrong MAC', { kind: 'wrong-mac', fault: 'mac-wrong' }, 'A0'],
    ['an unreadable answer', { kind: 'unreadable', detail: 'truncated' }, '06'],
  ] as const)('owes a reversal after %s', async (_what, outcome, reason) => {
    const bench = await new TerminalBench().open();
    bench.host = () => outcome;
    const txn = bench.txn(await bench.pay(10_00));
    expect(txn).toMatchObject({ state: 'unknown', reversalReason: reason });
    expect(owed(bench.terminal.state)).toEqual([{ kind: 'reversal', txnId: txn.txnId }]);
  });

  it('does not believe a partial approval that it did not offer to take', async () => {
    const bench = await new TerminalBench().open();
    bench.host = (exchange) => decline(exchange, '10');
    expect(bench.txn(await bench.pay(10_00)).state).toBe('unknown');
  });

  it('is charged once when the same sale is asked for twice', async () => {
    const bench = await new TerminalBench().open();
    const basket = bench.basket(10_00, 'the-same-sale');
    const first = await bench.terminal.run({ kind: 'pay-card', basket, presented: bench.card() });
    const sent = bench.sent.length;
    const second = await bench.terminal.run({ kind: 'pay-card', basket, presented: bench.card() });
    expect(second).toEqual(first);
    expect(bench.sent.length).toBe(sent);
  });

  it('asks for a PIN from the amount that needs one, before anything is sent', async () => {
    const bench = await new TerminalBench().open();
    const sent = bench.sent.length;
    expect(await bench.pay(300_00)).toEqual({ kind: 'pin-required' });
    expect(bench.sent.length).toBe(sent);
    expect(bench.txn(await bench.pay(299_99)).state).toBe('approved');
  });

  it('uses a new trace number each time and wraps after 999999', async () => {
    const bench = await new TerminalBench().open();
    bench.terminal.takeStans('to the end', 999_999 - Number(terminalOf(bench.terminal.state).lastStan) - 1);
    const first = bench.txn(await bench.pay(1_00));
    const second = bench.txn(await bench.pay(1_00));
    expect([first.stan, second.stan]).toEqual(['999999', '000001']);
  });

  it('is refused without an operator, and an engineer may not sell', async () => {
    const bench = await new TerminalBench().open();
    await bench.terminal.run({ kind: 'operator-sign-off' });
    expect(await bench.pay(1_00)).toMatchObject({ kind: 'refused', rule: 'no-operator' });
    await bench.terminal.run({ kind: 'operator-sign-on', operatorCode: '9001', passwordMatches: true });
    expect(await bench.pay(1_00)).toMatchObject({ kind: 'refused', rule: 'role-not-allowed' });
  });

  it('keeps the card number in the sealed column only', async () => {
    const bench = await new TerminalBench().open();
    await bench.pay(10_00);
    const open = JSON.stringify([...bench.journal.entries()]) + JSON.stringify([...bench.journal.loadLive()]);
    expect(open).not.toContain('8890121000010074');
    expect(open).toContain('889012******0074');
  });
});

describe('a reversal', () => {
  async function unknownSale(): Promise<{ bench: TerminalBench; txnId: string }> {
    const bench = await new TerminalBench().open();
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const { txnId } = bench.txn(await bench.pay(10_00));
    return { bench, txnId };
  }

  it('is sent again, the same, until the host answers', async () => {
    const { bench, txnId } = await unknownSale();
    await bench.terminal.run({ kind: 'deliver', txnId });
    await bench.terminal.run({ kind: 'deliver', txnId });
    bench.host = approve;
    await bench.terminal.run({ kind: 'deliver', txnId });
    const reversals = bench.sent.filter((exchange) => exchange.purpose.kind === 'reversal');
    expect(reversals).toHaveLength(3);
    expect(reversals[1]).toEqual(reversals[0]);
    expect(reversals[2]).toEqual(reversals[0]);
    expect(bench.terminal.state.get('transactions', txnId)?.state).toBe('reversed');
    expect(owed(bench.terminal.state)).toEqual([]);
  });

  it('carries the original trace number and the reason, and no track, PIN or reference', async () => {
    const { bench, txnId } = await unknownSale();
    await bench.terminal.run({ kind: 'deliver', txnId });
    const [original, reversal] = bench.sent.slice(-2);
    expect(reversal?.message.mti).toBe('0400');
    const fields = reversal?.message.fields ?? {};
    expect(fields).toMatchObject({ 2: '8890121000010074', 3: '000000', 4: '000000001000', 39: '98' });
    expect(fields[11]).toBe(original?.message.fields[11]);
    for (const field of [26, 35, 36, 37, 52, 53]) expect(fields[field]).toBeUndefined();
  });

  it.each(['25', '94', '00'])('ends with answer %s', async (code) => {
    const { bench, txnId } = await unknownSale();
    bench.host = (exchange) => decline(exchange, code);
    await bench.terminal.run({ kind: 'deliver', txnId });
    expect(bench.terminal.state.get('transactions', txnId)?.state).toBe('reversed');
  });

  it.each(['A0', '99', '96', '91', '97', '30'])('is still owed after answer %s', async (code) => {
    const { bench, txnId } = await unknownSale();
    bench.host = (exchange) => decline(exchange, code);
    expect(await bench.terminal.run({ kind: 'deliver', txnId })).toMatchObject({
      kind: 'still-owed',
      hostSaid: code,
    });
    expect(bench.terminal.state.get('transactions', txnId)?.state).toBe('unknown');
  });

  it('survives a restart, and so does a sale that was cut off while it waited', async () => {
    const { bench, txnId } = await unknownSale();
    bench.host = () => new Promise(() => {});
    bench.linkUp = true;
    const second = await new TerminalBench().open();
    second.host = () => new Promise(() => {});
    void second.pay(5_00);
    for (const [each, expected] of [
      [bench, 1],
      [second, 1],
    ] as const) {
      each.boot();
      await each.terminal.run({ kind: 'recover' });
      expect(owed(each.terminal.state)).toHaveLength(expected);
    }
    expect(owed(bench.terminal.state)[0]?.txnId).toBe(txnId);
  });

  it('goes before the next online transaction: until then cards are taken offline or not at all', async () => {
    const { bench } = await unknownSale();
    bench.host = approve;
    expect(await bench.pay(10_00, '8890121000010207')).toMatchObject({
      kind: 'refused',
      rule: 'offline-no-certificate',
    });
    await bench.giveCertificate({}, '8890121000010207');
    expect(bench.txn(await bench.pay(10_00, '8890121000010207')).kind).toBe('offline-sale');
    const cash = await bench.terminal.run({
      kind: 'pay-cash',
      basket: bench.basket(5_00),
      receivedMinor: amountMinor(10_00),
    });
    expect(bench.txn(cash).state).toBe('approved');
  });
});

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

describe('a void', () => {
  it('undoes a sale of the open batch, once, with the same card', async () => {
    const bench = await new TerminalBench().open();
    const sale = bench.txn(await bench.pay(10_00));
    const other = await bench.terminal.run({
      kind: 'void',
      txnId: sale.txnId,
      presented: bench.card('8890121000010207'),
    });
    expect(other).toMatchObject({ kind: 'refused', rule: 'different-card' });
    const voided = bench.txn(
      await bench.terminal.run({ kind: 'void', txnId: sale.txnId, presented: bench.card() }),
    );
    expect(voided).toMatchObject({ kind: 'void', state: 'approved', amountMinor: 10_00 });
    expect(bench.sent.at(-1)?.message.fields).toMatchObject({ 37: sale.rrn, 61: `000007${sale.stan}1121` });
    const again = await bench.terminal.run({ kind: 'void', txnId: sale.txnId, presented: bench.card() });
    expect(again).toMatchObject({ kind: 'refused', rule: 'not-voidable' });
    expect(batchTotals(bench.terminal.state)).toEqual({
      debitCount: 1,
      debitMinor: 10_00,
      creditCount: 1,
      creditMinor: 10_00,
    });
  });

  it('of unknown outcome is reversed, and the sale stands and can be voided again', async () => {
    const bench = await new TerminalBench().open();
    const sale = bench.txn(await bench.pay(10_00));
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const lost = bench.txn(
      await bench.terminal.run({ kind: 'void', txnId: sale.txnId, presented: bench.card() }),
    );
    expect(lost.state).toBe('unknown');
    bench.host = approve;
    expect(
      await bench.terminal.run({ kind: 'void', txnId: sale.txnId, presented: bench.card() }),
    ).toMatchObject({
      rule: 'already-pending',
    });
    await bench.terminal.run({ kind: 'deliver', txnId: lost.txnId });
    expect(bench.terminal.state.get('transactions', sale.txnId)?.state).toBe('approved');
    const second = await bench.terminal.run({ kind: 'void', txnId: sale.txnId, presented: bench.card() });
    expect(bench.txn(second).state).toBe('approved');
  });

  it('needs a supervisor', async () => {
    const bench = await new TerminalBench().open('cashier');
    const sale = bench.txn(await bench.pay(10_00));
    const voidWith = (approval?: { operatorCode: string; passwordMatches: boolean }) =>
      bench.terminal.run({
        kind: 'void',
        txnId: sale.txnId,
        presented: bench.card(),
        ...(approval ? { approval } : {}),
      });
    expect(await voidWith()).toMatchObject({ rule: 'supervisor-required' });
    expect(await voidWith({ operatorCode: '2001', passwordMatches: false })).toMatchObject({
      rule: 'wrong-password',
    });
    expect(await voidWith({ operatorCode: '1001', passwordMatches: true })).toMatchObject({
      rule: 'supervisor-required',
    });
    const voided = bench.txn(await voidWith({ operatorCode: '2001', passwordMatches: true }));
    expect(voided).toMatchObject({ state: 'approved', supervisorCode: '2001' });
  });
});

describe('settlement and what follows', () => {
  it('balances, closes the batch and starts the next number; then the sale can be refunded and no longer voided', async () => {
    const bench = await new TerminalBench().open();
    const sale = bench.txn(await bench.pay(10_00));
    const reply = await bench.terminal.run({ kind: 'settle' });
    expect(reply).toMatchObject({
      kind: 'settled',
      result: 'balanced',
      totals: { debitCount: 1, debitMinor: 10_00 },
    });
    expect(bench.batchNumber()).toBe('000008');
    await bench.terminal.run({ kind: 'terminal-sign-on' });
    expect(
      await bench.terminal.run({ kind: 'void', txnId: sale.txnId, presented: bench.card() }),
    ).toMatchObject({
      rule: 'not-voidable',
    });
    const refund = (amount: number) =>
      bench.terminal.run({
        kind: 'refund',
        txnId: sale.txnId,
        amountMinor: amountMinor(amount),
        presented: bench.card(),
      });
    expect(bench.txn(await refund(4_00)).state).toBe('approved');
    expect(await refund(6_01)).toMatchObject({ rule: 'refund-above-original' });
    expect(bench.txn(await refund(6_00)).state).toBe('approved');
    expect(await refund(1)).toMatchObject({ rule: 'not-refundable' });
  });

  it('uploads every transaction when the totals differ, then closes the batch', async () => {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate({ balanceMinor: amountMinor(300_00) });
    for (let sale = 0; sale < 10; sale += 1) await bench.pay(1_00);
    bench.linkUp = false;
    const offline = bench.txn(await bench.pay(2_00));
    bench.linkUp = true;
    await bench.terminal.run({ kind: 'deliver', txnId: offline.txnId });
    bench.host = (exchange) => {
      if (exchange.purpose.kind !== 'settlement') return approve(exchange);
      const totals = String(exchange.message.fields[48]);
      return unbalanced(exchange, totals);
    };
    bench.sent.length = 0;
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({
      kind: 'settled',
      result: 'not-balanced',
    });
    const uploaded = bench.sent.filter((exchange) => exchange.purpose.kind === 'batch-upload');
    expect(uploaded.map(({ message }) => String(message.fields[48] ?? 'whole record').slice(0, 4))).toEqual([
      'whol',
      '0800',
      '0200',
      '0011',
    ]);
  });

  it('goes on after a crash with the same trace number, and books nothing twice', async () => {
    const bench = await new TerminalBench().open();
    await bench.pay(10_00);
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ kind: 'unfinished' });
    const first = bench.sent.at(-1);
    bench.boot();
    await bench.terminal.run({ kind: 'recover' });
    expect(await bench.pay(1_00)).toMatchObject({ kind: 'refused', rule: 'settling' });
    bench.host = approve;
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({
      kind: 'settled',
      result: 'balanced',
    });
    expect(bench.sent.at(-1)).toEqual(first);
  });

  it('keeps an empty batch whose settlement has begun, although a sign-on meanwhile brings the next number', async () => {
    const bench = await new TerminalBench().open();
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    await bench.terminal.run({ kind: 'settle' });
    const first = bench.sent.at(-1);
    bench.host = (exchange) => {
      const outcome = approve(exchange);
      if (outcome.kind === 'answered') outcome.message.fields[60] = '00000008003';
      return outcome;
    };
    await bench.terminal.run({ kind: 'terminal-sign-on' });
    expect(bench.batchNumber()).toBe('000007');
    bench.host = approve;
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({
      kind: 'settled',
      batchNumber: '000007',
    });
    expect(bench.sent.at(-1)).toEqual(first);
  });

  it('does not start while anything is owed', async () => {
    const bench = await new TerminalBench().open();
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    await bench.pay(10_00);
    bench.host = approve;
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({
      kind: 'refused',
      rule: 'unsent-remains',
    });
  });

  it('repeats a refund that was not answered, the same to the byte, and never reverses it', async () => {
    const bench = await new TerminalBench().open();
    const sale = bench.txn(await bench.pay(10_00));
    await bench.terminal.run({ kind: 'settle' });
    await bench.terminal.run({ kind: 'terminal-sign-on' });
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    const refund = {
      kind: 'refund',
      txnId: sale.txnId,
      amountMinor: amountMinor(10_00),
      presented: bench.card(),
    } as const;
    const lost = bench.txn(await bench.terminal.run(refund));
    const first = bench.sent.at(-1);
    expect(owed(bench.terminal.state)).toEqual([{ kind: 'refund-repeat', txnId: lost.txnId }]);
    expect(await bench.terminal.run(refund)).toMatchObject({ rule: 'already-pending' });
    bench.boot();
    bench.host = approve;
    await bench.terminal.run({ kind: 'deliver', txnId: lost.txnId });
    expect(bench.sent.at(-1)?.message).toEqual(first?.message);
    expect(bench.terminal.state.get('transactions', lost.txnId)?.state).toBe('approved');
    expect(bench.terminal.state.get('transactions', sale.txnId)?.refundedMinor).toBe(10_00);
  });
});

describe('an operator', () => {
  it('is locked out after five wrong passwords, for longer each time', async () => {
    const bench = await new TerminalBench().open();
    const signOn = (passwordMatches: boolean) =>
      bench.terminal.run({ kind: 'operator-sign-on', operatorCode: '1001', passwordMatches });
    for (let failure = 0; failure < 4; failure += 1)
      expect(await signOn(false)).toMatchObject({ rule: 'wrong-password' });
    expect(await signOn(false)).toMatchObject({ rule: 'operator-locked' });
    expect(await signOn(true)).toMatchObject({ rule: 'operator-locked' });
    bench.nowMs += 30_001;
    expect(await signOn(false)).toMatchObject({ rule: 'operator-locked' });
    bench.nowMs += 30_001;
    expect(await signOn(true)).toMatchObject({ rule: 'operator-locked' });
    bench.nowMs += 30_001;
    expect(await signOn(true)).toMatchObject({ kind: 'signed-on' });
  });
});

function unbalanced(exchange: Parameters<typeof approve>[0], totals: string): ReturnType<typeof approve> {
  const outcome = approve(exchange);
  if (outcome.kind === 'answered') outcome.message.fields[48] = `${totals.slice(0, 30)}2${totals.slice(31)}`;
  return outcome;
}
