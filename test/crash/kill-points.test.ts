import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChaosProxy, startChaosProxy } from '../../app/cli/day/chaos-proxy.ts';
import { HostDriver } from '../../app/cli/day/host-driver.ts';
import { TerminalDriver, TerminalGone } from '../../app/cli/day/terminal-driver.ts';
import type { StartRequest } from '../../app/cli/day/terminal-process.ts';
import type { TransactionView } from '../../terminal-core/api/contract.ts';
import type { StepPoint } from '../../terminal-core/runtime/index.ts';
import { readCatalogue } from '../../terminal-core/runtime/till/catalogue.ts';

const DATA = fileURLToPath(new URL('../data/', import.meta.url));
const CATALOGUE_FILE = join(DATA, 'catalogue.csv');
const CARD = { pan: '8890121000000010330', expiry: '2910' };
const SUPERVISOR = { operatorCode: '2001', password: '2001' };
const [PRODUCT] = readCatalogue(readFileSync(CATALOGUE_FILE, 'utf8')).products;
if (!PRODUCT) throw new Error('The catalogue is empty');
const PRICE_MINOR = PRODUCT.priceMinor;

/** What the till does when the process is to die. Each leaves the network whole. */
const STORIES = {
  'online sale': async (till: Till) => {
    await till.pay();
  },
  'sale whose answer is lost, and its reversal': async (till: Till) => {
    till.proxy.next('answer', 'drop');
    await till.pay();
    await till.terminal.sync();
  },
  'offline sale and its upload': async (till: Till) => {
    await till.offline(() => till.pay());
    await till.terminal.sync();
  },
  void: async (till: Till) => {
    const sale = await till.pay();
    if (sale !== undefined) await till.undo('voidTransaction', sale);
  },
  settlement: async (till: Till) => {
    await till.pay();
    await till.terminal.service('settle', { supervisor: SUPERVISOR });
  },
  'cash sale': async (till: Till) => {
    await till.payCash();
  },
} as const;

const POINTS: readonly {
  readonly story: keyof typeof STORIES;
  readonly point: StepPoint;
  readonly time?: number;
}[] = [
  { story: 'online sale', point: 'before-commit transaction-sent' },
  { story: 'online sale', point: 'after-commit transaction-sent' },
  { story: 'online sale', point: 'before-send request' },
  { story: 'online sale', point: 'after-send request' },
  { story: 'online sale', point: 'before-commit transaction-approved' },
  { story: 'online sale', point: 'after-commit transaction-approved' },
  { story: 'sale whose answer is lost, and its reversal', point: 'before-commit outcome-unknown' },
  { story: 'sale whose answer is lost, and its reversal', point: 'after-commit outcome-unknown' },
  { story: 'sale whose answer is lost, and its reversal', point: 'before-send reversal' },
  { story: 'sale whose answer is lost, and its reversal', point: 'after-send reversal' },
  { story: 'sale whose answer is lost, and its reversal', point: 'before-commit reversal-answered' },
  { story: 'sale whose answer is lost, and its reversal', point: 'after-commit reversal-answered' },
  { story: 'offline sale and its upload', point: 'before-commit offline-sale-accepted' },
  { story: 'offline sale and its upload', point: 'after-commit offline-sale-accepted' },
  { story: 'offline sale and its upload', point: 'before-send advice' },
  { story: 'offline sale and its upload', point: 'after-send advice' },
  { story: 'offline sale and its upload', point: 'before-commit advice-delivered' },
  { story: 'offline sale and its upload', point: 'after-commit advice-delivered' },
  // The sale before it comes to these points first.
  { story: 'void', point: 'before-send request', time: 2 },
  { story: 'void', point: 'after-send request', time: 2 },
  { story: 'void', point: 'after-commit transaction-approved', time: 2 },
  { story: 'settlement', point: 'after-commit settlement-started' },
  { story: 'settlement', point: 'after-send settlement' },
  { story: 'settlement', point: 'before-commit batch-closed' },
  { story: 'settlement', point: 'after-commit batch-closed' },
  { story: 'cash sale', point: 'before-commit cash-sale-completed' },
  { story: 'cash sale', point: 'after-commit cash-sale-completed' },
];

/** One till over many lives: the same journal, killed and started again. */
class Till {
  terminal = new TerminalDriver();
  /** What the till told its cashier was paid, by transaction. */
  readonly promised = new Set<string>();
  readonly proxy: ChaosProxy;
  readonly #start: StartRequest;
  #sales = 0;

  constructor(proxy: ChaosProxy, start: StartRequest) {
    this.proxy = proxy;
    this.#start = start;
  }

  async start(dieAt?: StartRequest['dieAt']): Promise<void> {
    this.terminal = new TerminalDriver();
    const started = await this.terminal.start({
      ...this.#start,
      ...(dieAt ? { dieAt } : {}),
    });
    expect(started).toEqual({ ok: true });
    await this.terminal.waitUntilUp(20_000);
    await this.terminal.service('signOnOperator', { operatorCode: '1001', password: '1001' });
  }

