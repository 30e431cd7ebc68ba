import { amountMinor } from '../../terminal-core/domain/money.ts';
import type { Approval, Reply } from '../../terminal-core/engine/inputs.ts';
import { isSetAside } from '../../terminal-core/engine/owed.ts';
import type { BenchAction, Txn } from '../../terminal-core/engine/state.ts';
import { benchRulesFor } from '../../terminal-core/engine/workbench.ts';
import { Customers } from './customers.ts';
import type { Errand } from './errands.ts';
import type { Payments } from './payments.ts';
import type { TerminalProcess } from './sim-terminal.ts';
import type { CashierParts, TillHands } from './till-hands.ts';

type ServiceErrand = Extract<Errand, { kind: 'card-service' }>;

/** What people want of their cards besides paying, and what a supervisor does about records that were set aside. */
export class CardDesk {
  readonly #parts: CashierParts;
  readonly #hands: TillHands;
  readonly #payments: Payments;
  readonly #customers: Customers;

  constructor(parts: CashierParts, hands: TillHands, payments: Payments) {
    this.#parts = parts;
    this.#hands = hands;
    this.#payments = payments;
    this.#customers = new Customers(parts);
  }

  async load(errand: Extract<Errand, { kind: 'card-load' }>): Promise<void> {
    await pressed(errand.doubleKey, async () => {
      const reply = await this.#hands.with(async (running) => {
        await running.sync.beforeOnline();
        return running.terminal.run({
          kind: 'load-card',
          undoId: `load-${errand.id}`,
          amountMinor: amountMinor(errand.amountMinor),
          presented: this.#customers.present(running, errand.card, 'magnetic'),
        });
      });
      await this.#hands.ended(reply, 'load');
    });
  }

  async serve(errand: ServiceErrand): Promise<void> {
    // What is paid out is what the host says is on the card.
    const balance = errand.service === 'surrender' ? await this.#balanceOf(errand) : undefined;
    await pressed(errand.doubleKey, async () => {
      const reply = await this.#payments.withPin(
        `service-${errand.id}`,
        { ...errand, entryMode: 'magnetic' },
        (running, presented, pin) =>
          running.terminal.run({
            kind: 'serve-card',
            service: errand.service,
            undoId: `service-${errand.id}`,
            presented,
            approval: SUPERVISOR,
            ...(errand.service === 'replace'
              ? { newCard: this.#customers.present(running, errand.newCard, 'magnetic') }
              : {}),
            ...(balance === undefined ? {} : { amountMinor: amountMinor(balance) }),
            ...(pin ? { pin } : {}),
          }),
      );
      await this.#hands.ended(reply, 'card-service');
    });
  }

  async inquire(errand: Pick<Extract<Errand, { kind: 'card-inquiry' }>, 'inquiry' | 'card' | 'wrongPin'>) {
    const reply = await this.#payments.withPin(
      'inquiry',
      { ...errand, entryMode: 'magnetic' },
      (running, presented, pin) =>
        running.terminal.run({
          kind: 'inquire',
          inquiry: errand.inquiry,
          presented,
          ...(pin ? { pin } : {}),
        }),
    );
    const { box, story } = this.#parts;
    const said = reply.kind === 'inquiry' ? `${reply.responseCode} ${reply.balanceMinor ?? ''}` : reply.kind;
    story.tell(box.name, `${errand.inquiry}: ${said}`);
    return reply;
  }

  async #balanceOf({ card, wrongPin }: ServiceErrand): Promise<number | undefined> {
    const reply = await this.inquire({ inquiry: 'balance', card, wrongPin });
    return reply.kind === 'inquiry' ? reply.balanceMinor : undefined;
  }

  async workbench(errand: Extract<Errand, { kind: 'workbench' }>): Promise<void> {
    const record = this.#hands.chosen(errand.which, isSetAside);
    if (!record) return;
    await this.#hands.with((running) =>
      running.terminal.run({ kind: 'operator-sign-on', operatorCode: '2001', passwordMatches: true }),
    );
    const { box, story } = this.#parts;
    await this.#hands.with(async (running) => {
      const offered = benchRulesFor(running.terminal.state, record)
        .map(({ action }) => action)
        .filter((action) => !IN_THE_HOSTS_NAME.includes(action));
      const action = offered[Math.floor(errand.action * offered.length)];
      if (!action) return;
      const reply = await running.terminal.run({
        kind: 'bench-act',
        txnId: record.txnId,
        action,
        note: 'seen to',
        approval: { ...SUPERVISOR, passwordMatches: !errand.wrongPassword },
      });
      const said = `${reply.kind}${'rule' in reply ? ` ${reply.rule}` : ''}`;
      story.tell(box.name, `workbench: ${action} of ${record.txnId}: ${said}`);
    });
  }

  /** Before the day is closed: what could not be delivered, because too much was lost on the way, is sent once more. */
  async sendAgain(): Promise<void> {
    await this.#hands.with(async ({ terminal }) => {
      const setAside = [...terminal.state.live('transactions')].filter(
        ({ state }) => state === 'undeliverable',
      );
      if (setAside.length === 0) return;
      await terminal.run({ kind: 'operator-sign-on', operatorCode: '2001', passwordMatches: true });
      for (const { txnId } of setAside) {
        await terminal.run({ kind: 'bench-act', txnId, action: 'send-again' });
      }
    });
  }

  /** The card of a refused sale is here again, and its holder pays. */
  async collect(errand: Extract<Errand, { kind: 'collect' }>): Promise<void> {
    const claim = this.#hands.chosen(errand.which, (txn) => isSetAside(txn) && txn.collectable === true);
    if (!claim) return;
    const reply = await this.#hands.with(async (running): Promise<Reply> => {
      await running.sync.beforeOnline();
      return this.#collect(running, claim, errand.wrongCard);
    });
    await this.#hands.ended(reply, 'sale');
  }

  async #collect(running: TerminalProcess, claim: Txn, wrongCard: boolean): Promise<Reply> {
    const presented = this.#customers.cardOf(running, claim, wrongCard);
    const ask = { kind: 'collect-claim', txnId: claim.txnId, presented } as const;
    const first = await running.terminal.run(ask);
    if (first.kind !== 'pin-required') return first;
    return running.terminal.run({ ...ask, ...this.#customers.pinOf(running, presented) });
  }
}

/** Nobody here has called the host, so nobody can say what it said. */
const IN_THE_HOSTS_NAME: readonly BenchAction[] = [
  'host-says-stands',
  'host-says-undone',
  'returned-otherwise',
];

const SUPERVISOR: Approval = { operatorCode: '2001', passwordMatches: true };

/** A key pressed twice asks twice before either answer is there. */
async function pressed(twice: boolean, press: () => Promise<void>): Promise<void> {
  await Promise.all(twice ? [press(), press()] : [press()]);
}
