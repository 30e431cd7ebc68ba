import { expect } from 'vitest';
import type { AtDevice } from '../../app/cli/day/simulated-devices.ts';
import type { TerminalDriver } from '../../app/cli/day/terminal-driver.ts';
import type { StartRequest } from '../../app/cli/day/terminal-process.ts';
import { importBatchFile } from '../../host-sim/batch-files/import-batch-file.ts';
import type { FaultRule } from '../../host-sim/faults/fault.ts';
import type { CardStatus } from '../../host-sim/store/cards.ts';
import type { BenchItem, PaymentResult, TransactionView } from '../../terminal-core/api/contract.ts';
import type { TillService } from '../../terminal-core/api/service.ts';
import type { SettlementOutcome } from '../../terminal-core/engine/state.ts';
import type { CrashCard, CrashStore, CrashTerminal } from './crash-store.ts';

export const SUPERVISOR = { operatorCode: '2001', password: '2001' };
/** What every story sells. */
const GOODS = { sku: 'HF1001', quantity: 1 };
export const PRICE_MINOR = 2_00;
export const HALF_MINOR = 1_00;
const CARD_MINOR = 2_500_00;

/** How a payment is to end. */
export type Outcome = PaymentResult['kind'];
type Service = Parameters<TillService['serveCard']>[0];
export type CardService = Service['service'];

/** One till over many lives: the same journal, killed and started again. A supervisor is at it. */
export class CrashTill {
  #terminal: TerminalDriver | undefined;
  /** The process of its next life: it loads while the present one still works, which is most of what a start costs. */
  #next: TerminalDriver;
  /** What the till told its cashier was done, by transaction. */
  readonly promised = new Set<string>();
  /** Every card that was given out for it, and what they held in all. */
  readonly cards: CrashCard[] = [];
  issuedMinor = 0;
  openingOfPurseMinor = 0;
  readonly store: CrashStore;
  readonly made: CrashTerminal;
  #card: CrashCard | undefined;
  #asked = 0;
  lives = 0;

  constructor(store: CrashStore, made: CrashTerminal) {
    this.store = store;
    this.made = made;
    this.#next = made.newProcess();
  }

  /** A till that has operators, keys and a card to pay with, and runs. */
  static async ready(store: CrashStore): Promise<CrashTill> {
    const till = new CrashTill(store, await store.newTerminal());
    await till.start();
    await till.terminal.close();
    await store.addPeople(till.made);
    await till.open();
    await till.terminal.service('signOnTerminal');
    till.openingOfPurseMinor = await till.purseMinor();
    return till;
  }

