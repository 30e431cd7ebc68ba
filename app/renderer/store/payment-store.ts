import type { PaymentResult } from '../../../terminal-core/api/contract.ts';
import type { CoreLink } from '../transport/core-link.ts';
import { totalsOf } from './basket.ts';
import type { BasketStore } from './basket-store.ts';
import { Cell } from './cell.ts';
import type { TillDatabase } from './database.ts';
import { attemptAfter, newAttempt, type PaymentAttempt, type Tender } from './payment-attempt.ts';

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
  | { readonly kind: 'result'; readonly attempt: PaymentAttempt; readonly result: Outcome };

/** Drives one payment at a time. What may be paid and how is the core's decision; this only asks, and asks again. */
export class PaymentStore {
  readonly state = new Cell<PaymentState>({ kind: 'idle' });
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

  /** Starts paying the current basket, unless a payment is open already. */
  async pay(tender: Tender): Promise<void> {
    const state = this.state.get();
    if (state.kind !== 'idle' && state.kind !== 'result') return;
    const { lines } = this.#baskets.basket.get();
    if (lines.length === 0) return;
    const { totalMinor } = totalsOf(lines);
    const attempt = newAttempt({ lines, totalMinor, tender, newSaleId: () => crypto.randomUUID() });
    this.state.set({ kind: 'working', attempt });
    // On the disk before the core hears of it: after a crash of the page the same id is asked again.
    await this.#database.write(ATTEMPT_KEY, attempt);
    await this.#send(attempt, undefined);
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
    const { saleId, lines, totalMinor, tender } = attempt;
    const sale = { saleId, lines: [...lines], totalMinor };
    const outcome = await this.#link.ask((client) =>
      tender.kind === 'cash'
        ? client.sale.payCash({ ...sale, receivedMinor: tender.receivedMinor })
        : client.sale.payCard({
            ...sale,
            cardRef: tender.card.cardRef,
            ...(pin === undefined ? {} : { pin }),
          }),
    );
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
    if (result.kind === 'approved') this.#baskets.clear();
    this.state.set({ kind: 'result', attempt, result });
  }
}

const LOST_RETRY_MS = 1_000;
