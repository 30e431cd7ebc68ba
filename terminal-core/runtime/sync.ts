import { salesToUndo } from '../engine/flows/cancel-sale.ts';
import { isClosedAtHost } from '../engine/flows/settlement.ts';
import { unprintedToUndo } from '../engine/flows/unprinted.ts';
import type { Reply } from '../engine/inputs.ts';
import { echoMessage } from '../engine/messages.ts';
import { type OwedKind, owed, owedFor } from '../engine/owed.ts';
import { type DeliveryFault, type StateView, terminalOf } from '../engine/state.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { TerminalKeys } from '../ports/terminal-keys.ts';
import { downloadAll } from './download.ts';
import { NotSettled } from './not-settled.ts';
import { Suspects } from './suspects.ts';
import type { Exchanger, Terminal } from './terminal.ts';
import { undoTenders } from './undo-tenders.ts';

/** Advices under way at once: half of what the link carries, so that sales and reversals find room beside an upload. */
export const UPLOAD_WINDOW = 32;
/** How many at a time of those that did not get through when the line was cut. */
const SUSPECTS_WINDOW = 8;
/** First and longest pause between tries while something is owed and the host does not take it. */
const RETRY_FIRST_MS = 2_000;
const RETRY_LONGEST_MS = 60_000;

/** The key sets that something may still have to be sent or checked under. */
function keySetsInUse(state: StateView): string[] {
  const used = [...state.live('transactions')].flatMap((txn) => txn.keySetId ?? []);
  return [...used, terminalOf(state).keySetId ?? ''];
}

export interface SyncReport {
  readonly delivered: number;
  readonly rejected: number;
  /** What is still owed. */
  readonly left: number;
}

/** How far an upload is. */
export interface UploadProgress {
  readonly step: 'reversals' | 'refunds' | 'advices';
  readonly done: number;
  readonly total: number;
}

export interface Sync {
  /** Signs on where that is needed and sends all that is owed, reversals first. Two callers share one run. */
  now(): Promise<SyncReport>;
  /** Undefined while nothing is being delivered. */
  progress(): UploadProgress | undefined;
  /** Called when a step begins or ends; in between every record delivered is a change of the terminal. */
  onProgress(listener: () => void): () => void;
  /** Signs on where needed and delivers the reversals: what must go before an online transaction. */
  beforeOnline(): Promise<void>;
  signOn(): Promise<Reply>;
  /** Goes on by itself, whenever the link is up and something is owed, until it is stopped. */
  start(): void;
  stop(): void;
}

