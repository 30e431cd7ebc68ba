import { describe, expect, it } from 'vitest';
import { approve, decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import type { ExchangeOutcome } from '../engine/exchange.ts';
import { CLOCK_TOLERANCE_MS } from '../engine/offline-rules.ts';
import { owed, setAside } from '../engine/owed.ts';
import { forgetCards } from './forget-cards.ts';

const NO_ANSWER: ExchangeOutcome = { kind: 'no-answer', cause: 'timed-out' };

describe('a settlement', () => {
  it('does not begin while a payment waits for its answer', async () => {
    const bench = await new TerminalBench().open();
    let answer: (outcome: ExchangeOutcome) => void = () => {};
    bench.host = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const paying = bench.pay(10_00);
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ rule: 'sale-in-progress' });
    const [exchange] = bench.sent.slice(-1);
    if (!exchange) throw new Error('Nothing was sent');
    answer(approve(exchange));
    expect(bench.txn(await paying).state).toBe('approved');
    bench.host = approve;
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ totals: { debitMinor: 10_00 } });
  });

  it('that the host will not compare can be given up by a supervisor, and the batch stays open', async () => {
    const bench = await new TerminalBench().open();
    await bench.pay(10_00);
    bench.host = (exchange) => decline(exchange, '91');
    expect(await bench.terminal.run({ kind: 'settle' })).toEqual({ kind: 'unfinished', hostSaid: '91' });
    expect(await bench.pay(1_00)).toMatchObject({ rule: 'settling' });
    const before = bench.batchNumber();
    expect(await bench.terminal.run({ kind: 'abandon-settlement' })).toEqual({ kind: 'done' });
    bench.host = approve;
    await bench.pay(1_00);
    expect(bench.batchNumber()).toBe(before);
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ totals: { debitMinor: 11_00 } });
    expect(await bench.terminal.run({ kind: 'abandon-settlement' })).toMatchObject({ rule: 'no-settlement' });
  });

  it('is not given up while the host may have closed the batch by an answer that was lost', async () => {
    const bench = await new TerminalBench().open();
    await bench.pay(10_00);
    const giveUp = () => bench.terminal.run({ kind: 'abandon-settlement' });
    bench.host = () => NO_ANSWER;
    await bench.terminal.run({ kind: 'settle' });
    expect(await giveUp()).toMatchObject({ rule: 'settlement-in-doubt' });
    bench.boot();
    bench.host = (exchange) => decline(exchange, '96');
    await bench.terminal.run({ kind: 'settle' });
    expect(await giveUp()).toMatchObject({ rule: 'settlement-in-doubt' });
    bench.host = (exchange) => decline(exchange, '12');
    await bench.terminal.run({ kind: 'settle' });
    expect(await giveUp()).toEqual({ kind: 'done' });
  });

  it('is not resumed by somebody who may not settle', async () => {
    const bench = await new TerminalBench().open();
    bench.host = () => NO_ANSWER;
    await bench.terminal.run({ kind: 'settle' });
    await bench.terminal.run({ kind: 'operator-sign-off' });
    expect(await bench.terminal.run({ kind: 'settle' })).toMatchObject({ rule: 'no-operator' });
  });

  it('has room for every sale of its batch, those that wait for their upload included', async () => {
    const bench = await new TerminalBench().open();
    await bench.terminal.run({
      kind: 'parameters-downloaded',
      version: 2,
      issuedAtMs: bench.nowMs,
      parameters: { offlineTier2CardBatchMaxCount: 2_000, offlineUnsentMaxCount: 2_000 },
      certificates: [
        bench.certificate({
          countMax: 2_000,
          balanceMinor: amountMinor(5_000_00),
          offlineCapMinor: amountMinor(5_000_00),
        }),
      ],
    });
    bench.linkUp = false;
    for (let sale = 0; sale < 900; sale += 1) await bench.pay(1);
    expect(await bench.pay(1)).toMatchObject({ kind: 'refused', rule: 'batch-full' });
  });
});

describe('a card that the host refuses for good', () => {
  it.each(['04', '34', '41', '43', '54', '62'])('is not taken offline after answer %s', async (code) => {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate();
    bench.host = (exchange) => decline(exchange, code);
    await bench.pay(10_00);
    bench.linkUp = false;
    expect(await bench.pay(10_00)).toMatchObject({ rule: 'offline-no-certificate' });
  });
});