  async pay(): Promise<string | undefined> {
    const cardRef = await this.terminal.readCard(CARD);
    return this.#promise(await this.terminal.service('payCard', { ...this.#basket(), cardRef }));
  }

  async payCash(): Promise<void> {
    this.#promise(await this.terminal.service('payCash', { ...this.#basket(), receivedMinor: PRICE_MINOR }));
  }

  async undo(method: 'voidTransaction', txnId: string): Promise<void> {
    const cardRef = await this.terminal.readCard(CARD);
    this.#promise(await this.terminal.service(method, { txnId, cardRef, supervisor: SUPERVISOR }));
  }

  /** The network is cut meanwhile and back afterwards, whatever becomes of the till. */
  async offline(work: () => Promise<unknown>): Promise<void> {
    await this.proxy.cut();
    try {
      while ((await this.terminal.service('status')).mode !== 'offline') await pause();
      await work();
    } finally {
      await this.proxy.heal();
    }
    await this.terminal.waitUntilUp(20_000);
  }

  #basket() {
    this.#sales += 1;
    return {
      saleId: `crash-test-${this.#sales}`,
      lines: [{ sku: PRODUCT?.sku ?? '', quantity: 1 }],
      totalMinor: PRICE_MINOR,
    };
  }

  #promise(result: { readonly kind: string; readonly transaction?: TransactionView }): string | undefined {
    if (result.kind !== 'approved' || !result.transaction) return undefined;
    this.promised.add(result.transaction.txnId);
    return result.transaction.txnId;
  }
}

describe('a terminal that is killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-crash-'));
  const host = new HostDriver({ folder, seed: 1 });
  let proxy: ChaosProxy;
  let till: Till;
  let opening = 0;

  beforeAll(async () => {
    const provisioning = await host.prepare({
      folder,
      cardsFile: join(DATA, 'cards.csv'),
      terminalId: '10000001',
      merchantId: '105331051320001',
    });
    const { port } = await host.start();
    proxy = await startChaosProxy({ listenPort: 0, target: { host: '127.0.0.1', port } });
    till = new Till(proxy, {
      dataDir: join(folder, 'terminal'),
      provisioning,
      host: { host: '127.0.0.1', port: proxy.port },
      catalogueFile: CATALOGUE_FILE,
      operatorsFile: join(DATA, 'operators.json'),
      sealKeyBase64: randomBytes(32).toString('base64'),
      hostTimeoutMs: 1_000,
      clockOffsetMs: 0,
    });
    await till.start();
    await till.terminal.service('signOnTerminal');
    await till.terminal.close();
    opening = await balanceMinor();
  });

  afterAll(async () => {
    await till.terminal.kill();
    await proxy.close();
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function balanceMinor(): Promise<number> {
    const { stdout } = await host.run(['cards', 'show', CARD.pan, '--json']);
    const { balanceMinor: balance } = JSON.parse(stdout) as { readonly balanceMinor: number };
    expect(Number.isSafeInteger(balance)).toBe(true);
    return balance;
  }

  it.each(POINTS)(
    'at $point of: $story; loses nothing, charges nobody twice and owes nothing after the next sync',
    async ({ story, point, time }) => {
      // In a batch of its own, so that no offline limit of the one before is in the way.
      await till.start();
      await till.terminal.sync();
      await till.terminal.close();

      await till.start({ point, time: time ?? 1 });
      await expect(STORIES[story](till)).rejects.toThrow(TerminalGone);
      await till.start();
      await till.terminal.sync();
      const { settling, unsent, reversalsOwed } = await till.terminal.service('status');
      if (settling) await till.terminal.service('settle', { supervisor: SUPERVISOR });
      expect({ unsent: unsent.count, reversalsOwed }).toEqual({ unsent: 0, reversalsOwed: 0 });

      const all = await till.terminal.service('listTransactions', { limit: 200 });
      const stands = new Set(
        all.filter((txn) => ['approved', 'delivered', 'voided'].includes(txn.state)).map((txn) => txn.txnId),
      );
      for (const txnId of till.promised) expect(stands).toContain(txnId);

      // The host has charged the card for exactly the sales that stand in the journal.
      const charged = all
        .filter((txn) => stands.has(txn.txnId) && txn.kind !== 'cash-sale')
        .reduce(
          (sum, txn) =>
            sum + (txn.kind === 'void' || txn.kind === 'refund' ? -txn.amountMinor : txn.amountMinor),
          0,
        );
      expect(await balanceMinor()).toBe(opening - charged);
      const settled = await till.terminal.service('settle', { supervisor: SUPERVISOR });
      expect(settled).toMatchObject({ kind: 'settled', result: 'balanced' });
      await till.terminal.sync();
      await till.terminal.close();
      const check = JSON.parse((await host.run(['check', '--json'])).stdout) as { readonly ok: boolean };
      expect(check.ok).toBe(true);
    },
  );
});

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 10);
  });
}
