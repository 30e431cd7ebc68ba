import type { Stan } from '../domain/identifiers.ts';
import { decide } from '../engine/decide.ts';
import { type CardSecret, type EngineEvent, type EventKind, toEntry } from '../engine/events.ts';
import { evolve } from '../engine/evolve.ts';
import type { Exchange, ExchangeOutcome } from '../engine/exchange.ts';
import type { Context, Decision, Input, Reply } from '../engine/inputs.ts';
import { DraftState, MemoryState } from '../engine/memory-state.ts';
import type { CardCommand, CardOrder, CardOutcome } from '../engine/purse/card.ts';
import { refusal } from '../engine/refusals.ts';
import type { StateView } from '../engine/state.ts';
import type { Clock } from '../ports/clock.ts';
import type { LinkStatus } from '../ports/host-link.ts';
import type { Change, Journal } from '../ports/journal.ts';

/** How an exchange is carried out: packing, MAC, the wire, unpacking. */
export interface Exchanger {
  perform(exchange: Exchange): Promise<ExchangeOutcome>;
  linkStatus(): LinkStatus;
}

/** How a command to a card or to the PSAM is carried out. Never rejects. */
export interface CardPerformer {
  perform(order: CardOrder): Promise<CardOutcome>;
}

/** Where a crash could fall: named, so that tests can let it fall there and a trace can show it. */
export type StepPoint =
  | `${'before' | 'after'}-commit ${EventKind}`
  | `${'before' | 'after'}-send ${PurposeKind}`
  | `${'before' | 'after'}-card ${CardCommand['kind']}`;
type PurposeKind = Exchange['purpose']['kind'];
export type SettlementStep = Extract<Exchange['purpose'], { readonly kind: 'settlement' | 'batch-upload' }>;

/**
 * Carries out what the engine decides: events into the journal, then memory, then the next step. It decides nothing
 * itself. Steps are synchronous, so no two of them can ever interleave; between them, several exchanges may be under way.
 */
export class Terminal {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #exchanger: Exchanger;
  readonly #cards: CardPerformer;
  readonly #hasPrinter: boolean;
  readonly #state: MemoryState;
  readonly #decide: typeof decide;
  readonly #onPoint: (point: StepPoint) => void;
  readonly #onFault: (detail: string) => void;
  readonly #listeners = new Set<() => void>();
  /** Marks of printed receipts that are in memory and go to disk with the next step. */
  #held: { readonly events: readonly EngineEvent[]; readonly changes: readonly Change[] } = NOTHING_HELD;
  #settlementStep: SettlementStep | undefined;
  /** Set when an outcome could not be journalled: what memory knows and what is on disk would differ. */
  #halted = false;
  /**
   * Set when this program cannot take over what was answered, which is a defect of it. Whatever it would decide after that
   * could be wrong, so it decides nothing more; the next start finds in the journal what was left open.
   */
  #stopped = false;

  constructor(ports: {
    readonly journal: Journal;
    readonly clock: Clock;
    readonly exchanger: Exchanger;
    /** Absent where there is no reader for chip cards. */
    readonly cards?: CardPerformer;
    /** Whether this till prints receipts; absent: no. */
    readonly hasPrinter?: boolean;
    readonly onPoint?: (point: StepPoint) => void;
    /** Told what stopped the terminal, or kept it from telling a screen. */
    readonly onFault?: (detail: string) => void;
    /** The engine, unless a test plants a defect in it to see whether its checks find that. */
    readonly decide?: typeof decide;
  }) {
    this.#journal = ports.journal;
    this.#clock = ports.clock;
    this.#exchanger = ports.exchanger;
    this.#cards = ports.cards ?? NO_READER;
    this.#hasPrinter = ports.hasPrinter ?? false;
    this.#onPoint = ports.onPoint ?? (() => {});
    this.#onFault = ports.onFault ?? (() => {});
    this.#decide = ports.decide ?? decide;
    this.#state = new MemoryState((collection, key) => this.#journal.get(collection, key)?.doc);
    this.#state.apply(this.#journal.loadLive());
  }

  get state(): StateView {
    return this.#state;
  }

  /** Called after every durable step. @returns the way to stop listening. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Decides an input and everything that follows from it, exchange by exchange, until there is something to say. */
  async run(input: Input): Promise<Reply> {
    let step = this.#step(input);
    while (step.kind !== 'reply') {
      if (step.kind === 'card') {
        this.#onPoint(`before-card ${step.order.command.kind}`);
        step = await this.#ask(step.order);
      } else {
        this.#onPoint(`before-send ${step.exchange.purpose.kind}`);
        step = await this.#exchange(step.exchange);
      }
    }
    return step.reply;
  }

