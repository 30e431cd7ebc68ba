import { type ImportResult, importBatchFile } from '../../host-sim/batch-files/import-batch-file.ts';
import { openServices } from '../../host-sim/host-services.ts';
import { answerBytes } from '../../host-sim/server/answer.ts';
import type { HostServices } from '../../host-sim/server/outcome.ts';
import { MessageProcessor } from '../../host-sim/server/processor.ts';
import { readFrame } from '../../host-sim/server/wire.ts';
import { accountingDate, type HostSettings } from '../../host-sim/settings.ts';
import type { Store, StoreTransaction } from '../../host-sim/store/store.ts';
import { SecretKey } from '../../terminal-core/crypto/index.ts';
import type { Faults } from './faults.ts';
import type { Prng } from './prng.ts';
import type { Story } from './story.ts';
import type { Host } from './virtual-network.ts';
import type { VirtualTime } from './virtual-time.ts';

const VAULT_KEY = SecretKey.from(new Uint8Array(32).fill(7));

/** The host process has died; whatever it was doing is gone. */
class HostDied extends Error {}
/** The host's disk did not take it: nothing is booked, and it answers 96. */
class HostDiskError extends Error {}

export interface VirtualHostParts {
  readonly time: VirtualTime;
  readonly faults: Faults;
  readonly prng: Prng;
  readonly story: Story;
  readonly store: Store;
  readonly settings: HostSettings;
  readonly seed: number;
  /** What happens when something is thrown that no rule throws: a defect of the host. */
  readonly onDefect: (error: unknown) => void;
  /** Called when the host goes away or comes back. */
  readonly onConnection: () => void;
}

/** The real message processor and ledger, in a process that can die between any two steps; the store outlives it. */
export class VirtualHost implements Host {
  readonly #parts: VirtualHostParts;
  #process:
    | { readonly services: HostServices; readonly processor: MessageProcessor; readonly life: Life }
    | undefined;

  constructor(parts: VirtualHostParts) {
    this.#parts = parts;
  }

  get isUp(): boolean {
    return this.#process !== undefined;
  }

  /** @throws Error while the host is down. */
  get services(): HostServices {
    if (!this.#process) throw new Error('The host is down');
    return this.#process.services;
  }

  async start(): Promise<void> {
    if (this.#process) return;
    const { seed, settings, store, time } = this.#parts;
    const life = new Life();
    const services = await openServices({ store, settings, vaultKey: VAULT_KEY, seed, nowMs: time.nowMs() });
    const processor = new MessageProcessor({ store: this.#mortal(store, life), services, clock: time });
    this.#process = { services, processor, life };
    this.#parts.onConnection();
  }

  /** Dies, and comes back by itself after a while. */
  crash(downMs: number, why: string): void {
    if (!this.#process) return;
    this.#process.life.isOver = true;
    this.#process = undefined;
    this.#parts.faults.counts['host-crash'] += 1;
    this.#parts.story.tell('host', `dies ${why}`);
    this.#parts.onConnection();
    this.#parts.time.after(downMs, () => {
      this.#parts.story.tell('host', 'starts again');
      void this.start();
    });
  }

  async receive(frame: Uint8Array): Promise<Uint8Array | undefined> {
    const { faults, time } = this.#parts;
    const running = this.#process;
    if (!running) return undefined;
    const read = readFrame(frame);
    if (read.kind !== 'request') {
      this.#parts.onDefect(new Error(`The host cannot read what a terminal sent: ${read.error}`));
      return undefined;
    }
    const { amountMinor, mti } = read.request;
    const prng = this.#parts.prng.fork(`${mti} ${amountMinor} ${time.nowMs()}`);
    if (faults.strikes('slow-host', prng, 0.2)) await time.sleep(prng.int(2_000, 40_000));
    if (running.life.isOver) return undefined;
    const unbalancedSettlement = read.request.mti === '0500' && faults.strikes('forced-upload', prng, 0.6);
    try {
      return await running.processor.answer(read.request, { unbalancedSettlement });
    } catch (error) {
      if (error instanceof HostDied) return undefined;
      if (!(error instanceof HostDiskError)) this.#parts.onDefect(error);
      // As the real server does: nothing of it was booked.
      const nowMs = time.nowMs();
      const { settings } = this.#parts;
      return answerBytes({
        request: read.request,
        nowMs,
        accountingDate: accountingDate(nowMs, settings),
        settings,
        code: '96',
      });
    }
  }

  /** A batch file that somebody brings. @returns undefined when it was not taken to the end: it can be brought again. */
  async takeFile(text: string): Promise<ImportResult | undefined> {
    const { store, time } = this.#parts;
    const running = this.#process;
    if (!running) return undefined;
    const { life, services } = running;
    try {
      const result = await importBatchFile({ store: this.#mortal(store, life), services, clock: time }, text);
      if (result.kind === 'refused')
        this.#parts.onDefect(new Error(`A till's own file is refused: ${result.message}`));
      return result;
    } catch (error) {
      if (!(error instanceof HostDied || error instanceof HostDiskError)) this.#parts.onDefect(error);
      return undefined;
    }
  }

  /** The store as a process sees it that may die just before or just after a commit. */
  #mortal(store: Store, life: Life): Store {
    const { faults, time } = this.#parts;
    return {
      transaction: async <T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> => {
        const prng = this.#parts.prng.fork(`transaction ${time.nowMs()}`);
        const fails = faults.strikes('host-error', prng, 0.08);
        const fate = prng.fraction();
        const dies = !faults.healed && fate < faults.mix['host-crash'] * 0.03;
        const beforeCommit = fate < faults.mix['host-crash'] * 0.015;
        const downMs = prng.int(5_000, 600_000);
        const result = await store.transaction(async (tx) => {
          if (life.isOver) throw new HostDied();
          if (fails) throw new HostDiskError();
          const done = await work(tx);
          if (dies && beforeCommit) {
            this.crash(downMs, 'before its commit');
            throw new HostDied();
          }
          return done;
        });
        if (dies) this.crash(downMs, 'between booking and answering');
        if (life.isOver) throw new HostDied();
        return result;
      },
      close: () => store.close(),
    };
  }
}

/** Whether a process is still running; everything that it started looks here. */
class Life {
  isOver = false;
}
