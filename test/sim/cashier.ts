import { amountMinor } from '../../terminal-core/domain/money.ts';
import type { Input } from '../../terminal-core/engine/inputs.ts';
import { settleBatch } from '../../terminal-core/runtime/till/settle-batch.ts';
import { CardDesk } from './card-desk.ts';
import type { Errand } from './errands.ts';
import { Messenger } from './messenger.ts';
import { Payments } from './payments.ts';
import { PurseCustomers } from './purse-customers.ts';
import { SplitPayments } from './split-payments.ts';
import { type CashierParts, TillHands } from './till-hands.ts';
import { Undoing } from './undoing.ts';

/** The person at one till, and the customers before it. Does what the till's screens do with a terminal, by hand. */
export class Cashier {
  readonly #parts: CashierParts;
  readonly #hands: TillHands;
  readonly #payments: Payments;
  readonly #undoing: Undoing;
  readonly #splits: SplitPayments;
  readonly #purseCustomers: PurseCustomers;
  readonly #desk: CardDesk;
  readonly #messenger: Messenger;
  /** Errands that were begun. */
  begun = 0;

  constructor(parts: CashierParts) {
    this.#parts = parts;
    this.#hands = new TillHands(parts);
    this.#payments = new Payments(parts, this.#hands);
    this.#undoing = new Undoing(parts, this.#hands);
    this.#splits = new SplitPayments(parts, this.#hands, this.#payments);
    this.#purseCustomers = new PurseCustomers(parts);
    this.#desk = new CardDesk(parts, this.#hands, this.#payments);
    this.#messenger = new Messenger(parts);
  }

  async doErrand(errand: Errand): Promise<void> {
    this.begun += 1;
    const { box, story } = this.#parts;
    story.tell(box.name, `errand ${errand.id}: ${errand.kind}`);
    if (!(await this.#hands.running())) return;
    switch (errand.kind) {
      case 'cash':
        await this.#payments.sell(
          errand.id,
          errand.doubleKey,
          (saleId) => this.#payments.payCash(saleId, errand.amountMinor),
          [],
        );
        return;
      case 'card': {
        const ending = await this.#payments.sellByCard(errand);
        if (ending === 'unknown' && errand.settlesAfter) await this.settle();
        return;
      }
      case 'hold':
        await this.#payments.sell(
          errand.id,
          errand.doubleKey,
          (saleId) => this.#payments.hold(saleId, errand),
          [],
        );
        return;
      case 'complete':
        await this.#undoing.complete(errand);
        return;
      case 'purse':
        await this.#payments.sell(
          errand.id,
          errand.doubleKey,
          (saleId) => this.#payments.payPurse(saleId, errand),
          [(saleId) => this.#payments.payCash(saleId, errand.amountMinor)],
        );
        return;
      case 'split':
        await this.#splits.pay(errand);
        return;
      case 'split-refund':
        await this.#splits.refund(errand);
        return;
      case 'purse-load':
        await this.#payments.loadPurse(errand);
        return;
      case 'card-load':
        await this.#desk.load(errand);
        return;
      case 'card-service':
        await this.#desk.serve(errand);
        return;
      case 'card-inquiry':
        await this.#desk.inquire(errand);
        return;
      case 'workbench':
        await this.#desk.workbench(errand);
        return;
      case 'collect':
        await this.#desk.collect(errand);
        return;
      case 'stick':
        await this.#messenger.carry(errand);
        return;
      case 'void':
        await this.#undoing.void(errand);
        return;
      case 'refund':
        await this.#undoing.refund(errand);
        return;
      case 'reprint':
        await this.#undoing.reprint(errand.which);
        return;
      case 'office':
        await this.#office(errand);
        return;
      case 'upload-now':
        await this.#hands.with((running) => running.sync.now());
        return;
      case 'sign-on':
        await this.#hands.with((running) => running.sync.signOn());
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
    if (!(await this.#hands.running())) return;
    await this.changeOperator('1001', false);
    await this.#hands.with((running) => running.sync.signOn());
  }

  /** @returns whether the batch is closed, or there was nothing to close. */
  async settle(): Promise<boolean> {
    if (!(await this.#hands.running())) return false;
    await this.#desk.sendAgain();
    const ended = await this.#hands.with((running) =>
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
    const said = await this.#hands.with((running) =>
      running.terminal.run({
        kind: 'abandon-settlement',
        approval: { operatorCode: '2001', passwordMatches: true },
      }),
    );
    story.tell(box.name, `settlement given up: ${said.kind}${'rule' in said ? ` ${said.rule}` : ''}`);
  }

  async #office({ amountMinor: minor, id, step }: Extract<Errand, { kind: 'office' }>): Promise<void> {
    const approval = { operatorCode: '2001', passwordMatches: true };
    const amount = amountMinor(minor);
    const input = {
      'open-shift': { kind: 'open-shift', floatMinor: amount },
      'close-shift': { kind: 'close-shift', countedMinor: amount, approval },
      'x-report': { kind: 'x-report', approval },
      'z-report': { kind: 'z-report', approval },
      'safe-drop': {
        kind: 'move-cash',
        movementId: `movement-${id}`,
        movement: 'safe-drop',
        amountMinor: amount,
        reason: 'safe',
        approval,
      },
    } as const satisfies Record<typeof step, Input>;
    const said = await this.#hands.with((running) => running.terminal.run(input[step]));
    this.#parts.story.tell(
      this.#parts.box.name,
      `${step}: ${said.kind}${'rule' in said ? ` ${said.rule}` : ''}`,
    );
  }

  /** What was set aside, sales that are paid in part, or cancelled in part, and refunds that wait for a card. */
  async tidyUp(): Promise<void> {
    if (!(await this.#hands.running())) return;
    await this.changeOperator('2001', false);
    await this.#desk.sendAgain();
    await this.#splits.tidyUp();
  }

  /** In the evening the cards that a till waits for are found, but for those that never are. */
  async purseOwnersComeBack(): Promise<void> {
    await this.#hands.with((running) => this.#purseCustomers.bringBack(running, ({ isLost }) => !isLost));
  }

  async changeOperator(operatorCode: string, wrongPassword: boolean): Promise<void> {
    await this.#hands.with((running) => running.terminal.run({ kind: 'operator-sign-off' }));
    await this.#hands.with((running) =>
      running.terminal.run({ kind: 'operator-sign-on', operatorCode, passwordMatches: !wrongPassword }),
    );
    if (operatorCode === '9001' || wrongPassword) {
      await this.#hands.with((running) =>
        running.terminal.run({ kind: 'operator-sign-on', operatorCode: '1001', passwordMatches: true }),
      );
    }
  }
}