  /** The process of its present life. */
  get terminal(): TerminalDriver {
    if (!this.#terminal) throw new Error('The till was never started');
    return this.#terminal;
  }

  get terminalId(): string {
    return this.made.start.provisioning?.terminalId ?? '';
  }

  /** The customer's card. */
  get card(): CrashCard {
    if (!this.#card) throw new Error('The till has no customer yet');
    return this.#card;
  }

  async start(how: Partial<StartRequest> = {}): Promise<void> {
    this.lives += 1;
    this.#terminal = this.#next;
    this.#next = this.made.newProcess();
    expect(await this.terminal.start({ ...this.made.start, ...how })).toEqual({ ok: true });
  }

  /** No life follows. */
  async end(): Promise<void> {
    await this.#terminal?.kill();
    await this.#next.kill();
  }

  /** Started, connected and with a supervisor at it. */
  async open(): Promise<void> {
    await this.start();
    await this.terminal.waitUntilUp(20_000);
    expect(await this.terminal.service('signOnOperator', SUPERVISOR)).toMatchObject({ kind: 'signed-on' });
  }

  /** With a card of their own, that has not been used. */
  async newCustomer(): Promise<void> {
    this.#card = await this.newCard({ balanceMinor: CARD_MINOR });
    // Only so can the card pay while the host is not there.
    await this.inquire('balance');
  }

  /** The latest of its transactions. */
  async newest(): Promise<TransactionView | undefined> {
    return (await this.terminal.service('listTransactions', { limit: 1 }))[0];
  }

  async newCard(issue: { readonly balanceMinor: number; readonly status?: CardStatus }): Promise<CrashCard> {
    const card = await this.store.newCard(issue);
    this.cards.push(card);
    this.issuedMinor += issue.balanceMinor;
    return card;
  }

  /** What the host gets wrong from here on; nothing, without rules. */
  faults(...rules: readonly FaultRule[]): void {
    this.store.host.faults.replace(rules);
  }

  /** The host books the next request, and the line breaks in the middle of its answer; and whatever else it gets wrong. */
  breakAnswer(...besides: readonly FaultRule[]): void {
    this.faults({ kind: 'close-in-the-middle', times: 1 }, ...besides);
  }

  /** The line is there again, and what is owed goes out. */
  async reconnect(): Promise<void> {
    await this.terminal.waitUntilUp(20_000);
    await this.terminal.sync();
  }

  async pay(outcome: Outcome = 'approved'): Promise<string> {
    const cardRef = await this.terminal.readCard(this.card);
    return this.#told(await this.terminal.service('payCard', { ...this.#basket(), cardRef }), outcome);
  }

  /** One of several payments of a sale, each of half of it: in cash or by card. */
  async payHalf(saleId: string, by: 'cash' | CrashCard, outcome: Outcome = 'approved'): Promise<string> {
    const tender = { tenderId: this.newId(), amountMinor: HALF_MINOR };
    const asked = { ...this.#basket(), saleId, tender };
    if (by === 'cash') {
      const paid = await this.terminal.service('payCash', { ...asked, receivedMinor: HALF_MINOR });
      return this.#told(paid, outcome);
    }
    const cardRef = await this.terminal.readCard(by);
    return this.#told(await this.terminal.service('payCard', { ...asked, cardRef }), outcome);
  }

  async refundPart(refundId: string, card: CrashCard): Promise<string> {
    const cardRef = await this.terminal.readCard(card);
    return this.#told(await this.terminal.service('refundPart', { refundId, cardRef }), 'approved');
  }

  atDevice(what: AtDevice): Promise<string> {
    return this.terminal.atDevice(what);
  }

  /** What the purse says that it holds. */
  async purseMinor(): Promise<number> {
    await this.atDevice({ does: 'put-in-purse' });
    const purse = await this.terminal.service('purseBalance');
    if (purse.kind !== 'purse') throw new Error(purse.kind);
    return purse.balanceMinor;
  }

  async payPurse(purseRef: string, outcome: Outcome = 'approved'): Promise<string> {
    return this.#told(await this.terminal.service('payPurse', { ...this.#basket(), purseRef }), outcome);
  }

  async loadPurse(
    purseRef: string,
    load: { readonly refundOf?: string; readonly amountMinor?: number } = {},
    outcome: Outcome = 'approved',
  ): Promise<string> {
    const asked = { amountMinor: PRICE_MINOR, ...load, loadId: this.newId(), purseRef };
    return this.#told(await this.terminal.service('loadPurse', asked), outcome);
  }

  async payCash(outcome: Outcome = 'approved'): Promise<string> {
    const asked = { ...this.#basket(), receivedMinor: PRICE_MINOR };
    return this.#told(await this.terminal.service('payCash', asked), outcome);
  }

  async undo(txnId: string, outcome: Outcome = 'approved'): Promise<string> {
    const asked = { txnId, cardRef: await this.terminal.readCard(this.card), undoId: this.newId() };
    return this.#told(await this.terminal.service('voidTransaction', asked), outcome);
  }

  /** A cash sale, or half of it. */
  async handBack(txnId: string, part: 'all' | 'half'): Promise<string> {
    const undoId = this.newId();
    const handed =
      part === 'all'
        ? await this.terminal.service('voidTransaction', { txnId, undoId })
        : await this.terminal.service('refundTransaction', { txnId, undoId, amountMinor: HALF_MINOR });
    return this.#told(handed, 'approved');
  }

  async refund(txnId: string, outcome: Outcome = 'approved'): Promise<string> {
    const asked = { txnId, undoId: this.newId(), cardRef: await this.terminal.readCard(this.card) };
    const refunded = await this.terminal.service('refundTransaction', { ...asked, amountMinor: 50 });
    return this.#told(refunded, outcome);
  }

  async hold(amountMinor: number, outcome: Outcome = 'approved'): Promise<string> {
    const asked = { saleId: this.newId(), cardRef: await this.terminal.readCard(this.card), amountMinor };
    return this.#told(await this.terminal.service('preAuthorise', asked), outcome);
  }

  async complete(txnId: string, amountMinor: number): Promise<string> {
    const asked = { txnId, undoId: this.newId(), cardRef: await this.terminal.readCard(this.card) };
    const completed = await this.terminal.service('completePreAuthorisation', { ...asked, amountMinor });
    return this.#told(completed, 'approved');
  }

  async inquire(inquiry: 'balance' | 'statement'): Promise<void> {
    const cardRef = await this.terminal.readCard(this.card);
    const answer = await this.terminal.service('inquireCard', { inquiry, cardRef });
    expect(answer).toMatchObject({ kind: 'inquiry' });
  }

  async loadCard(outcome: Outcome = 'approved'): Promise<string> {
    const asked = { loadId: this.newId(), cardRef: await this.terminal.readCard(this.card) };
    const { result } = await this.terminal.service('loadCard', { ...asked, amountMinor: PRICE_MINOR });
    return this.#told(result, outcome);
  }

  async serve(
    service: Exclude<CardService, 'replace' | 'surrender'>,
    card: CrashCard,
    outcome: Outcome = 'approved',
  ): Promise<string> {
    const asked = { service, serviceId: this.newId(), cardRef: await this.terminal.readCard(card) };
    return this.#told(await this.terminal.service('serveCard', asked), outcome);
  }

  async replace(card: CrashCard, newCard: CrashCard): Promise<string> {
    const asked = { serviceId: this.newId(), cardRef: await this.terminal.readCard(card) };
    const newCardRef = await this.terminal.readCard(newCard);
    const replaced = await this.terminal.service('serveCard', { ...asked, service: 'replace', newCardRef });
    return this.#told(replaced, 'approved');
  }

  async surrender(card: CrashCard, amountMinor: number): Promise<string> {
    const asked = { serviceId: this.newId(), cardRef: await this.terminal.readCard(card), amountMinor };
    return this.#told(
      await this.terminal.service('serveCard', { ...asked, service: 'surrender' }),
      'approved',
    );
  }

  async act(txnId: string, action: BenchItem['actions'][number]['action']): Promise<void> {
    const asked = { txnId, action, note: 'crash test', supervisor: SUPERVISOR };
    expect(await this.terminal.service('benchAct', asked), action).toMatchObject({ kind: 'done' });
  }

  async collect(txnId: string): Promise<string> {
    const cardRef = await this.terminal.readCard(this.card);
    return this.#told(await this.terminal.service('collectClaim', { txnId, cardRef }), 'approved');
  }

  /** What the host has closed by itself is compared with its list. */
  async checkBatches(): Promise<void> {
    const { batchesToCheck } = await this.terminal.service('status');
    for (const { reportId } of batchesToCheck)
      await this.terminal.service('checkBatch', { reportId, note: 'crash test', supervisor: SUPERVISOR });
  }

  async settle(result: SettlementOutcome = 'balanced'): Promise<void> {
    const settled = await this.terminal.service('settle', {});
    expect(settled, JSON.stringify(settled)).toMatchObject({ kind: 'settled', result });
  }

  /** The network is cut meanwhile and back afterwards, whatever becomes of the till. */
  async offline<T>(work: () => Promise<T>): Promise<T> {
    await this.store.proxy.cut();
    try {
      while ((await this.terminal.service('status')).mode !== 'offline') await pause();
      return await work();
    } finally {
      await this.store.proxy.heal();
    }
  }

  /** An offline sale, and the line back. */
  async payOffline(outcome: Outcome = 'approved'): Promise<string> {
    const txnId = await this.offline(() => this.pay(outcome));
    await this.terminal.waitUntilUp(20_000);
    return txnId;
  }

  /** To the host and back on a stick, the till closed; it is open again afterwards. */
  async takeBatchOnStick(): Promise<void> {
    const { dataDir, sealKeyBase64 } = this.made.start;
    const exported = await this.terminal.exportBatch({ dataDir, sealKeyBase64 });
    if (exported.kind !== 'exported') throw new Error(exported.kind);
    const { services, store } = this.store.host;
    const clock = { nowMs: () => Date.now() };
    const imported = await importBatchFile({ store, services, clock }, JSON.stringify(exported.file));
    if (imported.kind !== 'imported') throw new Error(imported.message);
    const answers = JSON.stringify(imported.answers);
    expect(await this.terminal.takeAnswers({ dataDir, sealKeyBase64, answers })).toMatchObject({ left: 0 });
    expect(await this.terminal.start(this.made.start)).toEqual({ ok: true });
    await this.terminal.waitUntilUp(20_000);
  }

  #basket() {
    return { saleId: this.newId(), lines: [GOODS], totalMinor: PRICE_MINOR };
  }

  /** Of a sale, an undo or a movement: each is asked for once. */
  newId(): string {
    this.#asked += 1;
    return `crash-test-${this.#asked}`;
  }

  #told(result: PaymentResult, outcome: Outcome): string {
    expect(result, JSON.stringify(result)).toMatchObject({ kind: outcome });
    const transaction: TransactionView | undefined = 'transaction' in result ? result.transaction : undefined;
    if (result.kind === 'approved') this.promised.add(result.transaction.txnId);
    return transaction?.txnId ?? '';
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 10);
  });
}
