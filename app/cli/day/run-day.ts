import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type {
  PaymentResult,
  SettlementResult,
  TransactionView,
} from '../../../terminal-core/api/contract.ts';
import { DAY_MS } from '../../../terminal-core/domain/local-time.ts';
import { formatMinor } from '../../../terminal-core/domain/money.ts';
import type { Product } from '../../../terminal-core/domain/product.ts';
import { type ChaosProxy, startChaosProxy } from './chaos-proxy.ts';
import type { DayStep, ScriptCard, ScriptLine } from './day-script.ts';
import { HostDriver } from './host-driver.ts';
import { runHoldfast } from './run-holdfast.ts';
import { TerminalDriver, TerminalGone } from './terminal-driver.ts';
import type { StartRequest } from './terminal-process.ts';

const TERMINAL_ID = '10000001';
const MERCHANT_ID = '105331051320001';
const CASHIER = { operatorCode: '1001', password: '1001' } as const;
const SUPERVISOR = { operatorCode: '2001', password: '2001' } as const;
/** A host on the same machine that has not answered by then will not. */
const HOST_TIMEOUT_MS = 2_000;
const LINK_UP_WAIT_MS = 20_000;
/** More than any script has. */
const LIST_MAX = 200;

export interface DayReport {
  readonly seed: number;
  readonly sales: number;
  readonly onlineApproved: number;
  readonly offlineAccepted: number;
  readonly declined: number;
  readonly reversed: number;
  readonly voided: number;
  readonly refunded: number;
  readonly uploaded: number;
  readonly rejected: number;
  readonly settlement: {
    readonly result: string;
    readonly debitCount: number;
    readonly debitMinor: number;
    readonly creditCount: number;
    readonly creditMinor: number;
  };
  readonly journal: { readonly entries: number; readonly verified: boolean };
  readonly ledger: { readonly balanced: boolean; readonly entries: number };
  readonly receipts: number;
  readonly unsent: number;
  readonly reversalsOwed: number;
}

export interface DayOptions {
  readonly seed: number;
  /** An empty folder for the databases of terminal and host. */
  readonly folder: string;
  readonly catalogueFile: string;
  readonly cardsFile: string;
  readonly operatorsFile: string;
  readonly products: readonly Product[];
  readonly cards: readonly ScriptCard[];
  readonly steps: readonly DayStep[];
  /** One sentence about each thing that happens. */
  readonly say: (text: string) => void;
  /** A receipt, as SVG. */
  readonly onReceipt: (receipt: { readonly svg: string; readonly escPosBase64: string }) => void;
}

/** Plays a store day on a real terminal process, a real host process and real TCP between them. */
export async function runDay(options: DayOptions): Promise<DayReport> {
  const host = new HostDriver(options);
  let proxy: ChaosProxy | undefined;
  let day: Day | undefined;
  try {
    const provisioning = await host.prepare({ ...options, terminalId: TERMINAL_ID, merchantId: MERCHANT_ID });
    const { port } = await host.start();
    proxy = await startChaosProxy({ listenPort: 0, target: { host: '127.0.0.1', port }, seed: options.seed });
    day = new Day(
      options,
      { host, proxy },
      {
        dataDir: join(options.folder, 'terminal'),
        provisioning,
        host: { host: '127.0.0.1', port: proxy.port },
        catalogueFile: options.catalogueFile,
        operatorsFile: options.operatorsFile,
        sealKeyBase64: randomBytes(32).toString('base64'),
        hostTimeoutMs: HOST_TIMEOUT_MS,
        clockOffsetMs: 0,
      },
    );
    await day.open();
    for (const step of options.steps) await day.play(step);
    return await day.close();
  } finally {
    await day?.end();
    await proxy?.close();
    await host.stop();
  }
}

class Day {
  readonly #options: DayOptions;
  readonly #host: HostDriver;
  readonly #proxy: ChaosProxy;
  #start: StartRequest;
  #terminal = new TerminalDriver();
  readonly #sold = new Map<string, { readonly txnId: string; readonly card: string | undefined }>();
  #settlement: Extract<SettlementResult, { kind: 'settled' }> | undefined;
  #receipts = 0;

  constructor(
    options: DayOptions,
    around: { readonly host: HostDriver; readonly proxy: ChaosProxy },
    start: StartRequest,
  ) {
    this.#options = options;
    this.#host = around.host;
    this.#proxy = around.proxy;
    this.#start = start;
  }

