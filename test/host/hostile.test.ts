import { describe, expect, it } from 'vitest';
import { UPLOAD_MESSAGES_MAX } from '../../host-sim/server/handlers/batch-upload.ts';
import { EARLIEST_MS, LATEST_MS } from '../../host-sim/server/movable-clock.ts';
import { codeOf, pinFields, reversalFrame, settlementResult, traceOf } from './conformance/messages.ts';
import { exceptionKinds } from './purse-host.ts';
import type { RawAnswer } from './raw-frames.ts';
import { freshHost, n12, PAN, TERMINAL_ID } from './test-host.ts';

/** What somebody tried who wanted money, or the host to stop; after each the audit finds nothing. */
const at = freshHost();
const NEW_PAN = '6228880000000007';
const HELD = { 2: PAN, 25: '06' };

function naming(answer: RawAnswer) {
  return { 37: answer.fields[37] ?? '', 61: `${at.terminal.batchNumber}${traceOf(answer)}` };
}

function hold(minor: number): Promise<RawAnswer> {
  return at.terminal.ask('0100', '10', { ...HELD, 3: '030000', 4: n12(minor) });
}

function complete(held: RawAnswer, minor: number): Promise<RawAnswer> {
  return at.terminal.ask('0200', '20', { ...HELD, 3: '000000', 4: n12(minor), ...naming(held) });
}

function reverse(
  answer: RawAnswer,
  type: string,
  fields: Readonly<Record<number, string>>,
): Promise<RawAnswer> {
  return at.terminal.connection.ask(reversalFrame(at.terminal, { stan: traceOf(answer), type, fields }));
}

async function balance(pan: string): Promise<number> {
  const { fields } = await at.terminal.ask('0200', '01', { 2: pan, 3: '310000' });
  return Number(fields[54]?.slice(-12));
}

describe('money', () => {
  it('that a card has spent since is not given back twice by reversing its pre-authorisation', async () => {
    const held = await hold(100_00);
    const completed = await complete(held, 50_00);
    // All that the card has left, so that the void of the completion can hold the 50.00 alone.
    const pin = (minor: number) =>
      at.terminal.purchase(minor, { 2: PAN, ...pinFields(at.terminal, PAN, '123456') });
    for (const minor of [1000_00, 1000_00, 1000_00, 950_00]) expect(codeOf(await pin(minor))).toBe('00');
    const voided = { ...HELD, 3: '200000', 4: n12(50_00), ...naming(completed) };
    expect(codeOf(await at.terminal.ask('0200', '21', voided))).toBe('00');
    expect(codeOf(await reverse(held, '10', { ...HELD, 3: '030000', 4: n12(100_00) }))).toBe('12');
    expect(await balance(PAN)).toBe(0);
    const release = { ...HELD, 3: '200000', 4: n12(100_00), ...naming(held) };
    expect(codeOf(await at.terminal.ask('0100', '11', release))).toBe('00');
    expect(await balance(PAN)).toBe(50_00);
  });

  it('of one hold is not paid twice by reversing the void of its first completion after the second', async () => {
    const held = await hold(100_00);
    const first = await complete(held, 100_00);
    const voiding = { ...HELD, 3: '200000', 4: n12(100_00), ...naming(first) };
    const voided = await at.terminal.ask('0200', '21', voiding);
    expect(codeOf(await complete(held, 100_00))).toBe('00');
    expect(codeOf(await reverse(voided, '21', { ...HELD, 3: '200000', 4: n12(100_00) }))).toBe('12');
    expect(await balance(PAN)).toBe(3900_00);
  });

  it('of a hold that was given back is not paid by reversing the void of its completion', async () => {
    const held = await hold(100_00);
    const completed = await complete(held, 60_00);
    const voiding = { ...HELD, 3: '200000', 4: n12(60_00), ...naming(completed) };
    const voided = await at.terminal.ask('0200', '21', voiding);
    const release = { ...HELD, 3: '200000', 4: n12(100_00), ...naming(held) };
    expect(codeOf(await at.terminal.ask('0100', '11', release))).toBe('00');
    expect(codeOf(await reverse(voided, '21', { ...HELD, 3: '200000', 4: n12(60_00) }))).toBe('12');
    expect(await balance(PAN)).toBe(4000_00);
  });

  it('does not leave a card that was blocked beyond what was held of it', async () => {
    const held = await hold(100_00);
    await at.terminal.ask('0200', '66', { 2: PAN, 3: '950000' });
    expect(codeOf(await complete(held, 100_01))).toBe('41');
    expect(codeOf(await complete(held, 100_00))).toBe('00');
  });

  it('of a replaced card is not on both cards after the replacement is reversed', async () => {
    const pin = pinFields(at.terminal, PAN, '123456');
    const replaced = await at.terminal.ask('0200', '63', { 2: PAN, 3: '930000', 48: NEW_PAN, ...pin });
    expect(codeOf(await at.terminal.purchase(10_00, { 2: NEW_PAN }))).toBe('00');
    expect(codeOf(await reverse(replaced, '63', { 2: PAN, 3: '930000', 48: NEW_PAN }))).toBe('12');
    expect(await balance(NEW_PAN)).toBe(3990_00);
  });

  it('is not confirmed as loaded with another amount, or for another card', async () => {
    const load = { 2: PAN, 3: '630000', 4: n12(10_00) };
    const loaded = await at.terminal.ask('0200', '48', load);
    const confirm = (more: Readonly<Record<number, string>>) =>
      at.terminal.ask('0220', '48', { ...load, ...more, 61: naming(loaded)[61] });
    expect(codeOf(await confirm({ 4: n12(500_00) }))).toBe('64');
    expect(codeOf(await confirm({ 2: '6228880000000008' }))).toBe('12');
    expect(codeOf(await confirm({}))).toBe('00');
    expect(await exceptionKinds(at.host)).toEqual(['amount-differs', 'card-differs']);
  });

  it('that nobody issued is declined again, and is not taken for another card', async () => {
    const load = { 2: '8890129999999999', 3: '630000', 4: n12(10_00) };
    const declined = await at.terminal.ask('0200', '48', load);
    expect(codeOf(declined)).toBe('14');
    const confirmed = await at.terminal.ask('0220', '48', { ...load, 61: naming(declined)[61] });
    expect(codeOf(confirmed)).toBe('14');
    expect(await exceptionKinds(at.host)).toEqual([]);
  });
});

