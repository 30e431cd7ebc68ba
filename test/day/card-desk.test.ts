import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HostDriver } from '../../app/cli/day/host-driver.ts';
import { TerminalDriver } from '../../app/cli/day/terminal-driver.ts';
import type { StartRequest } from '../../app/cli/day/terminal-process.ts';
import type { PaymentResult, TransactionView } from '../../terminal-core/api/contract.ts';
import { readCatalogue } from '../../terminal-core/runtime/till/catalogue.ts';

const DATA = fileURLToPath(new URL('../data/', import.meta.url));
const SUPERVISOR = { operatorCode: '2001', password: '2001' };
const HOST_TIMEOUT_MS = 2_000;
/** Two cards that were never activated, a third to load, and a gift card that was loaded when it was issued. */
const CARD = { pan: '8890121000020016', expiry: '2912' };
const NEW_CARD = { pan: '8890121000020024', expiry: '2912' };
const OTHER = { pan: '8890121000020032', expiry: '2912' };
const GIFT = { pan: '8890122000020045', expiry: '2912' };
const CARDS = `pan,kind,balance,expiry,pin,status,name
${CARD.pan},registered,0.00,2912,123456,inactive,Lin Yue
${NEW_CARD.pan},registered,0.00,2912,123456,inactive,Lin Yue
${OTHER.pan},registered,100.00,2912,234567,active,Zhao Min
${GIFT.pan},bearer,50.00,2912,,active,Gift card
`;

const folder = mkdtempSync(join(tmpdir(), 'holdfast-desk-'));
const host = new HostDriver({ folder, seed: 1 });
let terminal = new TerminalDriver();
let request: StartRequest;
let ids = 0;

beforeAll(async () => {
  const cardsFile = join(folder, 'cards.csv');
  writeFileSync(cardsFile, CARDS);
  const provisioning = await host.prepare({
    folder,
    cardsFile,
    terminalId: '10000001',
    merchantId: '105331051320001',
  });
  const { port } = await host.start();
  request = {
    dataDir: join(folder, 'terminal'),
    provisioning,
    host: { host: '127.0.0.1', port },
    catalogueFile: join(DATA, 'catalogue.csv'),
    operatorsFile: join(DATA, 'operators.json'),
    sealKeyBase64: randomBytes(32).toString('base64'),
    hostTimeoutMs: HOST_TIMEOUT_MS,
    clockOffsetMs: 0,
  };
  await start();
  await terminal.service('signOnTerminal');
  await terminal.service('openShift', { floatMinor: 500_00 });
});