  async open(): Promise<void> {
    const started = await this.#terminal.start(this.#start);
    if (!started.ok) throw new Error(`The terminal did not start: ${started.message} (${started.detail})`);
    if (this.#proxy.state === 'whole') await this.#untilUp();
    await this.#must(this.#terminal.service('signOnOperator', CASHIER));
  }

  async play(step: DayStep): Promise<void> {
    const { say } = this.#options;
    switch (step.action) {
      case 'sign-on': {
        await this.#must(this.#terminal.service('signOnTerminal'));
        const { batchNumber } = await this.#terminal.service('status');
        return say(`The terminal signs on: fresh keys, batch ${batchNumber}, parameters and hotlist.`);
      }
      case 'cash':
        return this.#payCash(step);
      case 'sale':
        return this.#tell(step.ref, step.card, await this.#payCard(step));
      case 'kill-in-sale':
        return this.#killInSale(step);
      case 'kill':
        await this.#terminal.kill();
        return say('The terminal process is killed.');
      case 'restart':
        this.#terminal = new TerminalDriver();
        await this.open();
        return say('The terminal starts again and reads in its journal what it was doing.');
      case 'cut':
        await this.#proxy.cut();
        await this.#untilDown();
        return say('The network is cut.');
      case 'heal':
        await this.#proxy.heal();
        await this.#untilUp();
        return say('The network is back.');
      case 'lose-answer':
        this.#proxy.next('answer', 'drop');
        return say('The next answer of the host will be lost on its way.');
      case 'void':
        return this.#void(step.ref);
      case 'upload': {
        const { delivered, rejected, left } = await this.#terminal.sync();
        return say(`Upload: ${delivered} delivered, ${rejected} rejected, ${left} left.`);
      }
      case 'settle':
        return this.#settle();
      case 'next-day':
        return this.#nextDay();
      case 'refund':
        return this.#refund(step.ref, step.amountMinor);
    }
  }

  /** Ends the day and audits all three books: terminal, journal, ledger. */
  async close(): Promise<DayReport> {
    const status = await this.#terminal.service('status');
    const all = await this.#terminal.service('listTransactions', { limit: LIST_MAX });
    await this.#terminal.close();
    const journalFile = join(this.#start.dataDir, 'journal.sqlite');
    const verify = await runHoldfast(['journal', 'verify', journalFile, '--json']);
    const journal = JSON.parse(verify.stdout) as { readonly ok: boolean; readonly entries: number };
    const check = await this.#host.run(['check', '--json']);
    const ledger = JSON.parse(check.stdout) as { readonly ok: boolean; readonly postings: number };
    this.#tellHowTheUnknownEnded(all);
    const count = (test: (txn: TransactionView) => boolean): number => all.filter(test).length;
    const isOffline = (txn: TransactionView): boolean => txn.kind === 'offline-sale';
    const wasApproved = (txn: TransactionView): boolean => txn.state === 'approved' || txn.state === 'voided';
    const settled = this.#settlement;
    return {
      seed: this.#options.seed,
      sales: count(
        (txn) => txn.kind === 'cash-sale' || isOffline(txn) || (txn.kind === 'purchase' && wasApproved(txn)),
      ),
      onlineApproved: count((txn) => txn.kind === 'purchase' && wasApproved(txn)),
      offlineAccepted: count(isOffline),
      declined: count((txn) => txn.state === 'declined'),
      reversed: count((txn) => txn.state === 'reversed'),
      voided: count((txn) => txn.kind === 'void' && txn.state === 'approved'),
      refunded: count((txn) => txn.kind === 'refund' && txn.state === 'approved'),
      uploaded: count((txn) => isOffline(txn) && (txn.state === 'delivered' || txn.state === 'voided')),
      rejected: count((txn) => txn.state === 'rejected'),
      settlement: {
        result: settled?.result ?? 'none',
        debitCount: settled?.debitCount ?? 0,
        debitMinor: settled?.debitMinor ?? 0,
        creditCount: settled?.creditCount ?? 0,
        creditMinor: settled?.creditMinor ?? 0,
      },
      journal: { entries: journal.entries, verified: journal.ok },
      ledger: { balanced: ledger.ok, entries: ledger.postings },
      receipts: this.#receipts,
      unsent: status.unsent.count,
      reversalsOwed: status.reversalsOwed,
    };
  }

  #tellHowTheUnknownEnded(all: readonly TransactionView[]): void {
    const reversed = all.filter((txn) => txn.state === 'reversed').toReversed();
    for (const { amountMinor, stan } of reversed) {
      this.#options.say(
        `The host has answered the reversal of ${formatMinor(amountMinor)}, trace ${stan}: nothing was charged.`,
      );
    }
  }

  async end(): Promise<void> {
    await this.#terminal.kill();
  }

