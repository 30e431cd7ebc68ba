import { hostTotals } from '../../host-sim/batches/totals.ts';
import { settleMerchants } from '../../host-sim/ledger/merchant-settlement.ts';
import { pinFields, refundOf, reverseSale, traceOf, voidOf } from './conformance/messages.ts';
import { card, host, terminal } from './purse-bench.ts';
import { EXPIRED_SERIAL, sendRecord } from './purse-host.ts';
import { confirm, credit, requestLoad, reverse } from './purse-load-bench.ts';
import type { RawAnswer } from './raw-frames.ts';
import { proofAmount, RawPurse } from './raw-purse.ts';
import { BEARER_PAN, n12, PAN, START_MS, TERMINAL_ID } from './test-host.ts';

const NEW_PAN = '6228880000000007';
const EMPTY_PAN = '6228880000000008';
const LOST_PAN = '6228880000000005';
const NEXT_DAY_MS = START_MS + 24 * 3_600_000;

async function approved(answer: Promise<RawAnswer>): Promise<RawAnswer> {
  const got = await answer;
  if (got.fields[39] !== '00') throw new Error(`A step of the story was answered ${got.fields[39]}`);
  return got;
}

function ask(mti: string, type: string, more: Parameters<typeof terminal.ask>[2]): Promise<RawAnswer> {
  return approved(terminal.ask(mti, type, more));
}

function naming(answer: RawAnswer) {
  return { 37: answer.fields[37] ?? '', 61: `${answer.fields[60]?.slice(2, 8)}${answer.fields[11]}` };
}

/** Closes the batch with the host's own totals, and signs on in the next. */
async function settleBalanced(): Promise<void> {
  const totals = await host.store.transaction((tx) => hostTotals(tx, TERMINAL_ID, terminal.batchNumber));
  await approved(
    terminal.settle({
      debits: [totals.debitCount, totals.debitMinor],
      credits: [totals.creditCount, totals.creditMinor],
    }),
  );
  await terminal.signOn();
}

function payByCode(amountMinor: number, code: string): Promise<RawAnswer> {
  return terminal.purchase(amountMinor, { 22: '032', 59: `CC018${code}` });
}

async function sales(): Promise<RawAnswer> {
  const sale = await approved(terminal.purchase(20_00));
  const voided = await approved(terminal.purchase(5_00));
  await approved(voidOf({ terminal, answer: voided, amountMinor: 5_00, pan: PAN }));
  const reversed = await approved(terminal.purchase(6_00));
  await approved(reverseSale(terminal, { stan: traceOf(reversed), amountMinor: 6_00, pan: PAN }));
  await approved(payByCode(7_00, '134567890123456789'));
  const code = { 3: '200000', 4: n12(9_00), 22: '032' };
  await ask('0200', '23', { ...code, ...naming(await approved(payByCode(9_00, '284567890123456789'))) });
  const { fields } = await ask('0200', '01', { 2: PAN, 3: '310000' });
  await ask('0220', '30', {
    2: PAN,
    3: '000000',
    4: n12(8_00),
    11: '000900',
    12: '100000',
    13: '0310',
    59: fields[59] ?? '',
    61: `${terminal.batchNumber}0009000310`,
    63: '001',
  });
  return sale;
}

async function loads(): Promise<void> {
  await ask('0200', '48', { 2: EMPTY_PAN, 3: '630000', 4: n12(10_00) });
  const load = await ask('0200', '48', { 2: PAN, 3: '630000', 4: n12(50_00) });
  await ask('0200', '49', { 2: PAN, 3: '200000', 4: n12(50_00), ...naming(load) });
}

async function purses(): Promise<void> {
  await approved(sendRecord(terminal, card.pay(10_00)));
  const expired = new RawPurse(EXPIRED_SERIAL, { balanceMinor: 100_00 });
  await sendRecord(terminal, expired.pay(4_00));
  const taken = await requestLoad();
  const proof = card.initializeForLoad(proofAmount(taken.tags.DF0F ?? ''));
  await approved(reverse(taken, proof.tags));
  const credited = await requestLoad();
  await approved(confirm(credited, credit(credited)));
  await requestLoad();
}

async function holds(): Promise<void> {
  const hold = (amountMinor: number) =>
    ask('0100', '10', { 2: PAN, 3: '030000', 4: n12(amountMinor), 25: '06' });
  const complete = (answer: RawAnswer, amountMinor: number) =>
    ask('0200', '20', { 2: PAN, 3: '000000', 4: n12(amountMinor), 25: '06', ...naming(answer) });
  await hold(100_00);
  await complete(await hold(40_00), 30_00);
  const completed = await complete(await hold(50_00), 20_00);
  await ask('0200', '21', { 2: PAN, 3: '200000', 4: n12(20_00), 25: '06', ...naming(completed) });
  const voided = await hold(9_00);
  await ask('0100', '11', { 2: PAN, 3: '200000', 4: n12(9_00), 25: '06', ...naming(voided) });
}

/** The second batch does not balance: one sale that the host lacks is booked from the upload. */
async function uploadedBatch(): Promise<void> {
  const sale = await approved(terminal.purchase(3_00));
  await approved(terminal.settle({ debits: [9, 9_00], credits: [0, 0] }));
  const line = (stan: string, amountMinor: number) => `00${stan}${PAN.padStart(20, '0')}${n12(amountMinor)}`;
  await approved(
    terminal.askPlain('0320', '201', { 48: `02${line(traceOf(sale), 3_00)}${line('000901', 7_00)}` }),
  );
  await approved(terminal.askPlain('0320', '202', { 48: '0002' }));
  await terminal.signOn();
}

/**
 * One host on which every kind of transaction has happened: a batch that was settled, one that was uploaded, one that is open, and a
 * merchant who was paid.
 */
export async function everythingOnce(): Promise<void> {
  const sale = await sales();
  await loads();
  await purses();
  await settleBalanced();
  await uploadedBatch();
  await holds();
  await approved(refundOf({ terminal, answer: sale, amountMinor: 2_00, pan: PAN }));
  const pin = pinFields(terminal, LOST_PAN, '123456');
  await ask('0200', '63', { 2: LOST_PAN, 3: '930000', 48: NEW_PAN, ...pin });
  await ask('0200', '64', { 2: BEARER_PAN, 3: '940000' });
  host.clock.set(NEXT_DAY_MS);
  await host.store.transaction((tx) => settleMerchants(tx, { nowMs: NEXT_DAY_MS, today: '2026-03-11' }));
}