describe('somebody on the wire without any key', () => {
  it('does not fill the list of exceptions by sending one number again and again', async () => {
    const stan = at.terminal.nextStan();
    const settle = (debitMinor: number) =>
      at.terminal.askPlain('0500', '201', {
        11: stan,
        48: `${n12(debitMinor)}001${n12(0)}0000${'0'.repeat(31)}`,
        49: '156',
        63: '001',
      });
    for (const minor of [1, 2, 3, 4]) await settle(minor);
    expect(await exceptionKinds(at.host)).toEqual(['same-number-other-content']);
  });

  it('does not fill the disk with an upload that never ends', async () => {
    expect(settlementResult(await at.terminal.settle({ debits: [9, 9], credits: [0, 0] }))).toBe('2');
    const upload = (amountMinor: number) =>
      at.terminal.askPlain('0320', '201', { 48: `0100000001${PAN.padStart(20, '0')}${n12(amountMinor)}` });
    const sent = (count: number) =>
      at.host.store.transaction((tx) =>
        tx.run(
          `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
           INSERT INTO transactions (terminal_id, merchant_id, batch_number, stan, mti, kind, state, response_code, amount_minor, at_ms,
             accounting_date, request_digest, request_body_digest, record, answer)
           SELECT terminal_id, merchant_id, batch_number, '000001', '0320', 'batch-upload', 'recorded', '00', 0, 0, '2026-03-10', 'sent' || n.i, '', '', x''
           FROM terminals, n WHERE terminal_id = ?`,
          count,
          TERMINAL_ID,
        ),
      );
    await sent(UPLOAD_MESSAGES_MAX - 1);
    expect(codeOf(await upload(1))).toBe('00');
    expect(codeOf(await upload(2))).toBe('12');
    const kept = await at.host.store.transaction((tx) =>
      tx.get(`SELECT COUNT(*) AS n FROM transactions WHERE mti = '0320'`),
    );
    expect(kept).toEqual({ n: UPLOAD_MESSAGES_MAX });
    expect(codeOf(await at.terminal.askPlain('0320', '202', { 48: '0001' }))).toBe('00');
  });
});

describe('the clock', () => {
  it('is not set where no date can be written any more', async () => {
    const { port, token } = at.host.admin ?? { port: 0, token: '' };
    const post = async (body: unknown) => {
      const headers = { authorization: `Bearer ${token}` };
      const options = { method: 'POST', headers, body: JSON.stringify(body) };
      return (await fetch(`http://127.0.0.1:${port}/clock`, options)).status;
    };
    for (const nowMs of [EARLIEST_MS - 1, LATEST_MS + 1, 8.64e15]) expect(await post({ nowMs })).toBe(400);
    expect(await post({ nowMs: LATEST_MS })).toBe(200);
    expect(await post({ advanceMs: 1 })).toBe(400);
    expect(codeOf(await at.terminal.purchase(1))).toBe('54');
    expect(await post({ nowMs: EARLIEST_MS })).toBe(200);
    expect(codeOf(await at.terminal.purchase(1))).toBe('00');
  });
});