  /**
   * Notes that a receipt came out of the printer. The mark is durable with the next step or `writeHeld`: a flush of its own
   * would cost as much as the sale, and what a crash in between takes is no more than one between paper and mark always
   * could. The next print then says original once more.
   */
  async markPrinted(txnId: string, copy: boolean): Promise<void> {
    const event: EngineEvent = { kind: 'receipt-printed', txnId, copy };
    let changes: readonly Change[];
    try {
      changes = evolve(this.#state, { seq: this.#journal.nextSeq(), atMs: this.#clock.nowMs(), event });
    } catch (error) {
      // The sale stands and its receipt is out: whoever prints has nothing to do about it.
      this.#stop(error);
      return;
    }
    // What is not kept in memory would be read from the journal without its mark.
    if (changes.some((change) => !change.live)) {
      await this.run(event);
      return;
    }
    this.#held = { events: [...this.#held.events, event], changes: [...this.#held.changes, ...changes] };
    this.#state.apply(changes);
    this.#tell();
  }

  /** Writes the marks that still wait; call it before the journal is closed. What the disk does not take goes on waiting. */
  writeHeld(): void {
    if (this.#held !== NOTHING_HELD) this.#commit(this.#evolved([]));
  }

  /** A screen that cannot be told what has happened keeps nothing of it from going on. */
  #tell(): void {
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        this.#onFault(`a listener failed: ${String(error)}`);
      }
    }
  }

  /** Whatever goes wrong once a message may be out is an unknown outcome, not an exception that nobody decides. */
  async #exchange(exchange: Exchange): Promise<Decision['next']> {
    const { purpose } = exchange;
    if (purpose.kind === 'settlement' || purpose.kind === 'batch-upload') this.#tellStep(purpose);
    let outcome: ExchangeOutcome;
    try {
      outcome = await this.#exchanger.perform(exchange);
    } catch (error) {
      outcome = { kind: 'unreadable', detail: String(error) };
    }
    if (this.#settlementStep === purpose) this.#settlementStep = undefined;
    this.#onPoint(`after-send ${exchange.purpose.kind}`);
    return this.#step({ kind: 'exchange-ended', exchange, outcome });
  }

  /** As with a message: once a command may have reached the card, whatever goes wrong is a card that did not answer. */
  async #ask(order: CardOrder): Promise<Decision['next']> {
    let outcome: CardOutcome;
    try {
      outcome = await this.#cards.perform(order);
    } catch (error) {
      outcome = { kind: 'no-answer', detail: String(error) };
    }
    this.#onPoint(`after-card ${order.command.kind}`);
    return this.#step({ kind: 'card-ended', order, outcome });
  }

  /** The message of a settlement that is under way; undefined when none is. */
  get settlementStep(): SettlementStep | undefined {
    return this.#settlementStep;
  }

  #tellStep(step: SettlementStep): void {
    this.#settlementStep = step;
    this.#tell();
  }

  /** An answer that no rule can cope with is one that cannot be read. */
  #decided(input: Input): Decision {
    try {
      return this.#decide(this.#state, input, this.#context());
    } catch (error) {
      if (input.kind === 'exchange-ended' && input.outcome.kind === 'answered') {
        const outcome: ExchangeOutcome = { kind: 'unreadable', detail: String(error) };
        return this.#decide(this.#state, { ...input, outcome }, this.#context());
      }
      if (input.kind === 'card-ended' && input.outcome.kind === 'done') {
        const outcome: CardOutcome = { kind: 'no-answer', detail: String(error) };
        return this.#decide(this.#state, { ...input, outcome }, this.#context());
      }
      throw error;
    }
  }

  /** Trace numbers for messages that are no transactions, durable at once; none when the journal cannot be written. */
  takeStans(message: string, count: number): readonly Stan[] {
    const step = this.#step({ kind: 'take-stans', message, count });
    return step.kind === 'reply' && step.reply.kind === 'stans' ? step.reply.stans : [];
  }

  /** What would go out now for a transaction that is owed; nothing does, and nothing is journalled. */
  owedExchange(txnId: string): Exchange | undefined {
    const { next } = this.#decided({ kind: 'deliver', txnId });
    return next.kind === 'send' ? next.exchange : undefined;
  }

  #step(input: Input): Decision['next'] {
    if (!this.resume()) return this.#refused();
    const decided = this.#prepared(input);
    if (decided && this.#write(decided.step)) return decided.next;
    // A start that could not write what it decided has decided nothing yet.
    if (input.kind === 'recover') this.#halted = true;
    const purpose = purposeOf(input);
    if (!purpose) return this.#refused();
    // The host may have booked it, or the card done it, and the journal cannot say so. It still holds that it was asked: the
    // next start owes a reversal or is in doubt, and so is this process as soon as it can write again.
    this.#halted = true;
    return 'txnId' in purpose
      ? { kind: 'reply', reply: { kind: 'transaction', txnId: purpose.txnId } }
      : this.#refused();
  }

  #refused(): Decision['next'] {
    return {
      kind: 'reply',
      reply: refusal(this.#stopped ? 'terminal-stopped' : 'journal-cannot-write'),
    };
  }

  /** Something is left open because the journal could not be written, or the terminal has stopped: nothing else is done. */
  get isHalted(): boolean {
    return this.#halted || this.#stopped;
  }

  /**
   * The disk may have room again: what was left open by the failure is decided as a start would.
   * @returns whether the terminal can go on; true at once when nothing is left open.
   */
  resume(): boolean {
    if (this.#stopped) return false;
    if (!this.#halted) return true;
    const decided = this.#prepared({ kind: 'recover' });
    if (!decided || !this.#write(decided.step)) return false;
    this.#halted = false;
    return true;
  }

  /**
   * What follows from an input, checked against the state before any of it reaches the journal. An answer that this program
   * cannot take over stops it; a command that it cannot has changed nothing, and its error goes to whoever gave it.
   * @returns undefined when the terminal has stopped.
   */
  #prepared(input: Input): { readonly next: Decision['next']; readonly step?: Step } | undefined {
    try {
      const { events, next } = this.#decided(input);
      return { next, ...(events.length === 0 ? {} : { step: this.#evolved(events) }) };
    } catch (error) {
      if (purposeOf(input) === undefined && input.kind !== 'recover') throw error;
      this.#stop(error);
      return undefined;
    }
  }

  #stop(error: unknown): void {
    this.#stopped = true;
    this.#onFault(String(error));
    this.#tell();
  }

  #evolved(events: readonly EngineEvent[]): Step {
    const atMs = this.#clock.nowMs();
    const draft = new DraftState(this.#state);
    // Memory knows them already; in front of what is new, both reach the disk in the order in which they happened.
    draft.changes.push(...this.#held.changes);
    let seq = this.#journal.nextSeq() + this.#held.events.length;
    for (const event of events) {
      draft.changes.push(...evolve(draft, { seq, atMs, event }));
      seq += 1;
    }
    return { atMs, events: [...this.#held.events, ...events], changes: draft.changes };
  }

  /** Where nothing is new, marks that wait go on waiting. */
  #write(step: Step | undefined): boolean {
    return step === undefined || this.#commit(step);
  }

  /** One durable step: all events and what they change, or nothing. */
  #commit(step: Step): boolean {
    const { atMs, events } = step;
    const changes = latestOfEach(step.changes);
    const last = events.at(-1);
    if (last) this.#onPoint(`before-commit ${last.kind}`);
    const result = this.#journal.append(
      events.map((event) => toEntry(event, atMs)),
      changes,
    );
    if (!result.ok) return false;
    this.#held = NOTHING_HELD;
    this.#state.apply(changes);
    if (last) this.#onPoint(`after-commit ${last.kind}`);
    this.#tell();
    return true;
  }

  #context(): Context {
    return {
      nowMs: this.#clock.nowMs(),
      linkUp: this.#exchanger.linkStatus().state !== 'down',
      hasPrinter: this.#hasPrinter,
      journalHead: this.#journal.head(),
      // The journal gives back what toEntry put in.
      openSecret: (seq) => this.#journal.openSecret(seq) as CardSecret | undefined,
    };
  }
}

/** Events and what they change, which the state can take. */
interface Step {
  readonly atMs: number;
  readonly events: readonly EngineEvent[];
  readonly changes: readonly Change[];
}

const NOTHING_HELD = { events: [], changes: [] };

const NO_READER: CardPerformer = {
  perform: async () => ({ kind: 'no-answer', detail: 'There is no reader for chip cards' }),
};

/** What was asked of the host or a card. Before a card was asked for money there is nothing to be left open. */
function purposeOf(input: Input): Exchange['purpose'] | CardOrder['purpose'] | undefined {
  if (input.kind === 'exchange-ended') return input.exchange.purpose;
  if (input.kind === 'card-ended' && 'txnId' in input.order.purpose) return input.order.purpose;
  return undefined;
}

function latestOfEach(changes: readonly Change[]): Change[] {
  const latest = new Map<string, Change>();
  for (const change of changes) latest.set(`${change.collection}\n${change.key}`, change);
  return [...latest.values()];
}