export function createSync(
  terminal: Terminal,
  ports: {
    readonly exchanger: Exchanger;
    readonly keys: TerminalKeys;
    readonly clock: Clock;
    readonly random: Random;
    readonly onProblem: (what: string) => void;
    /** Instead of UPLOAD_WINDOW; 1 sends one advice at a time. */
    readonly uploadWindow?: number;
  },
): Sync {
  const { exchanger, keys, clock } = ports;
  let running: Promise<SyncReport> | undefined;
  let signingOn: Promise<Reply> | undefined;
  let reversing: Promise<boolean> | undefined;
  let stopped = true;
  let current: { readonly step: UploadProgress['step']; readonly txnIds: readonly string[] } | undefined;
  const listeners = new Set<() => void>();
  const suspects = new Suspects();
  const notSettled = new NotSettled();

  const linkUp = (): boolean => exchanger.linkStatus().state !== 'down';
  const stateOf = (txnId: string): string | undefined => terminal.state.get('transactions', txnId)?.state;

  function signOn(): Promise<Reply> {
    signingOn ??= (async () => {
      const reply = await terminal.run({ kind: 'terminal-sign-on' });
      if (reply.kind !== 'done') return reply;
      keys.forgetKeySetsExcept(keySetsInUse(terminal.state));
      const downloaded = await downloadAll(terminal, { exchanger, keys });
      if (!downloaded.ok) ports.onProblem(downloaded.why);
      return reply;
    })().finally(() => {
      signingOn = undefined;
    });
    return signingOn;
  }

  async function ready(): Promise<boolean> {
    if (!linkUp()) return false;
    if (terminalOf(terminal.state).signOnNeeded) await signOn();
    return linkUp() && !terminalOf(terminal.state).signOnNeeded;
  }

  type Delivered =
    | { readonly kind: 'settled' | 'set-aside' }
    | { readonly kind: 'owed'; readonly fault?: DeliveryFault };

  async function deliver(txnId: string): Promise<Delivered> {
    try {
      const delivered = await tryToDeliver(txnId);
      if (delivered.kind === 'settled') notSettled.settled(txnId);
      return delivered;
    } catch (error) {
      // One record that cannot be made (its sealed card data is damaged, say) must not stop the others or the till.
      ports.onProblem(`${txnId} cannot be delivered: ${String(error)}`);
      return { kind: 'owed', fault: 'cannot-be-made' };
    }
  }

  async function tryToDeliver(txnId: string): Promise<Delivered> {
    let reply = await terminal.run({ kind: 'deliver', txnId });
    const isKeyRefused =
      reply.kind === 'still-owed' && (reply.hostSaid !== undefined || reply.fault === 'cannot-be-made');
    if (isKeyRefused && (await ready())) {
      // The key set it was first made under is no longer taken, or no longer held: once more, under the current one.
      const { keySetId } = terminalOf(terminal.state);
      if (keySetId !== undefined)
        reply = await terminal.run({ kind: 'deliver', txnId, macKeySetId: keySetId });
    }
    if (reply.kind !== 'still-owed')
      return reply.kind === 'transaction' ? { kind: 'settled' } : { kind: 'owed' };
    const { fault, hostSaid } = reply;
    if (hostSaid !== undefined) ports.onProblem(`${txnId} is still owed: the host said ${hostSaid}`);
    if (fault === 'not-settled') {
      const counts = notSettled.counts(txnId, hostSaid, clock.nowMs());
      return counts && (await isSetAside(txnId, fault)) ? { kind: 'set-aside' } : { kind: 'owed', fault };
    }
    return { kind: 'owed', ...(fault === undefined ? {} : { fault }) };
  }

  /** Counts a failure. @returns whether it was the last one. */
  async function isSetAside(txnId: string, fault: DeliveryFault): Promise<boolean> {
    const counted = await terminal.run({ kind: 'delivery-failed', txnId, fault });
    if (counted.kind !== 'transaction') return false;
    ports.onProblem(`${txnId} is set aside: ${fault}`);
    return true;
  }

  /**
   * Without more ado where the record is at fault by itself.
   * @returns whether the next may go: the record is off the list, or the host has answered it.
   */
  async function deliverOrCount(txnId: string): Promise<boolean> {
    const delivered = await deliver(txnId);
    if (delivered.kind !== 'owed' || delivered.fault === 'not-settled') return true;
    return delivered.fault === 'cannot-be-made' && (await isSetAside(txnId, delivered.fault));
  }

  /**
   * A sale that waits for the reversals and the background share one run of them. One that the host answers without settling
   * it goes on being owed, and holds up none of what is behind it.
   */
  function deliverReversals(): Promise<boolean> {
    reversing ??= (async () => {
      const waiting = owedOf('reversal');
      return await inStep('reversals', waiting, async () => {
        for (const txnId of waiting) if (!(await deliverOrCount(txnId))) return false;
        return true;
      });
    })().finally(() => {
      reversing = undefined;
    });
    return reversing;
  }

  /** Sales whose cancelling or undoing goes on by itself. */
  function undosLeft(): number {
    return salesToUndo(terminal.state).length + unprintedToUndo(terminal.state).length;
  }

  /** @param which `due` leaves out what failed a short while ago. */
  async function run(which: 'all' | 'due'): Promise<SyncReport> {
    // What a full disk left open may be owed, too.
    terminal.resume();
    const first = owed(terminal.state).map((item) => item.txnId);
    // In a batch that the host has closed it takes nothing but reversals: the rest goes when that is settled.
    if ((await ready()) && (await deliverReversals()) && !isClosedAtHost(terminal.state)) {
      const refunds = [...owedOf('refund-repeat'), ...owedOf('load-repeat'), ...owedOf('load-confirm')];
      await inStep('refunds', refunds, async () => {
        for (const txnId of refunds) await deliverOrCount(txnId);
      });
      const advices = owedOf('advice').filter(
        (txnId) => which === 'all' || suspects.isDue(txnId, clock.nowMs()),
      );
      await inStep('advices', advices, () => deliverAdvices(advices));
      for (const { saleId } of salesToUndo(terminal.state)) await undoTenders(terminal, saleId);
      for (const { txnId } of unprintedToUndo(terminal.state))
        await terminal.run({ kind: 'undo-unprinted', txnId });
    }
    const states = first.map(stateOf);
    const left = owed(terminal.state).length + undosLeft();
    const rejected = states.filter((state) => state === 'rejected').length;
    return { delivered: Math.max(0, first.length - left - rejected), rejected, left };
  }

  /** Several at a time; one that the host refuses is set aside by the engine and holds up nobody. */
  async function deliverAdvices(txnIds: readonly string[]): Promise<void> {
    const window = ports.uploadWindow ?? UPLOAD_WINDOW;
    await deliverTogether(
      txnIds.filter((txnId) => !suspects.has(txnId)),
      { window, among: 'many' },
    );
    const many = txnIds.filter((txnId) => suspects.isOneOfMany(txnId));
    if (many.length > SUSPECTS_WINDOW)
      await deliverTogether(many, { window: Math.min(window, SUSPECTS_WINDOW), among: 'few' });
    for (const txnId of txnIds) {
      if (suspects.has(txnId) && linkUp()) await tryAlone(txnId);
    }
  }

  async function deliverTogether(
    txnIds: readonly string[],
    how: { readonly window: number; readonly among: 'many' | 'few' },
  ): Promise<void> {
    const waiting = [...txnIds];
    const worker = async (): Promise<void> => {
      for (let txnId = waiting.shift(); txnId !== undefined && linkUp(); txnId = waiting.shift()) {
        const delivered = await deliver(txnId);
        const isDone = delivered.kind !== 'owed' || delivered.fault === 'not-settled';
        if (isDone) suspects.clear(txnId);
        else if (delivered.fault !== undefined) suspects.add(txnId, how.among);
      }
    };
    await Promise.all(Array.from({ length: how.window }, worker));
  }

  /**
   * A failure counts against a record only when the host answered something else right before and right after it: a line
   * that is merely bad gives up nothing.
   */
  async function tryAlone(txnId: string): Promise<void> {
    if (!(await hostAnswers())) return;
    const fault = suspects.takeFault(txnId);
    if (fault !== undefined) {
      if (await isSetAside(txnId, fault)) {
        suspects.clear(txnId);
        return;
      }
    }
    const delivered = await deliver(txnId);
    if (delivered.kind !== 'owed' || delivered.fault === 'not-settled') suspects.clear(txnId);
    else suspects.failedAlone(txnId, delivered.fault, clock.nowMs());
  }

  async function hostAnswers(): Promise<boolean> {
    const [stan] = terminal.takeStans('echo', 1);
    if (stan === undefined) return false;
    const message = echoMessage(terminalOf(terminal.state), stan);
    const outcome = await exchanger.perform({ purpose: { kind: 'download' }, message });
    return outcome.kind === 'answered';
  }

  function owedOf(kind: OwedKind): string[] {
    return owed(terminal.state).flatMap((item) => (item.kind === kind ? [item.txnId] : []));
  }

  /** Lets the till show how far an upload is. */
  async function inStep<T>(
    step: UploadProgress['step'],
    txnIds: readonly string[],
    work: () => Promise<T>,
  ): Promise<T> {
    if (txnIds.length === 0) return work();
    const mine = { step, txnIds };
    current = mine;
    tell();
    try {
      return await work();
    } finally {
      if (current === mine) current = undefined;
      tell();
    }
  }

  function tell(): void {
    for (const listener of listeners) listener();
  }

  function now(which: 'all' | 'due'): Promise<SyncReport> {
    running ??= run(which).finally(() => {
      running = undefined;
    });
    return running;
  }

  async function loop(): Promise<void> {
    let pauseMs = RETRY_FIRST_MS;
    while (!stopped) {
      const due = (): number =>
        owed(terminal.state).filter(({ txnId }) => suspects.isDue(txnId, clock.nowMs())).length + undosLeft();
      const somethingToDo = due() > 0 || terminalOf(terminal.state).signOnNeeded || terminal.isHalted;
      if (somethingToDo && linkUp()) {
        await now('due').catch((error: unknown) => {
          ports.onProblem(`the upload was cut short: ${String(error)}`);
        });
        // A record that waits for its own next try does not put off the others.
        const left = due();
        const jitter = (ports.random.bytes(1)[0] ?? 0) / 255;
        pauseMs = left === 0 ? RETRY_FIRST_MS : Math.min(pauseMs * (1.5 + jitter), RETRY_LONGEST_MS);
      } else {
        pauseMs = RETRY_FIRST_MS;
      }
      await clock.sleep(pauseMs);
    }
  }

  return {
    now: () => now('all'),
    progress() {
      if (!current) return undefined;
      const isOwed = (txnId: string): boolean => {
        const txn = terminal.state.get('transactions', txnId);
        return txn !== undefined && owedFor(txn) !== undefined;
      };
      const { step, txnIds } = current;
      return { step, done: txnIds.filter((txnId) => !isOwed(txnId)).length, total: txnIds.length };
    },
    onProgress(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    signOn,
    async beforeOnline() {
      if (await ready()) await deliverReversals();
    },
    start() {
      if (!stopped) return;
      stopped = false;
      void loop();
    },
    stop() {
      stopped = true;
    },
  };
}