  async #payCash(step: { readonly ref: string; readonly basket: readonly ScriptLine[] }): Promise<void> {
    const basket = this.#basket(step);
    const result = await this.#terminal.service('payCash', { ...basket, receivedMinor: basket.totalMinor });
    return this.#tell(step.ref, undefined, result);
  }

  async #payCard(step: Extract<DayStep, { action: 'sale' | 'kill-in-sale' }>): Promise<PaymentResult> {
    const card = this.#card(step.card);
    const cardRef = await this.#terminal.readCard(card);
    const sale = { ...this.#basket(step), cardRef };
    const result = await this.#terminal.service('payCard', sale);
    return result.kind === 'pin-required'
      ? this.#terminal.service('payCard', { ...sale, pin: card.pin })
      : result;
  }

  /** The answer is held back, and the power goes while the terminal waits for it. */
  async #killInSale(step: Extract<DayStep, { action: 'kill-in-sale' }>): Promise<void> {
    this.#proxy.next('answer', 'drop');
    const before = this.#proxy.counters().dropped;
    const paying = this.#payCard(step).catch((error: unknown) => {
      if (!(error instanceof TerminalGone)) throw error;
    });
    while (this.#proxy.counters().dropped === before) await pause();
    await this.#terminal.kill();
    await paying;
    this.#options.say(`${step.ref}: the terminal is killed while it waits for the host's answer.`);
  }

  async #void(ref: string): Promise<void> {
    const { txnId, card } = this.#saleOf(ref);
    const cardRef = await this.#terminal.readCard(this.#card(card));
    this.#tell(
      `void of ${ref}`,
      card,
      await this.#terminal.service('voidTransaction', { txnId, cardRef, supervisor: SUPERVISOR }),
    );
  }

  async #refund(ref: string, amountMinor: number): Promise<void> {
    const { txnId, card } = this.#saleOf(ref);
    const cardRef = await this.#terminal.readCard(this.#card(card));
    const result = await this.#terminal.service('refundTransaction', {
      txnId,
      cardRef,
      amountMinor,
      supervisor: SUPERVISOR,
    });
    this.#tell(`refund of ${ref}`, card, result);
  }

  async #settle(): Promise<void> {
    const result = await this.#terminal.service('settle', { supervisor: SUPERVISOR });
    if (result.kind !== 'settled') throw new Error(`The settlement did not end: ${result.text.en}`);
    this.#settlement ??= result;
    this.#keep(result.receipt);
    const { batchNumber, debitCount, debitMinor, creditCount, creditMinor } = result;
    this.#options.say(
      `Batch ${batchNumber} is settled, ${result.result}: ${debitCount} debits ${formatMinor(debitMinor)}, ${creditCount} credits ${formatMinor(creditMinor)}.`,
    );
  }

  /** Both sides sleep a night: the clocks of terminal and host go on by one day. */
  async #nextDay(): Promise<void> {
    const clockOffsetMs = this.#start.clockOffsetMs + DAY_MS;
    await this.#host.advanceClock(DAY_MS);
    await this.#terminal.close();
    this.#start = { ...this.#start, clockOffsetMs };
    this.#terminal = new TerminalDriver();
    await this.open();
    this.#options.say('The next morning.');
  }

  #tell(ref: string, card: string | undefined, result: PaymentResult): void {
    if (result.kind === 'approved') {
      this.#sold.set(ref, { txnId: result.transaction.txnId, card });
      this.#keep(result.receipt);
    }
    this.#options.say(`${ref}: ${wordsOf(result)}`);
  }

  #keep(receipt: { readonly svg: string; readonly escPosBase64: string }): void {
    this.#receipts += 1;
    this.#options.onReceipt(receipt);
  }

  #basket(step: { readonly ref: string; readonly basket: readonly ScriptLine[] }) {
    let totalMinor = 0;
    const lines = step.basket.map(({ barcode, quantity }) => {
      const product = this.#options.products.find((each) => each.barcode === barcode);
      if (!product) throw new Error(`${step.ref}: no product has the barcode ${barcode}`);
      totalMinor += product.priceMinor * quantity;
      return { sku: product.sku, quantity };
    });
    return { saleId: `day-${this.#options.seed}-${step.ref}`, lines, totalMinor };
  }

  #card(pan: string | undefined): ScriptCard {
    const card = this.#options.cards.find((each) => each.pan === pan);
    if (!card) throw new Error('The card is not in the card file');
    return card;
  }

  #saleOf(ref: string): { readonly txnId: string; readonly card: string | undefined } {
    const sale = this.#sold.get(ref);
    if (!sale) throw new Error(`The sale ${ref} was not approved, so nothing can be undone`);
    return sale;
  }

  async #untilUp(): Promise<void> {
    if (!(await this.#terminal.waitUntilUp(LINK_UP_WAIT_MS)))
      throw new Error('The terminal does not reach the host');
  }

  async #untilDown(): Promise<void> {
    while ((await this.#terminal.service('status')).mode !== 'offline') await pause();
  }

  async #must<T extends { readonly kind: string }>(result: Promise<T>): Promise<T> {
    const got = await result;
    if (got.kind === 'refused') throw new Error(JSON.stringify(got));
    return got;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 10);
  });
}

function wordsOf(result: PaymentResult): string {
  switch (result.kind) {
    case 'approved': {
      const how = { online: 'approved online', offline: 'accepted offline', cash: 'paid in cash' }[
        result.mode
      ];
      return `${formatMinor(result.transaction.amountMinor)} ${how}.`;
    }
    case 'declined':
      return `${formatMinor(result.transaction.amountMinor)} declined, ${result.responseCode}: ${result.text.en}`;
    case 'unknown':
      return `${formatMinor(result.transaction.amountMinor)} of unknown outcome; a reversal is owed.`;
    case 'card-in-doubt':
      return `${formatMinor(result.transaction.amountMinor)} waits for the card ending in ${result.lastDigits}.`;
    case 'undone':
      return `${formatMinor(result.transaction.amountMinor)} undone: ${result.text.en}`;
    case 'pin-required':
      return "the card's PIN is missing in the card file.";
    case 'refused':
      return `refused by rule ${result.rule}: ${result.text.en}`;
  }
}