describe('a reversal that the host refuses', () => {
  it('is set aside for a person and holds up nobody', async () => {
    const bench = await new TerminalBench().open();
    bench.host = () => NO_ANSWER;
    const { txnId } = bench.txn(await bench.pay(10_00));
    bench.host = (exchange) => decline(exchange, '12');
    await bench.terminal.run({ kind: 'deliver', txnId });
    expect(owed(bench.terminal.state)).toEqual([]);
    expect(setAside(bench.terminal.state)).toMatchObject([
      { txnId, state: 'reversal-refused', responseCode: '12' },
    ]);
    bench.host = approve;
    expect(bench.txn(await bench.pay(1_00)).state).toBe('approved');
  });
});

describe('a download', () => {
  it('that is older than what is held changes nothing', async () => {
    const bench = await new TerminalBench().open();
    const { panHash } = bench.card();
    const at = bench.nowMs;
    await bench.terminal.run({
      kind: 'hotlist-downloaded',
      version: 5,
      issuedAtMs: at,
      panHashes: [panHash],
    });
    await bench.terminal.run({ kind: 'hotlist-downloaded', version: 4, issuedAtMs: at + 1, panHashes: [] });
    await bench.terminal.run({ kind: 'hotlist-downloaded', version: 5, issuedAtMs: at - 1, panHashes: [] });
    expect(await bench.pay(1_00)).toMatchObject({ rule: 'hotlisted-card' });
  });

  it('from the future is not believed, or it would never grow old', async () => {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate();
    const issuedAtMs = bench.nowMs + 365 * 86_400_000;
    await bench.terminal.run({ kind: 'hotlist-downloaded', version: 9, issuedAtMs, panHashes: [] });
    bench.linkUp = false;
    bench.nowMs += 25 * 3_600_000;
    expect(await bench.pay(1_00)).toMatchObject({ kind: 'refused' });
  });
});

describe('a clock that was set back', () => {
  it('stops offline acceptance', async () => {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate();
    bench.linkUp = false;
    bench.nowMs -= 3_600_000;
    expect(await bench.pay(1_00)).toMatchObject({ rule: 'clock-went-back' });
  });

  it('stops it after a settlement and a new sign-on, too: neither forgets how late it has been', async () => {
    for (const backMs of [CLOCK_TOLERANCE_MS, CLOCK_TOLERANCE_MS + 1]) {
      const bench = await new TerminalBench().open();
      await bench.giveCertificate();
      bench.nowMs += 3 * 3_600_000;
      await bench.terminal.run({ kind: 'settle' });
      bench.nowMs -= backMs;
      await bench.terminal.run({ kind: 'terminal-sign-on' });
      bench.linkUp = false;
      expect(await bench.pay(1_00)).toMatchObject(
        backMs === CLOCK_TOLERANCE_MS ? { kind: 'transaction' } : { rule: 'clock-went-back' },
      );
    }
  });

  it('counts from the latest sale of a closed batch, where the clock went back before the settlement', async () => {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate();
    bench.nowMs += 5 * 3_600_000;
    await bench.pay(1_00);
    bench.nowMs -= 2 * 3_600_000;
    await bench.terminal.run({ kind: 'settle' });
    await bench.terminal.run({ kind: 'terminal-sign-on' });
    bench.linkUp = false;
    expect(await bench.pay(1_00)).toMatchObject({ rule: 'clock-went-back' });
  });
});

describe('a sale id', () => {
  it('that was used for another amount is refused, and so is one whose sale was voided', async () => {
    const bench = await new TerminalBench().open();
    const presented = bench.card();
    const first = bench.txn(
      await bench.terminal.run({ kind: 'pay-card', basket: bench.basket(1_00, 'sale-x'), presented }),
    );
    const other = await bench.terminal.run({
      kind: 'pay-card',
      basket: bench.basket(500_00, 'sale-x'),
      presented,
    });
    expect(other).toMatchObject({ rule: 'sale-differs' });
    await bench.terminal.run({ kind: 'void', txnId: first.txnId, presented });
    const again = await bench.terminal.run({
      kind: 'pay-card',
      basket: bench.basket(1_00, 'sale-x'),
      presented,
    });
    expect(again).toMatchObject({ rule: 'sale-voided' });
  });
});

