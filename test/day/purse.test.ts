import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostDriver } from '../../app/cli/day/host-driver.ts';
import { parseCardText, SimulatedSmartCardReader } from '../../terminal-core/devices/index.ts';
import { psamProfile } from '../../terminal-core/purse/index.ts';
import {
  DEMO_PURSE_ISSUER,
  demoPsam,
  demoPurseCard,
  memoryStore,
  type SimulatedPurseCard,
  simulatedPsam,
  simulatedPurseCard,
} from '../../terminal-core/purse/simulator/index.ts';
import { type RunningTerminal, startTerminal } from '../../terminal-core/runtime/index.ts';
import { systemClock, systemRandom } from '../../terminal-core/runtime/system.ts';
import { readCatalogue } from '../../terminal-core/runtime/till/catalogue.ts';

const DATA = fileURLToPath(new URL('../data/', import.meta.url));
const CATALOGUE_FILE = join(DATA, 'catalogue.csv');
const [PRODUCT] = readCatalogue(readFileSync(CATALOGUE_FILE, 'utf8')).products;
const PRICE_MINOR = PRODUCT?.priceMinor ?? 0;
const SUPERVISOR = { operatorCode: '2001', password: '2001' };
const OPENING_MINOR = 100_00;
const SERIAL = '00001000751200000001';
const DEBIT = 0x54;
const CREDIT = 0x52;

const folder = mkdtempSync(join(tmpdir(), 'holdfast-purse-'));
const host = new HostDriver({ folder, seed: 1 });
const card = simulatedPurseCard({
  store: memoryStore(demoPurseCard(1, { balanceMinor: OPENING_MINOR })),
  random: systemRandom,
});
const reader = new SimulatedSmartCardReader({ deviceId: 'chip-1' });
let terminal: RunningTerminal | undefined;
let sales = 0;

beforeAll(async () => {
  const provisioning = await host.prepare({
    folder,
    cardsFile: join(DATA, 'cards.csv'),
    terminalId: '10000001',
    merchantId: '105331051320001',
  });
  const loaded = await host.run(['purses', 'load', join(DATA, 'purses.json'), '--demo']);
  if (loaded.exitCode !== 0) throw new Error(loaded.stderr);
  const { port } = await host.start();
  const started = await startTerminal({
    dataDir: join(folder, 'terminal'),
    provisioning,
    host: { host: '127.0.0.1', port },
    catalogueFile: CATALOGUE_FILE,
    operatorsFile: join(DATA, 'operators.json'),
    sealKey: randomBytes(32),
    hostTimeoutMs: 2_000,
    demo: true,
    background: 'off',
    clock: systemClock(),
    devices: {
      scanners: [],
      cardReaders: [],
      readCardText: parseCardText,
      purses: { readers: [reader], issuers: [DEMO_PURSE_ISSUER], psamProfile: psamProfile.parse({}) },
    },
    log: { sent() {}, received() {}, odd() {}, problem() {} },
  });
  if (!started.ok) throw new Error(started.error.message.en);
  terminal = started.running;
  reader.insert('sam', simulatedPsam({ store: memoryStore(demoPsam(1)) }));
  await until(() => service().status().purse?.psamReady === true && service().status().mode !== 'offline');
  await service().signOnOperator(SUPERVISOR);
  expect(await service().signOnTerminal()).toEqual({ kind: 'done' });
}, 60_000);

