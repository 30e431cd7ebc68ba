import { amountMinor } from '../../terminal-core/domain/money.ts';
import { isCash } from '../../terminal-core/engine/cash.ts';
import { whyNotRefundable, whyNotVoidable } from '../../terminal-core/engine/flows/undo.ts';
import { isHold } from '../../terminal-core/engine/holds.ts';
import type {
  Approval,
  EnteredPin,
  PresentedCard,
  PricedBasket,
  Reply,
} from '../../terminal-core/engine/inputs.ts';
import { isInDoubt } from '../../terminal-core/engine/purse/doubts.ts';
import type { Txn } from '../../terminal-core/engine/state.ts';
import { terminalOf } from '../../terminal-core/engine/state.ts';
import { settleBatch } from '../../terminal-core/runtime/till/settle-batch.ts';
import { standsForPeople } from './checkers/standing.ts';
import { Customers } from './customers.ts';
import type { Errand } from './errands.ts';
import type { Faults } from './faults.ts';
import type { Memories, Told } from './memories.ts';
import type { SimCard } from './plan.ts';
import type { Prng } from './prng.ts';
import { PurseCustomers } from './purse-customers.ts';
import type { SimPurse } from './purses.ts';
import type { SimTerminal, TerminalProcess } from './sim-terminal.ts';
import type { Story } from './story.ts';
import type { VirtualTime } from './virtual-time.ts';

const GONE = { kind: 'gone' } as const;
type Gone = typeof GONE;

export interface CashierParts {
  readonly till: number;
  readonly box: SimTerminal;
  readonly cards: readonly SimCard[];
  readonly purses: readonly SimPurse[];
  readonly memories: Memories;
  readonly time: VirtualTime;
  readonly faults: Faults;
  readonly prng: Prng;
  readonly story: Story;
}

type CardErrand = Extract<Errand, { kind: 'card' }>;

/** How a payment ended for those who stand at the till. */
type Ending = 'approved' | 'not-paid' | 'unknown' | 'gone' | 'waits';

/** The person at one till, and the customers before it. Does what the till's screens do with a terminal, by hand. */
export class Cashier {
  readonly #parts: CashierParts;
  readonly #customers: Customers;
  readonly #purseCustomers: PurseCustomers;
  /** Errands that were begun. */
  begun = 0;

  constructor(parts: CashierParts) {
    this.#parts = parts;
    this.#customers = new Customers(parts);
    this.#purseCustomers = new PurseCustomers(parts);
  }