describe('what people type as an operator code', () => {
  it('is not journalled when nobody has it', async () => {
    const bench = await new TerminalBench().open();
    await bench.terminal.run({
      kind: 'operator-sign-on',
      operatorCode: '8890121000010074',
      passwordMatches: false,
    });
    expect(JSON.stringify([...bench.journal.entries()])).not.toContain('8890121000010074');
  });
});

describe('an answer with nonsense in it', () => {
  it('never leaves a sale hanging', async () => {
    const bench = await new TerminalBench().open();
    bench.host = (exchange) => approve(exchange, { 37: 'ÄÖÜ000000001', 38: 'é' });
    const txn = bench.txn(await bench.pay(1_00));
    expect(txn.state).toBe('approved');
    expect(txn.rrn).toBeUndefined();
    bench.host = () => {
      throw new Error('the driver broke');
    };
    expect(bench.txn(await bench.pay(1_00)).state).toBe('unknown');
  });
});

describe('card numbers', () => {
  it('are erased after the settlement by rule, also when the power went before the first try', async () => {
    const bench = await new TerminalBench().open();
    await bench.pay(1_00);
    bench.host = (exchange) => (exchange.purpose.kind === 'request' ? NO_ANSWER : approve(exchange));
    const { txnId } = bench.txn(await bench.pay(2_00));
    expect(bench.journal.sealedSeqs()).toHaveLength(2);
    forgetCards(bench.journal, bench.terminal.state);
    expect(bench.journal.sealedSeqs()).toHaveLength(2);
    bench.host = approve;
    await bench.terminal.run({ kind: 'deliver', txnId });
    await bench.terminal.run({ kind: 'settle' });
    bench.boot();
    forgetCards(bench.journal, bench.terminal.state);
    expect(bench.journal.sealedSeqs()).toEqual([]);
    expect(bench.journal.verify().ok).toBe(true);
  });
});

describe('a start after a crash in the middle of a sign-on', () => {
  it('asks for new keys when the key store is ahead of the journal', async () => {
    const bench = await new TerminalBench().open();
    bench.boot();
    await bench.terminal.run({ kind: 'recover', currentKeySetId: 'set-that-was-never-journalled' });
    await bench.giveCertificate();
    expect(bench.txn(await bench.pay(1_00)).kind).toBe('offline-sale');
  });
});

describe('a disk that is full for a while', () => {
  it('leaves an answer undecided until it can be written, then reverses it', async () => {
    const bench = await new TerminalBench().open();
    let full = false;
    const append = bench.journal.append.bind(bench.journal);
    bench.journal.append = (entries, changes) =>
      full ? { ok: false, failure: 'disk-full', detail: 'simulated' } : append(entries, changes);
    bench.host = (exchange) => {
      full = true;
      return approve(exchange);
    };
    expect(bench.txn(await bench.pay(1_00)).state).toBe('sending');
    expect(await bench.pay(1_00)).toMatchObject({ rule: 'journal-cannot-write' });
    full = false;
    bench.host = approve;
    await bench.pay(1_00);
    expect(owed(bench.terminal.state)).toMatchObject([{ kind: 'reversal' }]);
  });

  it('decides what a start could not write, before it does anything else', async () => {
    const bench = await new TerminalBench().open();
    let full = false;
    const append = bench.journal.append.bind(bench.journal);
    bench.journal.append = (entries, changes) =>
      full ? { ok: false, failure: 'disk-full', detail: 'simulated' } : append(entries, changes);
    bench.host = () => new Promise(() => {});
    void bench.pay(1_00);
    bench.boot();
    full = true;
    expect(await bench.terminal.run({ kind: 'recover' })).toMatchObject({ rule: 'journal-cannot-write' });
    expect({ resumed: bench.terminal.resume(), halted: bench.terminal.isHalted }).toEqual({
      resumed: false,
      halted: true,
    });
    full = false;
    expect({ resumed: bench.terminal.resume(), halted: bench.terminal.isHalted }).toEqual({
      resumed: true,
      halted: false,
    });
    expect(owed(bench.terminal.state)).toMatchObject([{ kind: 'reversal' }]);
  });
});