afterAll(async () => {
  await terminal.kill();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(dieAt?: StartRequest['dieAt']): Promise<void> {
  await terminal.kill();
  terminal = new TerminalDriver();
  expect(await terminal.start({ ...request, ...(dieAt ? { dieAt } : {}) })).toEqual({ ok: true });
  await terminal.waitUntilUp(20_000);
  await terminal.service('signOnOperator', { operatorCode: '1001', password: '1001' });
}

function nextId(): string {
  ids += 1;
  return `desk-request-${ids}`;
}

type Card = typeof CARD;

async function ask(card: Card, inquiry: 'balance' | 'statement' = 'balance') {
  return terminal.service('inquireCard', { inquiry, cardRef: await terminal.readCard(card) });
}

async function balance(card: Card): Promise<number | undefined> {
  const answer = await ask(card);
  return answer.kind === 'inquiry' ? answer.balanceMinor : undefined;
}

async function load(card: Card, amountMinor: number): Promise<PaymentResult> {
  const cardRef = await terminal.readCard(card);
  return (await terminal.service('loadCard', { loadId: nextId(), amountMinor, cardRef })).result;
}

type Service = 'activate' | 'block' | 'unblock' | 'report-loss';

async function serve(card: Card, service: Service): Promise<PaymentResult> {
  const cardRef = await terminal.readCard(card);
  return terminal.service('serveCard', { service, serviceId: nextId(), cardRef, supervisor: SUPERVISOR });
}

async function surrender(card: Card, amountMinor: number): Promise<PaymentResult> {
  const cardRef = await terminal.readCard(card);
  const serviceId = nextId();
  return terminal.service('serveCard', {
    service: 'surrender',
    serviceId,
    cardRef,
    amountMinor,
    supervisor: SUPERVISOR,
  });
}

/** Buys one thing at a time until that much is spent, or nothing that costs no more is left. */
async function buy(card: Card): Promise<PaymentResult> {
  const { products } = readCatalogue(readFileSync(request.catalogueFile, 'utf8'));
  const product = products.find(({ priceMinor }) => priceMinor > 100 && priceMinor < 20_00);
  if (!product) throw new Error('Nothing to buy');
  return terminal.service('payCard', {
    saleId: nextId(),
    lines: [{ sku: product.sku, quantity: 1 }],
    totalMinor: product.priceMinor,
    cardRef: await terminal.readCard(card),
  });
}

function approved(result: PaymentResult): TransactionView {
  if (result.kind !== 'approved') throw new Error(JSON.stringify(result));
  return result.transaction;
}

async function differences(): Promise<unknown> {
  const check = JSON.parse((await host.run(['check', '--json'])).stdout) as { problems: unknown[] };
  const exceptions = JSON.parse((await host.run(['exceptions', 'list', '--json'])).stdout) as unknown[];
  return { problems: check.problems, exceptions };
}

it('walks a card’s life: activated, loaded, spent, lost, replaced, given back', async () => {
  expect(await ask(CARD)).toMatchObject({ kind: 'declined', responseCode: '62' });
  expect(approved(await serve(CARD, 'activate'))).toMatchObject({
    kind: 'card-service',
    service: 'activate',
  });
  const loaded = approved(await load(CARD, 105_00));
  expect(loaded).toMatchObject({ kind: 'load', amountMinor: 105_00, voidable: true });
  const bought = approved(await buy(CARD));
  const left = 105_00 - bought.amountMinor;
  expect(await ask(CARD, 'statement')).toMatchObject({
    balanceMinor: left,
    lines: [{ amountMinor: -bought.amountMinor, balanceMinor: left }, { amountMinor: 105_00 }],
    certificate: { state: 'valid', leftMinor: left },
  });
  const voiding = { txnId: loaded.txnId, undoId: nextId(), supervisor: SUPERVISOR };
  expect(
    await terminal.service('voidTransaction', { ...voiding, cardRef: await terminal.readCard(CARD) }),
  ).toMatchObject({ kind: 'declined', responseCode: '51' });
  approved(await serve(CARD, 'report-loss'));
  expect(await buy(CARD)).toMatchObject({ kind: 'refused', rule: 'hotlisted-card' });
  const replaced = approved(
    await terminal.service('serveCard', {
      service: 'replace',
      serviceId: nextId(),
      cardRef: await terminal.readCard(CARD),
      newCardRef: await terminal.readCard(NEW_CARD),
      supervisor: SUPERVISOR,
    }),
  );
  expect(replaced).toMatchObject({ service: 'replace', newMaskedPan: '889012******0024' });
  expect(await balance(NEW_CARD)).toBe(left);
  expect(await ask(CARD)).toMatchObject({ kind: 'declined', responseCode: '41' });
  expect(await surrender(NEW_CARD, left + 1)).toMatchObject(
    left + 1 > 100_00 ? { rule: 'surrender-above-limit' } : { kind: 'declined', responseCode: '64' },
  );
  let rest = left;
  while (rest > 100_00) rest -= approved(await buy(NEW_CARD)).amountMinor;
  expect(approved(await surrender(NEW_CARD, rest)).amountMinor).toBe(rest);
  expect(await ask(NEW_CARD)).toMatchObject({ kind: 'declined', responseCode: '14' });
  expect(await differences()).toEqual({ problems: [], exceptions: [] });
});

it('tells in words what the host will not do', async () => {
  expect(await load(GIFT, 10_00)).toMatchObject({
    kind: 'declined',
    responseCode: '57',
    text: { en: 'A bearer card cannot be loaded again.' },
  });
  expect(await serve(GIFT, 'report-loss')).toMatchObject({
    responseCode: '57',
    text: { en: 'A bearer card cannot be reported lost.' },
  });
  expect(await load(OTHER, 4_900_01)).toMatchObject({
    responseCode: '61',
    text: { en: 'The card would hold more than it may.' },
  });
  expect(await surrender(OTHER, 99_00)).toMatchObject({
    responseCode: '64',
    text: { en: 'The balance is not the amount that was to be paid out.' },
  });
  expect(await serve(OTHER, 'unblock')).toMatchObject({ kind: 'declined', responseCode: '12' });
  expect(await load({ pan: '6222020000000007', expiry: '2912' }, 10_00)).toMatchObject({
    responseCode: '14',
  });
});

it('books a load once whose answer, or whose request, was lost, or that a power cut fell on', async () => {
  const before = (await balance(OTHER)) ?? 0;
  const lost = { mti: '0200', processingCode: '630000', times: 1 };
  await host.setFaults([{ kind: 'no-answer-after-booking', ...lost }]);
  expect(await load(OTHER, 20_00)).toMatchObject({ kind: 'unknown' });
  expect(await terminal.sync()).toMatchObject({ left: 0 });
  expect(await balance(OTHER)).toBe(before + 20_00);
  await host.setFaults([{ kind: 'no-answer-before-booking', ...lost }]);
  expect(await load(OTHER, 30_00)).toMatchObject({ kind: 'unknown' });
  expect(await balance(OTHER)).toBe(before + 20_00);
  expect(await terminal.sync()).toMatchObject({ left: 0 });
  expect(await balance(OTHER)).toBe(before + 50_00);
  await start({ point: 'after-send request', time: 1 });
  await expect(load(OTHER, 40_00)).rejects.toThrow('has ended');
  await start();
  expect(await terminal.sync()).toMatchObject({ left: 0 });
  expect(await balance(OTHER)).toBe(before + 90_00);
});

it('puts a card back as it was when the answer to a service was lost', async () => {
  const lost = { mti: '0200', processingCode: '910000', times: 1 };
  await host.setFaults([{ kind: 'no-answer-after-booking', ...lost }]);
  expect(await serve(OTHER, 'block')).toMatchObject({ kind: 'unknown' });
  expect(await terminal.sync()).toMatchObject({ left: 0 });
  expect(await balance(OTHER)).toBeGreaterThan(0);
});

it('voids a load, counts the drawer, and settles and uploads it all to the fen', async () => {
  const loaded = approved(await load(OTHER, 60_00));
  const voiding = { txnId: loaded.txnId, undoId: nextId(), supervisor: SUPERVISOR };
  approved(
    await terminal.service('voidTransaction', { ...voiding, cardRef: await terminal.readCard(OTHER) }),
  );
  const surrendered = (await terminal.service('listTransactions', { limit: 200 })).find(
    ({ service, state }) => service === 'surrender' && state === 'approved',
  );
  const cashMinor = 500_00 + 105_00 + 90_00 - (surrendered?.amountMinor ?? 0);
  expect(await terminal.service('closeShift', { countedMinor: cashMinor })).toMatchObject({
    differenceMinor: 0,
  });
  await host.setFaults([{ kind: 'unbalanced-settlement', times: 1 }]);
  expect(await terminal.service('settle', { supervisor: SUPERVISOR })).toMatchObject({
    result: 'not-balanced',
    creditCount: 5,
    creditMinor: 255_00,
  });
  expect(await differences()).toEqual({ problems: [], exceptions: [] });
  await terminal.sync();
  approved(await load(OTHER, 10_00));
  expect(await terminal.service('settle', { supervisor: SUPERVISOR })).toMatchObject({
    result: 'balanced',
    creditCount: 1,
    creditMinor: 10_00,
  });
  await terminal.close();
});