afterAll(async () => {
  await terminal?.close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

function service(): RunningTerminal['service'] {
  if (!terminal) throw new Error('The terminal has not been started');
  return terminal.service;
}

async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds(); turn += 1) {
    if (turn > 1_000) throw new Error('It did not come to be');
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}

async function insert(chip: SimulatedPurseCard): Promise<string> {
  reader.remove('card');
  reader.insert('card', chip);
  let purseRef = '';
  for (let turn = 0; turn < 500 && purseRef === ''; turn += 1) {
    const handle = await service().purseBalance();
    if (handle.kind === 'purse') purseRef = handle.purseRef;
    else await new Promise(setImmediate);
  }
  return purseRef;
}

async function pay(purseRef: string, quantity: number) {
  sales += 1;
  return await service().payPurse({
    saleId: `purse-sale-${sales}`,
    lines: [{ sku: PRODUCT?.sku ?? '', quantity }],
    totalMinor: PRICE_MINOR * quantity,
    purseRef,
  });
}

/** What the host thinks that the card holds, and whether its books are in order. */
async function hostSide(): Promise<{ readonly balanceMinor: number; readonly problems: unknown }> {
  const shown = JSON.parse((await host.run(['purses', 'show', SERIAL, '--json'])).stdout) as {
    shadowMinor: number;
  };
  const checked = JSON.parse((await host.run(['check', '--json'])).stdout) as { problems: unknown };
  return { balanceMinor: shown.shadowMinor, problems: checked.problems };
}

async function settled() {
  const result = await service().settle({});
  expect(result).toMatchObject({ kind: 'settled', result: 'balanced' });
  expect(await service().signOnTerminal()).toEqual({ kind: 'done' });
  return result;
}

/** The card, the till and the host say the same. */
async function agree(): Promise<void> {
  expect(await hostSide()).toEqual({ balanceMinor: card.state.balanceMinor, problems: [] });
}

describe('purses at the real host', () => {
  it('sold, torn and proved later, and loaded: the batch balances and the shadow is the card', async () => {
    expect(await pay(await insert(card), 1)).toMatchObject({ kind: 'approved' });
    card.tearAt({ instruction: DEBIT, point: 'after-acting' });
    expect(await pay(await insert(card), 2)).toMatchObject({ kind: 'card-in-doubt' });
    const back = await insert(card);
    expect(service().status().purse?.doubts).toEqual([]);
    expect(
      await service().loadPurse({ loadId: 'load-0001', amountMinor: 50_00, purseRef: back }),
    ).toMatchObject({
      kind: 'approved',
    });
    await settled();
    expect(card.state.balanceMinor).toBe(OPENING_MINOR - 3 * PRICE_MINOR + 50_00);
    await agree();
  }, 60_000);

  it('unresolved when its batch is closed, and proved in the next one', async () => {
    card.tearAt({ instruction: DEBIT, point: 'mid-answer' });
    expect(await pay(await insert(card), 1)).toMatchObject({ kind: 'card-in-doubt' });
    expect(await settled()).toMatchObject({ debitMinor: 0 });
    await insert(card);
    expect(await settled()).toMatchObject({ debitMinor: PRICE_MINOR });
    await agree();
  }, 60_000);

  it('a load that was torn before the card acted is reversed with its proof', async () => {
    card.tearAt({ instruction: CREDIT, point: 'before-acting' });
    const load = { loadId: 'load-0002', amountMinor: 20_00, purseRef: await insert(card) };
    expect(await service().loadPurse(load)).toMatchObject({ kind: 'card-in-doubt' });
    await insert(card);
    expect(await settled()).toMatchObject({ creditMinor: 0 });
    await agree();
  }, 60_000);

  it('a load that was torn after the card acted is confirmed when it is back', async () => {
    card.tearAt({ instruction: CREDIT, point: 'acted-without-proof' });
    const load = { loadId: 'load-0003', amountMinor: 20_00, purseRef: await insert(card) };
    expect(await service().loadPurse(load)).toMatchObject({ kind: 'card-in-doubt' });
    await settled();
    await insert(card);
    expect(await settled()).toMatchObject({ creditMinor: 20_00 });
    await agree();
  }, 60_000);

  it('a sale that was paid otherwise meanwhile goes back to the card', async () => {
    card.tearAt({ instruction: DEBIT, point: 'acted-without-proof' });
    const before = card.state.balanceMinor;
    const torn = await pay(await insert(card), 1);
    if (torn.kind !== 'card-in-doubt') throw new Error(torn.kind);
    const { txnId } = torn.transaction;
    expect(await service().otherTender({ txnId })).toEqual({ kind: 'done' });
    const purseRef = await insert(card);
    expect(service().status().purse?.owedBack).toMatchObject([{ txnId, amountMinor: PRICE_MINOR }]);
    expect(await service().uploadNow()).toMatchObject({ kind: 'done', left: 0 });
    const back = { loadId: 'back-0001', amountMinor: PRICE_MINOR, purseRef, refundOf: txnId };
    expect(await service().loadPurse(back)).toMatchObject({ kind: 'approved' });
    expect(card.state.balanceMinor).toBe(before);
    await settled();
    await agree();
  }, 60_000);
});