  async doErrand(errand: Errand): Promise<void> {
    this.begun += 1;
    const { box, story } = this.#parts;
    story.tell(box.name, `errand ${errand.id}: ${errand.kind}`);
    if (!(await this.#running())) return;
    switch (errand.kind) {
      case 'cash':
        await this.#sell(
          errand.id,
          errand.doubleKey,
          (saleId) => this.#payCash(saleId, errand.amountMinor),
          [],
        );
        return;
      case 'card':
        await this.#sellByCard(errand);
        return;
      case 'hold':
        await this.#sell(errand.id, errand.doubleKey, (saleId) => this.#hold(saleId, errand), []);
        return;
      case 'complete':
        await this.#complete(errand);
        return;
      case 'purse':
        await this.#sell(errand.id, errand.doubleKey, (saleId) => this.#payPurse(saleId, errand), [
          (saleId) => this.#payCash(saleId, errand.amountMinor),
        ]);
        return;
      case 'purse-load':
        await this.#loadPurse(errand);
        return;
      case 'void':
        await this.#void(errand);
        return;
      case 'refund':
        await this.#refund(errand);
        return;
      case 'reprint':
        await this.#reprint(errand.which);
        return;
      case 'upload-now':
        await this.#with((running) => running.sync.now());
        return;
      case 'sign-on':
        await this.#with((running) => running.sync.signOn());
        return;
      case 'settle':
        await this.settle();
        return;
      case 'operator':
        await this.changeOperator(errand.operatorCode, errand.wrongPassword);
        return;
    }
  }

  /** The morning: somebody signs on, then the terminal does. */
  async open(): Promise<void> {
    if (!(await this.#running())) return;
    await this.changeOperator('1001', false);
    await this.#with((running) => running.sync.signOn());
  }

  /** @returns whether the batch is closed, or there was nothing to close. */
  async settle(): Promise<boolean> {
    if (!(await this.#running())) return false;
    const ended = await this.#with((running) =>
      settleBatch(
        { terminal: running.terminal, journal: running.journal, sync: running.sync },
        { approval: { operatorCode: '2001', passwordMatches: true } },
      ),
    );
    this.#parts.story.tell(
      this.#parts.box.name,
      `settlement: ${ended.kind}${'rule' in ended ? ` ${ended.rule}` : ''}`,
    );
    if (ended.kind === 'unfinished') await this.#giveUpPerhaps();
    return ended.kind === 'settled' || (ended.kind === 'refused' && ended.rule === 'nothing-to-settle');
  }

  /** An impatient supervisor, every third time; the engine says whether it may be. */
  async #giveUpPerhaps(): Promise<void> {
    const { box, prng, story, time } = this.#parts;
    if (prng.fork(`impatience ${box.name} ${time.nowMs()}`).int(0, 2) !== 0) return;
    const said = await this.#with((running) =>
      running.terminal.run({
        kind: 'abandon-settlement',
        approval: { operatorCode: '2001', passwordMatches: true },
      }),
    );
    story.tell(box.name, `settlement given up: ${said.kind}${'rule' in said ? ` ${said.rule}` : ''}`);
  }

  /** Starts the till again where that is needed. @returns false when it did not come up in time. */
  async #running(): Promise<boolean> {
    const { box, prng, time } = this.#parts;
    for (let tries = 0; tries < 5; tries += 1) {
      if (box.process?.isAlive) return true;
      await time.sleep(prng.fork(`restart ${time.nowMs()}`).int(5_000, 120_000));
      if (!box.process?.isAlive) await box.start();
    }
    return false;
  }

  /** Does something with the process, unless it dies meanwhile. */
  async #with<T>(work: (running: TerminalProcess) => Promise<T>): Promise<T | Gone> {
    const { box } = this.#parts;
    const running = box.process;
    if (!running?.isAlive) return GONE;
    return Promise.race([
      work(running).catch((error: unknown): Gone => {
        box.noteFailure(running, error);
        return GONE;
      }),
      running.died.then((): Gone => GONE),
    ]);
  }

  async #sellByCard(errand: CardErrand): Promise<void> {
    if (errand.isTorn && this.#customers.readsTorn(errand)) return;
    const byCard = (card: number) => (saleId: string) => this.#payCard(saleId, errand, card);
    const fallbacks = {
      leaves: [],
      'pays-cash': [(saleId: string) => this.#payCash(saleId, errand.amountMinor)],
      'tries-again': [byCard(errand.card)],
      'other-card': [byCard(errand.otherCard)],
    }[errand.fallback];
    const ending = await this.#sell(errand.id, errand.doubleKey, byCard(errand.card), fallbacks);
    if (ending === 'unknown' && errand.settlesAfter) await this.settle();
  }

  /**
   * One customer: the first way to pay, and when that did not work, the others. After the till has gone down the same sale
   * is asked for again, as the screen does that still shows it.
   */
  async #sell(
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
        if (await this.#running()) ending = await pay(saleId);
      }
      // Nobody knows what came of it: the customer waits for no other way.
      if (ending === 'approved' || ending === 'gone' || ending === 'waits') break;
    }
    return ending;
  }

  async #payCash(saleId: string, amount: number): Promise<Ending> {
    const reply = await this.#with((running) =>
      running.terminal.run({
        kind: 'pay-cash',
        basket: basket(saleId, amount),
        receivedMinor: amountMinor(amount + 50),
      }),
    );
    return this.#ended(reply, 'sale');
  }

  async #payCard(saleId: string, errand: CardErrand, cardIndex: number): Promise<Ending> {
    const reply = await this.#withPin(saleId, { ...errand, card: cardIndex }, (running, presented, pin) =>
      running.terminal.run({
        kind: 'pay-card',
        basket: basket(saleId, errand.amountMinor),
        presented,
        ...(pin ? { pin } : {}),
      }),
    );
    return this.#ended(reply, 'sale');
  }

  /** Presents the card, and asks again with the PIN where the terminal wants one. */
  async #withPin(
    saleId: string,
    errand: Pick<CardErrand, 'card' | 'entryMode' | 'wrongPin'>,
    ask: (running: TerminalProcess, presented: PresentedCard, pin?: EnteredPin) => Promise<Reply>,
  ): Promise<Reply | Gone> {
    return this.#with(async (running): Promise<Reply> => {
      await running.sync.beforeOnline();
      const presented = this.#customers.present(running, errand.card, errand.entryMode);
      const first = await ask(running, presented);
      if (first.kind !== 'pin-required') return first;
      const { pin } = this.#customers.card(errand.card);
      const typed = errand.wrongPin || pin === undefined ? '000000' : pin;
      if (typed === pin) this.#parts.memories.rightPins.push({ till: this.#parts.till, saleId });
      await this.#parts.time.sleep(6_000);
      // Made at the last moment, under the keys that are current then.
      const { keySetId } = terminalOf(running.terminal.state);
      const block =
        keySetId === undefined
          ? undefined
          : running.keys.pinBlock(keySetId, presented.card.pan.reveal(), typed);
      return ask(running, presented, block && { block, length: typed.length });
    });
  }

  async #hold(saleId: string, errand: Extract<Errand, { kind: 'hold' }>): Promise<Ending> {
    const reply = await this.#withPin(saleId, errand, (running, presented, pin) =>
      running.terminal.run({
        kind: 'pre-authorise',
        saleId,
        amountMinor: amountMinor(errand.amountMinor),
        presented,
        ...(pin ? { pin } : {}),
      }),
    );
    return this.#ended(reply, 'hold');
  }

  async #complete(errand: Extract<Errand, { kind: 'complete' }>): Promise<void> {
    const original = this.#chosen(errand.which, isHold);
    if (!original) return;
    const amount = amountMinor(Math.max(1, Math.floor(original.amountMinor * errand.share)));
    await this.#undo({ kind: 'completion', doubleKey: errand.doubleKey }, async (running) => {
      const presented = this.#customers.cardOf(running, original, errand.wrongCard);
      return running.terminal.run({
        kind: 'complete',
        txnId: original.txnId,
        amountMinor: amount,
        presented,
      });
    });
  }

  /** A customer who does not wait for a doubt pays otherwise; the till is told, because the card may have paid. */
  async #payPurse(saleId: string, errand: Extract<Errand, { kind: 'purse' }>): Promise<Ending> {
    const reply = await this.#with((running) =>
      this.#purseCustomers.pay(running, errand, basket(saleId, errand.amountMinor)),
    );
    const ending = await this.#ended(reply, 'sale');
    const running = this.#parts.box.process;
    const txn =
      reply.kind === 'transaction' ? running?.terminal.state.get('transactions', reply.txnId) : undefined;
    if (!txn || !isInDoubt(txn)) return ending;
    if (errand.doubtful === 'waits') return 'waits';
    const told = await this.#with((till) => till.terminal.run({ kind: 'other-tender', txnId: txn.txnId }));
    return told.kind === 'transaction' ? 'unknown' : 'waits';
  }

  async #loadPurse(errand: Extract<Errand, { kind: 'purse-load' }>): Promise<void> {
    const press = async (): Promise<void> => {
      const reply = await this.#with(async (running) => {
        await running.sync.beforeOnline();
        return this.#purseCustomers.load(running, errand, `load-${errand.id}`);
      });
      await this.#ended(reply, 'load');
    };
    await Promise.all(errand.doubleKey ? [press(), press()] : [press()]);
  }

  /** In the evening the cards that a till waits for are found, but for those that never are. */
  async purseOwnersComeBack(): Promise<void> {
    await this.#with((running) => this.#purseCustomers.bringBack(running, ({ isLost }) => !isLost));
  }

  async #void(errand: Extract<Errand, { kind: 'void' }>): Promise<void> {
    const original = this.#chosen(
      errand.which,
      (txn, running) => whyNotVoidable(running.terminal.state, txn) === undefined,
    );
    if (!original) return;
    await this.#undo(errand, async (running) => {
      const how = this.#undoBy(running, original, errand);
      const approval: Approval = { operatorCode: '2001', passwordMatches: !errand.wrongPassword };
      return running.terminal.run({ kind: 'void', txnId: original.txnId, ...how, approval });
    });
  }

  async #refund(errand: Extract<Errand, { kind: 'refund' }>): Promise<void> {
    const original = this.#chosen(errand.which, (txn) => whyNotRefundable(txn) === undefined);
    if (!original) return;
    const left = original.amountMinor - original.refundedMinor;
    const amount = errand.tooMuch ? left + 1 : Math.max(1, Math.round(left * errand.share));
    await this.#undo(errand, async (running) => {
      const how = this.#undoBy(running, original, { ...errand, wrongCard: false });
      const approval: Approval = { operatorCode: '2001', passwordMatches: true };
      return running.terminal.run({
        kind: 'refund',
        txnId: original.txnId,
        amountMinor: amountMinor(amount),
        ...how,
        approval,
      });
    });
  }

  /**
   * Cash needs no card, and nothing that is on its way stops a second press: there the request's own id does. Card undos
   * go without one here, so that what else keeps them from going twice is tried too.
   */
  #undoBy(
    running: TerminalProcess,
    original: Txn,
    errand: { readonly id: string; readonly wrongCard: boolean },
  ): { readonly undoId: string } | { readonly presented: PresentedCard } {
    if (isCash(original)) return { undoId: `undo ${errand.id}` };
    return { presented: this.#customers.cardOf(running, original, errand.wrongCard) };
  }

  /** A key pressed twice asks twice before either answer is there. */
  async #undo(
    errand: { readonly kind: 'completion' | 'void' | 'refund'; readonly doubleKey: boolean },
    ask: (running: TerminalProcess) => Promise<Reply>,
  ): Promise<void> {
    const press = async (): Promise<void> => {
      const reply = await this.#with(async (running) => {
        await running.sync.beforeOnline();
        return ask(running);
      });
      await this.#ended(reply, errand.kind);
    };
    await Promise.all(errand.doubleKey ? [press(), press()] : [press()]);
  }

  async #reprint(which: number): Promise<void> {
    const txn = this.#chosen(which, (each) => each.receipt !== undefined && each.state === 'approved');
    if (txn) await this.#print(txn, 'copy');
  }

  async changeOperator(operatorCode: string, wrongPassword: boolean): Promise<void> {
    await this.#with((running) => running.terminal.run({ kind: 'operator-sign-off' }));
    await this.#with((running) =>
      running.terminal.run({ kind: 'operator-sign-on', operatorCode, passwordMatches: !wrongPassword }),
    );
    if (operatorCode === '9001' || wrongPassword) {
      await this.#with((running) =>
        running.terminal.run({ kind: 'operator-sign-on', operatorCode: '1001', passwordMatches: true }),
      );
    }
  }

  /** What the screen shows, from the state that the transaction has reached; an approval is printed at once. */
  async #ended(reply: Reply | Gone, kind: Told['kind']): Promise<Ending> {
    const { box, memories, story, till } = this.#parts;
    if (reply.kind === 'gone') return 'gone';
    if (reply.kind !== 'transaction') {
      story.tell(box.name, `cashier is told: ${reply.kind}${'rule' in reply ? ` ${reply.rule}` : ''}`);
      return 'not-paid';
    }
    const txn = box.process?.terminal.state.get('transactions', reply.txnId);
    if (!txn) return 'gone';
    story.tell(box.name, `cashier is told: ${txn.txnId} is ${txn.state}`);
    if (txn.state === 'sending' || txn.state === 'unknown') return 'unknown';
    if (!standsForPeople(txn)) return 'not-paid';
    memories.told.push({ till, txnId: txn.txnId, kind, amountMinor: txn.amountMinor });
    if (!txn.receiptPrinted) await this.#print(txn, 'original');
    return 'approved';
  }

  async #print(txn: Txn, copy: 'original' | 'copy'): Promise<void> {
    const { box, faults, memories, till } = this.#parts;
    if (txn.receipt === undefined) return;
    if (box.isPrinterBroken) {
      faults.counts.printer += 1;
      return;
    }
    await this.#parts.time.sleep(900);
    memories.printed.push({ till, txnId: txn.txnId });
    await this.#with((running) => running.terminal.markPrinted(txn.txnId, copy === 'copy'));
  }

  /** A transaction of the till's list that the person may take for this. */
  #chosen(which: number, fits: (txn: Txn, running: TerminalProcess) => boolean): Txn | undefined {
    const running = this.#parts.box.process;
    if (!running) return undefined;
    const found = running.journal
      .list('transactions', { limit: 1_000 })
      // The journal gives back the documents that evolve put in.
      .map(({ doc }) => doc as unknown as Txn)
      .filter((txn) => fits(txn, running));
    return found[Math.floor(which * found.length)];
  }
}

/** The key is pressed twice: both presses go in before either comes back. */
async function twice(pay: () => Promise<Ending>): Promise<Ending> {
  const [first, second] = await Promise.all([pay(), pay()]);
  return first === 'approved' || second === 'approved' ? 'approved' : first === 'not-paid' ? second : first;
}

function basket(saleId: string, totalMinor: number): PricedBasket {
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
