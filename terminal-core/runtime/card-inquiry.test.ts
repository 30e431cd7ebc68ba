import { describe, expect, it } from 'vitest';
import { load, NEW_CARD, serve, withShift } from '../../test/support/card-desk-steps.ts';
import { approve, decline, type TerminalBench } from '../../test/support/terminal-bench.ts';
import { owed } from '../engine/owed.ts';

describe('asking about a card', () => {
  const inquire = (bench: TerminalBench, inquiry: 'balance' | 'statement' = 'balance') =>
    bench.terminal.run({ kind: 'inquire', inquiry, presented: bench.card() });

  it('takes a trace number, brings the balance, and owes nothing whatever becomes of it', async () => {
    const bench = await withShift('cashier');
    bench.host = (exchange) => approve(exchange, { 54: '0002156C000000035650' });
    const reply = await inquire(bench);
    expect(reply).toMatchObject({ kind: 'inquiry', responseCode: '00', balanceMinor: 356_50 });
    expect(reply.kind === 'inquiry' && reply.slip).toContain('356.50');
    expect(bench.sent[0]?.message).toMatchObject({ mti: '0200', fields: { 3: '310000' } });
    const stan = String(bench.sent[0]?.message.fields[11]);
    bench.host = () => ({ kind: 'no-answer', cause: 'timed-out' });
    expect(await inquire(bench)).toMatchObject({ rule: 'inquiry-unanswered' });
    expect(Number(bench.sent[1]?.message.fields[11])).toBe(Number(stan) + 1);
    expect(owed(bench.terminal.state)).toEqual([]);
    expect([...bench.terminal.state.live('transactions')]).toEqual([]);
  });

  it('has the lines of a statement in words', async () => {
    const bench = await withShift();
    const line = '20261121090000LOC000000010000000000045650';
    bench.host = (exchange) => approve(exchange, { 54: '0002156C000000045650', 59: `ST041${line}` });
    const reply = await inquire(bench, 'statement');
    expect(reply).toMatchObject({
      lines: [{ kind: 'LO', sign: 'C', amountMinor: 100_00, balanceMinor: 456_50 }],
    });
    expect(reply.kind === 'inquiry' && reply.slip).toContain('11-21 09:00 充值 Load');
    bench.host = (exchange) => approve(exchange, { 59: 'ST005wrong' });
    expect(await inquire(bench, 'statement')).toMatchObject({ responseCode: '00', lines: [] });
  });

  it('renews the certificate, so that a card whose certificate has run out is taken offline again', async () => {
    const bench = await withShift();
    await bench.giveCertificate({ notAfterMs: bench.nowMs - 1 });
    bench.linkUp = false;
    expect(await bench.pay(5_00)).toMatchObject({
      rule: 'offline-certificate-expired',
      nextStep: { en: expect.stringContaining('a balance inquiry renews') },
    });
    bench.linkUp = true;
    bench.host = (exchange) => {
      const outcome = approve(exchange);
      const certificate = bench.certificate({ certificateNumber: 2 });
      return outcome.kind === 'answered' ? { ...outcome, certificate } : outcome;
    };
    await inquire(bench);
    bench.linkUp = false;
    expect(bench.txn(await bench.pay(5_00)).state).toBe('accepted-offline');
  });

  it('takes in no certificate of another card', async () => {
    const bench = await withShift();
    bench.host = (exchange) => {
      const outcome = approve(exchange);
      const certificate = bench.certificate({}, NEW_CARD);
      return outcome.kind === 'answered' ? { ...outcome, certificate } : outcome;
    };
    await inquire(bench);
    expect([...bench.terminal.state.live('certificates')]).toEqual([]);
  });

  it('drops the certificate of a card that the host refuses for good', async () => {
    const bench = await withShift();
    await bench.giveCertificate();
    bench.host = (exchange) => decline(exchange, '41');
    expect(await inquire(bench)).toMatchObject({ kind: 'inquiry', responseCode: '41' });
    expect([...bench.terminal.state.live('certificates')]).toEqual([]);
  });

  it('is refused offline, in training mode and to an engineer', async () => {
    const bench = await withShift();
    bench.linkUp = false;
    expect(await inquire(bench)).toMatchObject({ rule: 'host-unreachable' });
    bench.linkUp = true;
    await bench.terminal.run({ kind: 'enter-training' });
    expect(await inquire(bench)).toMatchObject({ rule: 'in-training' });
    expect(await load(bench)).toMatchObject({ rule: 'in-training' });
    expect(await serve(bench, 'activate')).toMatchObject({ rule: 'in-training' });
    await bench.terminal.run({ kind: 'leave-training' });
    await bench.terminal.run({ kind: 'operator-sign-on', operatorCode: '9001', passwordMatches: true });
    expect(await inquire(bench)).toMatchObject({ rule: 'role-not-allowed' });
    expect(bench.sent).toEqual([]);
  });
});
