import { amountMinor } from '../../terminal-core/domain/money.ts';
import type { EnteredPin, PresentedCard, PricedBasket, Reply } from '../../terminal-core/engine/inputs.ts';
import { isInDoubt } from '../../terminal-core/engine/purse/doubts.ts';
import { Customers } from './customers.ts';
import type { Errand } from './errands.ts';
import { PurseCustomers } from './purse-customers.ts';
import type { TerminalProcess } from './sim-terminal.ts';
import type { CashierParts, Ending, Gone, TillHands } from './till-hands.ts';

type CardErrand = Extract<Errand, { kind: 'card' }>;

/** Customers who pay, with everything that they do when it does not go through. */
export class Payments {
  readonly #parts: CashierParts;
  readonly #hands: TillHands;
  readonly #customers: Customers;
  readonly #purseCustomers: PurseCustomers;

  constructor(parts: CashierParts, hands: TillHands) {
    this.#parts = parts;
    this.#hands = hands;
    this.#customers = new Customers(parts);
    this.#purseCustomers = new PurseCustomers(parts);
  }

  /**
   * One customer: the first way to pay, and when that did not work, the others. After the till has gone down the same sale
   * is asked for again, as the screen does that still shows it.
   */
  async sell(
    errandId: string,
    doubleKey: boolean,
    first: (saleId: string) => Promise<Ending>,
    others: readonly ((saleId: string) => Promise<Ending>)[],
  ): Promise<Ending> {
    const { memories, till } = this.#parts;
    const saleIds: string[] = [];
    let ending: Ending = 'not-paid';
    memories.intents.push({ till, errandId, saleIds });
    for (const [index, pay] of [first, ...others].entries()) {
      const saleId = `sale-${errandId}${'+'.repeat(index)}`;
      saleIds.push(saleId);
      ending = doubleKey && index === 0 ? await twice(() => pay(saleId)) : await pay(saleId);
      for (let again = 0; ending === 'gone' && again < 4; again += 1) {
        if (await this.#hands.running()) ending = await pay(saleId);
      }
      // Nobody knows what came of it: the customer waits for no other way.
      if (ending === 'approved' || ending === 'gone' || ending === 'waits') break;
    }
    return ending;
  }

  async sellByCard(errand: CardErrand): Promise<Ending> {
    if (errand.isTorn && this.#customers.readsTorn(errand)) return 'not-paid';
    const byCard = (card: number) => (saleId: string) => this.#payCard(saleId, errand, card);
    const fallbacks = {
      leaves: [],
      'pays-cash': [(saleId: string) => this.payCash(saleId, errand.amountMinor)],
      'tries-again': [byCard(errand.card)],
      'other-card': [byCard(errand.otherCard)],
    }[errand.fallback];
    return this.sell(errand.id, errand.doubleKey, byCard(errand.card), fallbacks);
  }

  async payCash(saleId: string, amount: number): Promise<Ending> {
    const reply = await this.#hands.with((running) =>
      running.terminal.run({
        kind: 'pay-cash',
        basket: basket(saleId, amount),
        receivedMinor: amountMinor(amount + 50),
      }),
    );
    return this.#hands.ended(reply, 'sale');
  }

  async #payCard(saleId: string, errand: CardErrand, cardIndex: number): Promise<Ending> {
    const reply = await this.withPin(saleId, { ...errand, card: cardIndex }, (running, presented, pin) =>
      running.terminal.run({
        kind: 'pay-card',
        basket: basket(saleId, errand.amountMinor),
        presented,
        ...(pin ? { pin } : {}),
      }),
    );
    return this.#hands.ended(reply, 'sale');
  }

  /** Presents the card, and asks again with the PIN where the terminal wants one. */
  async withPin(
    saleId: string,
    errand: Pick<CardErrand, 'card' | 'entryMode' | 'wrongPin'>,
    ask: (running: TerminalProcess, presented: PresentedCard, pin?: EnteredPin) => Promise<Reply>,
  ): Promise<Reply | Gone> {
    return this.#hands.with(async (running): Promise<Reply> => {
      await running.sync.beforeOnline();
      const presented = this.#customers.present(running, errand.card, errand.entryMode);
      const first = await ask(running, presented);
      if (first.kind !== 'pin-required') return first;
      const { pin } = this.#customers.card(errand.card);
      const typed = errand.wrongPin || pin === undefined ? '000000' : pin;
      if (typed === pin) this.#parts.memories.rightPins.push({ till: this.#parts.till, saleId });
      await this.#parts.time.sleep(6_000);
      return ask(running, presented, this.#customers.pinOf(running, presented, typed).pin);
    });
  }

  async hold(saleId: string, errand: Extract<Errand, { kind: 'hold' }>): Promise<Ending> {
    const reply = await this.withPin(saleId, errand, (running, presented, pin) =>
      running.terminal.run({
        kind: 'pre-authorise',
        saleId,
        amountMinor: amountMinor(errand.amountMinor),
        presented,
        ...(pin ? { pin } : {}),
      }),
    );
    return this.#hands.ended(reply, 'hold');
  }

  /** A customer who does not wait for a doubt pays otherwise; the till is told, because the card may have paid. */
  async payPurse(saleId: string, errand: Extract<Errand, { kind: 'purse' }>): Promise<Ending> {
    const reply = await this.#hands.with((running) =>
      this.#purseCustomers.pay(running, errand, basket(saleId, errand.amountMinor)),
    );
    const ending = await this.#hands.ended(reply, 'sale');
    const running = this.#parts.box.process;
    const txn =
      reply.kind === 'transaction' ? running?.terminal.state.get('transactions', reply.txnId) : undefined;
    if (!txn || !isInDoubt(txn)) return ending;
    if (errand.doubtful === 'waits') return 'waits';
    const told = await this.#hands.with((till) =>
      till.terminal.run({ kind: 'other-tender', txnId: txn.txnId }),
    );
    return told.kind === 'transaction' ? 'unknown' : 'waits';
  }

  async loadPurse(errand: Extract<Errand, { kind: 'purse-load' }>): Promise<void> {
    const press = async (): Promise<void> => {
      const reply = await this.#hands.with(async (running) => {
        await running.sync.beforeOnline();
        return this.#purseCustomers.load(running, errand, `load-${errand.id}`);
      });
      await this.#hands.ended(reply, 'load');
    };
    await Promise.all(errand.doubleKey ? [press(), press()] : [press()]);
  }
}

/** The key is pressed twice: both presses go in before either comes back. */
async function twice(pay: () => Promise<Ending>): Promise<Ending> {
  const [first, second] = await Promise.all([pay(), pay()]);
  return first === 'approved' || second === 'approved' ? 'approved' : first === 'not-paid' ? second : first;
}

export function basket(saleId: string, totalMinor: number): PricedBasket {
  const total = amountMinor(totalMinor);
  const goods = {
    sku: 'S1',
    barcode: '6901234567892',
    nameZh: '商品',
    nameEn: 'Goods',
    taxClass: 'standard',
  } as const;
  return {
    saleId,
    totalMinor: total,
    taxMinor: amountMinor(0),
    lines: [{ ...goods, unitPriceMinor: total, quantity: 1 }],
  };
}
