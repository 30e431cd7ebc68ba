import type { Reply } from '../engine/inputs.ts';
import { owed } from '../engine/owed.ts';
import { type StateView, terminalOf } from '../engine/state.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { TerminalKeys } from '../ports/terminal-keys.ts';
import { downloadAll } from './download.ts';
import type { Exchanger, Terminal } from './terminal.ts';

/** Advices under way at once: half of what the link carries, so that sales and reversals find room beside an upload. */
export const UPLOAD_WINDOW = 32;
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

export interface Sync {
  /** Signs on where that is needed and sends all that is owed, reversals first. Two callers share one run. */
  now(): Promise<SyncReport>;
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

  /** @returns false when the host did not take it: what waits behind a reversal waits with it. */
  async function deliver(txnId: string): Promise<boolean> {
    try {
      return await tryToDeliver(txnId);
    } catch (error) {
      // One record that cannot be made (its sealed card data is damaged, say) must not stop the others or the till.
      ports.onProblem(`${txnId} cannot be delivered: ${String(error)}`);
      return false;
    }
  }

  async function tryToDeliver(txnId: string): Promise<boolean> {
    let reply = await terminal.run({ kind: 'deliver', txnId });
    if (reply.kind === 'still-owed' && reply.hostSaid !== undefined && (await ready())) {
      // The host no longer takes the key set it was first made under: once more, under the current one.
      const { keySetId } = terminalOf(terminal.state);
      if (keySetId !== undefined)
        reply = await terminal.run({ kind: 'deliver', txnId, macKeySetId: keySetId });
    }
    if (reply.kind === 'still-owed' && reply.hostSaid !== undefined) {
      ports.onProblem(`${txnId} is still owed: the host said ${reply.hostSaid}`);
    }
    return reply.kind === 'transaction';
  }

  /** A sale that waits for the reversals and the background share one run of them. */
  function deliverReversals(): Promise<boolean> {
    reversing ??= (async () => {
      for (const item of owed(terminal.state)) {
        if (item.kind === 'reversal' && !(await deliver(item.txnId))) return false;
      }
      return true;
    })().finally(() => {
      reversing = undefined;
    });
    return reversing;
  }

  async function run(): Promise<SyncReport> {
    // What a full disk left open may be owed, too.
    terminal.resume();
    const first = owed(terminal.state).map((item) => item.txnId);
    if (await ready()) {
      if (await deliverReversals()) {
        for (const item of owed(terminal.state)) if (item.kind === 'refund-repeat') await deliver(item.txnId);
        await deliverAdvices();
      }
    }
    const states = first.map(stateOf);
    const left = owed(terminal.state).length;
    const rejected = states.filter((state) => state === 'rejected').length;
    return { delivered: Math.max(0, first.length - left - rejected), rejected, left };
  }

  /** Several at a time; one that the host refuses is set aside by the engine and holds up nobody. */
  async function deliverAdvices(): Promise<void> {
    const waiting = owed(terminal.state).filter((item) => item.kind === 'advice');
    const worker = async (): Promise<void> => {
      for (let item = waiting.shift(); item && linkUp(); item = waiting.shift()) await deliver(item.txnId);
    };
    await Promise.all(Array.from({ length: ports.uploadWindow ?? UPLOAD_WINDOW }, worker));
  }

  function now(): Promise<SyncReport> {
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function loop(): Promise<void> {
    let pauseMs = RETRY_FIRST_MS;
    while (!stopped) {
      const somethingToDo =
        owed(terminal.state).length > 0 || terminalOf(terminal.state).signOnNeeded || terminal.isHalted;
      if (somethingToDo && linkUp()) {
        const left = await now().then(
          (report) => report.left,
          (error) => {
            ports.onProblem(`the upload was cut short: ${String(error)}`);
            return owed(terminal.state).length;
          },
        );
        const jitter = (ports.random.bytes(1)[0] ?? 0) / 255;
        pauseMs = left === 0 ? RETRY_FIRST_MS : Math.min(pauseMs * (1.5 + jitter), RETRY_LONGEST_MS);
      } else {
        pauseMs = RETRY_FIRST_MS;
      }
      await clock.sleep(pauseMs);
    }
  }

  return {
    now,
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
