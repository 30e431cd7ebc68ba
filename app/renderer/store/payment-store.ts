import type { PaymentResult, PurseHandle, Refusal, SplitSale } from '../../../terminal-core/api/contract.ts';
import type { CoreClient, CoreLink } from '../transport/core-link.ts';
import { totalsOf } from './basket.ts';
import type { BasketStore } from './basket-store.ts';
import { Cell } from './cell.ts';
import type { TillDatabase } from './database.ts';
import { attemptAfter, newAttempt, nextPart, type PaymentAttempt, type Tender } from './payment-attempt.ts';

const ATTEMPT_KEY = 'payment-attempt';

type PinWanted = Extract<PaymentResult, { kind: 'pin-required' }>;
type Outcome = Exclude<PaymentResult, PinWanted>;

export type PaymentState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working'; readonly attempt: PaymentAttempt }
  | { readonly kind: 'pin'; readonly attempt: PaymentAttempt; readonly wanted: PinWanted }
  /** The connection to the core broke while it was working: asked again by itself, with the same id. */
  | { readonly kind: 'lost'; readonly attempt: PaymentAttempt }
  /** The core answered with an error of its own; the cashier may ask again, with the same id. */
  | { readonly kind: 'failed'; readonly attempt: PaymentAttempt; readonly message: string }
  | {
      readonly kind: 'result';
      readonly attempt: PaymentAttempt;
      readonly result: Outcome;
      /** What the core said to another card, while the sale waits for the one that it was begun with. */
      readonly notThisCard?: Refusal;
    };

/** Drives one payment at a time. What may be paid and how is the core's decision; this only asks, and asks again. */
export class PaymentStore {
  readonly state = new Cell<PaymentState>({ kind: 'idle' });
  /** The sale that is paid in part and goes on being paid; its goods are the core's and in no basket any more. */
  readonly sale = new Cell<SplitSale | undefined>(undefined);
  readonly #database: TillDatabase;
  readonly #link: CoreLink;
  readonly #baskets: BasketStore;

  constructor(options: {
    readonly database: TillDatabase;
    readonly link: CoreLink;
    readonly baskets: BasketStore;
  }) {
    this.#database = options.database;
    this.#link = options.link;
    this.#baskets = options.baskets;
  }

