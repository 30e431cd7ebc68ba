import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ChaosProxy, startChaosProxy } from '../../app/cli/day/chaos-proxy.ts';
import { HostDriver } from '../../app/cli/day/host-driver.ts';
import { TerminalDriver } from '../../app/cli/day/terminal-driver.ts';
import type { StartRequest } from '../../app/cli/day/terminal-process.ts';
import type { Product } from '../../terminal-core/domain/product.ts';
import { readCatalogue } from '../../terminal-core/runtime/till/catalogue.ts';

const DATA = fileURLToPath(new URL('../data/', import.meta.url));
const CATALOGUE_FILE = join(DATA, 'catalogue.csv');
const PRODUCT = productOf(CATALOGUE_FILE);
const OPENING_BALANCE_MINOR = 1_000_00;
const LINK_RTT_MS = 100;
/** A terminal holds at most 500 unsent sales, so a thousand go in two uploads. */
const ROUND_RECORDS = 500;
const SALES_PER_CARD = 5;
const STOP_AND_WAIT_RECORDS = 50;
const LINK_UP_WAIT_MS = 20_000;

export interface UploadBench {
  readonly records: number;
  readonly linkRttMs: number;
  readonly seconds: number;
  /** One at a time, measured on `stopAndWaitRecords` of them and scaled to `records`. */
  readonly stopAndWaitSeconds: number;
  readonly stopAndWaitRecords: number;
  /** Sales that the host's ledger lacks or has twice afterwards. */
  readonly lost: number;
  readonly doubled: number;
}

/**
 * Stored offline sales over a link with 100 ms round trip, several in flight and one at a time, on real processes. The
 * link is cut once in the middle of each upload.
 */
export async function benchUpload(options: { readonly records?: number } = {}): Promise<UploadBench> {
  const records = options.records ?? 1_000;
  const many = await upload({ records, isCutInTheMiddle: true });
  const one = await upload({ records: STOP_AND_WAIT_RECORDS, uploadWindow: 1, isCutInTheMiddle: false });
  return {
    records,
    linkRttMs: LINK_RTT_MS,
    seconds: many.seconds,
    stopAndWaitSeconds: (one.seconds / STOP_AND_WAIT_RECORDS) * records,
    stopAndWaitRecords: STOP_AND_WAIT_RECORDS,
    lost: many.lost,
    doubled: many.doubled,
  };
}

interface Upload {
  readonly records: number;
  readonly uploadWindow?: number;
  readonly isCutInTheMiddle: boolean;
}

async function upload({ records, uploadWindow, isCutInTheMiddle }: Upload) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-upload-'));
  const host = new HostDriver({ folder, seed: 1 });
  const terminal = new TerminalDriver();
  let proxy: ChaosProxy | undefined;
  try {
    const cards = Array.from({ length: Math.ceil(records / SALES_PER_CARD) }, (_, index) => cardOf(index));
    const cardsFile = join(folder, 'cards.csv');
    const rows = cards.map((pan) => `${pan},registered,1000.00,2912,123456,active,Bench`);
    writeFileSync(cardsFile, `pan,kind,balance,expiry,pin,status,name\n${rows.join('\n')}\n`);
    const provisioning = await host.prepare({
      folder,
      cardsFile,
      terminalId: '10000001',
      merchantId: '105331051320001',
    });
    const { port } = await host.start();
    proxy = await startChaosProxy({ listenPort: 0, target: { host: '127.0.0.1', port } });
    const start: StartRequest = {
      dataDir: join(folder, 'terminal'),
      provisioning,
      host: { host: '127.0.0.1', port: proxy.port },
      catalogueFile: CATALOGUE_FILE,
      operatorsFile: join(DATA, 'operators.json'),
      sealKeyBase64: randomBytes(32).toString('base64'),
      hostTimeoutMs: 5_000,
      clockOffsetMs: 0,
      ...(uploadWindow === undefined ? {} : { uploadWindow }),
    };
    const started = await terminal.start(start);
    if (!started.ok) throw new Error(started.message);
    await terminal.waitUntilUp(LINK_UP_WAIT_MS);
    await terminal.service('signOnOperator', { operatorCode: '2001', password: '2001' });
    await terminal.service('signOnTerminal');

    let seconds = 0;
    for (let done = 0; done < records; done += ROUND_RECORDS) {
      const count = Math.min(ROUND_RECORDS, records - done);
      await sellOffline(terminal, proxy, { from: done, count, cards });
      proxy.set({ delayMs: LINK_RTT_MS / 2 });
      const began = performance.now();
      const uploading = terminal.sync();
      if (isCutInTheMiddle) await cutInTheMiddle(terminal, proxy, count);
      await uploading;
      while ((await terminal.sync()).left > 0) await terminal.waitUntilUp(LINK_UP_WAIT_MS);
      seconds += (performance.now() - began) / 1_000;
      proxy.set({ delayMs: 0 });
      await terminal.service('settle', {});
      await terminal.sync();
    }
    return { seconds, ...(await compareWithHost(host, cards, records)) };
  } finally {
    await terminal.kill();
    await proxy?.close();
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function cardOf(index: number): string {
  return `889012${String(index).padStart(10, '0')}`;
}

/** One product a sale, SALES_PER_CARD sales a card, with the network cut. */
async function sellOffline(
  terminal: TerminalDriver,
  proxy: ChaosProxy,
  sales: { readonly from: number; readonly count: number; readonly cards: readonly string[] },
): Promise<void> {
  await proxy.cut();
  while ((await terminal.service('status')).mode !== 'offline') await pause();
  for (let sale = sales.from; sale < sales.from + sales.count; sale += 1) {
    const pan = sales.cards[Math.floor(sale / SALES_PER_CARD)] ?? '';
    const result = await terminal.service('payCard', {
      saleId: `bench-sale-${sale}`,
      lines: [{ sku: PRODUCT.sku, quantity: 1 }],
      totalMinor: PRODUCT.priceMinor,
      cardRef: await terminal.readCard({ pan, expiry: '2912' }),
    });
    if (result.kind !== 'approved' || result.mode !== 'offline') throw new Error(JSON.stringify(result));
  }
  await proxy.heal();
  await terminal.waitUntilUp(LINK_UP_WAIT_MS);
}

async function cutInTheMiddle(terminal: TerminalDriver, proxy: ChaosProxy, count: number): Promise<void> {
  while ((await terminal.service('status')).unsent.count > count / 2) await pause();
  await proxy.cut();
  await proxy.heal();
  proxy.set({ delayMs: LINK_RTT_MS / 2 });
}

/** Every card has paid for exactly its sales. */
async function compareWithHost(
  host: HostDriver,
  cards: readonly string[],
  records: number,
): Promise<{ readonly lost: number; readonly doubled: number }> {
  let lost = 0;
  let doubled = 0;
  for (const [index, pan] of cards.entries()) {
    const { stdout } = await host.run(['cards', 'show', pan, '--json']);
    const { balanceMinor } = JSON.parse(stdout) as { readonly balanceMinor: number };
    const sold = (OPENING_BALANCE_MINOR - balanceMinor) / PRODUCT.priceMinor;
    const expected = Math.min(SALES_PER_CARD, records - index * SALES_PER_CARD);
    lost += Math.max(0, expected - sold);
    doubled += Math.max(0, sold - expected);
  }
  return { lost, doubled };
}

function productOf(file: string): Product {
  const [product] = readCatalogue(readFileSync(file, 'utf8')).products;
  if (!product) throw new Error(`${file} is empty`);
  return product;
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 5);
  });
}