  /** Takes up an attempt that a reload cut short. */
  async load(): Promise<void> {
    // Written by this class only; a row of another shape would be a bug here, not bad input.
    const attempt = await this.#database.read(ATTEMPT_KEY, (value) => value as PaymentAttempt | null);
    if (attempt) this.state.set({ kind: 'lost', attempt });
    this.#link.onConnected(() => {
      const state = this.state.get();
      if (state.kind === 'lost') void this.#send(state.attempt, undefined);
    });
  }

  /**
   * Starts paying the sale that was paid in part, or the current basket, unless a payment is open already. With `partMinor`
   * only that much of it.
   */
  async pay(tender: Tender, partMinor?: number): Promise<void> {
    const state = this.state.get();
    if (state.kind !== 'idle' && state.kind !== 'result') return;
    const attempt = this.#attempt(tender, partMinor);
    if (attempt === undefined) return;
    this.state.set({ kind: 'working', attempt });
    // On the disk before the core hears of it: after a crash of the page the same id is asked again.
    await this.#database.write(ATTEMPT_KEY, attempt);
    await this.#send(attempt, undefined);
  }

  #attempt(tender: Tender, partMinor: number | undefined): PaymentAttempt | undefined {
    const sale = this.sale.get();
    const newTenderId = () => crypto.randomUUID();
    if (sale !== undefined) return nextPart({ sale, tender, partMinor, newTenderId });
    const { lines } = this.#baskets.basket.get();
    if (lines.length === 0) return undefined;
    const { totalMinor } = totalsOf(lines);
    const attempt = newAttempt({ lines, totalMinor, tender, newSaleId: () => crypto.randomUUID() });
    return partMinor === undefined
      ? attempt
      : { ...attempt, part: { tenderId: newTenderId(), amountMinor: partMinor } };
  }

  /** Goes on with a sale that was paid in part: one that was put aside, or that a restart cut short. */
  takeUp(sale: SplitSale): void {
    this.sale.set(sale);
  }

  /** Leaves a sale that was paid in part; the core keeps it among its open ones. */
  putAside(): void {
    this.sale.set(undefined);
  }

  /** A purse was put in while the sale waits for one: the core says whether it is the card, and what it did. */
  async askAgain(purse: PurseHandle): Promise<void> {
    const state = this.state.get();
    if (state.kind !== 'result' || state.result.kind !== 'card-in-doubt') return;
    const waiting = { kind: 'result', attempt: state.attempt, result: state.result } as const;
    await this.#send({ ...state.attempt, tender: { kind: 'purse', purse } }, undefined);
    const after = this.state.get();
    // A card that is refused changes nothing: the sale waits for its own.
    if (after.kind !== 'result' || after.result.kind !== 'refused') return;
    await this.#database.write(ATTEMPT_KEY, state.attempt);
    this.state.set({ ...waiting, notThisCard: after.result });
  }

  /** The PIN lives in this call only: it is neither stored nor kept for a retry. */
  async enterPin(pin: string): Promise<void> {
    const state = this.state.get();
    if (state.kind !== 'pin') return;
    await this.#send(state.attempt, pin);
  }

  /** Asks the core again after its own error, as the same attempt. */
  async retry(): Promise<void> {
    const state = this.state.get();
    if (state.kind === 'failed' || state.kind === 'lost') await this.#send(state.attempt, undefined);
  }

  /** Leaves the result, or a PIN that was not entered. An attempt whose outcome is not known cannot be left. */
  dismiss(): void {
    const state = this.state.get();
    if (state.kind !== 'result' && state.kind !== 'pin') return;
    void this.#database.write(ATTEMPT_KEY, null);
    this.state.set({ kind: 'idle' });
  }

  async #send(attempt: PaymentAttempt, pin: string | undefined): Promise<void> {
    this.state.set({ kind: 'working', attempt });
    const outcome = await this.#link.ask((client) => asked(client, attempt, pin));
    switch (outcome.kind) {
      case 'lost':
        this.state.set({ kind: 'lost', attempt });
        // The connection may be back before this call's failure was noticed.
        if (this.#link.state.get().kind === 'connected') setTimeout(() => void this.retry(), LOST_RETRY_MS);
        return;
      case 'failed':
        this.state.set({ kind: 'failed', attempt, message: outcome.message });
        return;
      case 'answer':
        await this.#settle(attempt, outcome.value);
    }
  }

  async #settle(attempt: PaymentAttempt, result: PaymentResult): Promise<void> {
    if (result.kind === 'pin-required') {
      this.state.set({ kind: 'pin', attempt, wanted: result });
      return;
    }
    if (attemptAfter(result) === 'over') await this.#database.write(ATTEMPT_KEY, null);
    this.#follow(result);
    this.state.set({ kind: 'result', attempt, result });
  }

  /** Goods that were paid, or are paid in part, leave the basket: from the first part on the core has them. */
  #follow(result: Outcome): void {
    const sale = 'sale' in result ? result.sale : undefined;
    if (sale !== undefined) this.sale.set(sale.state === 'open' && sale.paidMinor > 0 ? sale : undefined);
    if (result.kind === 'approved') this.#baskets.clear();
  }
}

/** @param pin of the card's holder, where the core wants one. */
function asked(
  client: CoreClient,
  { saleId, lines, totalMinor, tender, part }: PaymentAttempt,
  pin: string | undefined,
): Promise<PaymentResult> {
  const goods = { saleId, lines: [...lines], totalMinor };
  const withPin = pin === undefined ? {} : { pin };
  const sale = part === undefined ? goods : { ...goods, tender: part };
  switch (tender.kind) {
    case 'cash':
      return client.sale.payCash({ ...sale, receivedMinor: tender.receivedMinor });
    case 'card':
      return client.sale.payCard({ ...sale, ...withPin, cardRef: tender.card.cardRef });
    case 'purse':
      return client.purse.pay({ ...goods, ...withPin, purseRef: tender.purse.purseRef });
  }
}

const LOST_RETRY_MS = 1_000;
