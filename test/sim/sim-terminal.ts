import {
  AgreementPublicKey,
  KeyStore,
  Sealer,
  SecretKey,
  SigningKey,
  VerifyingKey,
} from '../../terminal-core/crypto/index.ts';
import { SimulatedSmartCardReader } from '../../terminal-core/devices/simulators/simulated-smart-card-reader.ts';
import type { TerminalProvisioning } from '../../terminal-core/domain/provisioning.ts';
import { decide } from '../../terminal-core/engine/decide.ts';
import { owed } from '../../terminal-core/engine/owed.ts';
import { parametersOf, terminalOf } from '../../terminal-core/engine/state.ts';
import { openJournal, type SqliteJournal } from '../../terminal-core/journal/index.ts';
import type { Clock, Random } from '../../terminal-core/ports/clock.ts';
import type { Journal } from '../../terminal-core/ports/journal.ts';
import type { TerminalKeys } from '../../terminal-core/ports/terminal-keys.ts';
import { psamProfile } from '../../terminal-core/purse/index.ts';
import { DEMO_PURSE_ISSUER, type SimulatedPsam } from '../../terminal-core/purse/simulator/index.ts';
import type { StickPorts } from '../../terminal-core/runtime/batch-stick.ts';
import { createExchanger, type WireExchanger } from '../../terminal-core/runtime/exchange.ts';
import { forgetCards } from '../../terminal-core/runtime/forget-cards.ts';
import { terminalKeys } from '../../terminal-core/runtime/key-file.ts';
import { PurseDesk } from '../../terminal-core/runtime/purse/purse-desk.ts';
import { createSync, type Sync } from '../../terminal-core/runtime/sync.ts';
import { type Exchanger, Terminal } from '../../terminal-core/runtime/terminal.ts';
import type { Faults } from './faults.ts';
import type { Mutation } from './mutation.ts';
import type { Prng } from './prng.ts';
import { serialHasher } from './purses.ts';
import type { Story } from './story.ts';
import { type Host, VirtualLink, Wire } from './virtual-network.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The power went, or the process was killed. Thrown wherever that can fall; nothing in the product catches it. */
export class Crash extends Error {}

/** One run of the terminal's process. When it dies, everything in it is gone but the journal and the key file. */
export interface TerminalProcess {
  readonly terminal: Terminal;
  readonly sync: Sync;
  readonly link: VirtualLink;
  readonly keys: TerminalKeys;
  readonly journal: Journal;
  /** The reader for chip cards, with this till's PSAM in it. */
  readonly reader: SimulatedSmartCardReader;
  readonly desk: PurseDesk;
  /** Packs and reads messages that travel some other way than over the link. */
  readonly wireExchanger: WireExchanger;
  readonly clock: Clock;
  isAlive: boolean;
  readonly died: Promise<void>;
  readonly endNow: () => void;
}

export interface SimTerminalParts {
  readonly name: string;
  readonly time: VirtualTime;
  readonly faults: Faults;
  readonly prng: Prng;
  readonly story: Story;
  readonly host: Host;
  readonly provisioning: TerminalProvisioning;
  readonly psam: SimulatedPsam;
  readonly mutation: Mutation | undefined;
  /** Pause of the loop that delivers what is owed. */
  readonly syncEveryMs: number;
  readonly onDefect: (error: unknown) => void;
}

export const OPERATORS = [
  ['1001', 'cashier'],
  ['2001', 'supervisor'],
  ['9001', 'engineer'],
] as const;

/** One till: its disk, its clock, its printer and the process that runs on them from time to time. */
export class SimTerminal {
  readonly name: string;
  readonly wire: Wire;
  readonly journal: SqliteJournal;
  clockOffsetMs = 0;
  isDiskFull = false;
  isPrinterBroken = false;
  process: TerminalProcess | undefined;
  #transactions = 0;
  readonly #parts: SimTerminalParts;
  readonly #random: Random;
  readonly #sealer: Sealer;
  /** The key file, as it is on disk. */
  #sealedKeys: Uint8Array;

  constructor(parts: SimTerminalParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.#random = { bytes: (length) => parts.prng.bytes(length) };
    this.#sealer = new Sealer(SecretKey.from(parts.prng.bytes(32)), this.#random);
    this.#sealedKeys = KeyStore.create({ tmk: masterKeyOf(parts.provisioning) }).seal(this.#sealer);
    this.wire = new Wire({ ...parts, prng: parts.prng.fork('wire') });
    const opened = openJournal({
      file: ':memory:',
      seal: (clear, place) => this.#sealer.seal(clear, place),
      unseal: (sealed, place) => {
        const result = this.#sealer.open(sealed, place);
        return result.ok ? result.plaintext : undefined;
      },
      nowMs: () => this.nowMs(),
    });
    if (!opened.ok) throw new Error(opened.error.detail);
    this.journal = opened.journal;
  }

  /** How many transactions its journal holds. */
  get transactions(): number {
    return this.#transactions;
  }

  /** What this terminal takes for now. */
  nowMs(): number {
    return this.#parts.time.nowMs() + this.clockOffsetMs;
  }

  /** Starts the process as `startTerminal` does. @returns false when it could not start, or died on the way. */
  async start(): Promise<boolean> {
    this.stop();
    const running = this.#wireUp();
    this.process = running;
    this.#parts.story.tell(this.name, 'starts');
    try {
      await running.reader.open();
      running.reader.insert('sam', this.#parts.psam);
      await prepare(running, this.#parts.provisioning);
    } catch (error) {
      this.noteFailure(running, error);
      return false;
    }
    void this.#deliverForEver(running);
    return running.isAlive;
  }

  /**
   * With the till closed, does something with a batch on a stick, as `holdfast batch` does: the same journal and keys, and no
   * line. @returns undefined when the power went meanwhile.
   */
  async withStick<T>(work: (ports: StickPorts) => Promise<T>): Promise<T | undefined> {
    const { provisioning } = this.#parts;
    if (!provisioning.batchFile) throw new Error('The host provisions every terminal for batch files');
    this.stop();
    const running = this.#wireUp();
    try {
      await prepare(running, provisioning);
      return await work({
        terminal: running.terminal,
        exchanger: running.wireExchanger,
        keys: {
          signingKey: SigningKey.fromBase64(provisioning.batchFile.signingKey),
          hostKey: AgreementPublicKey.fromBase64(provisioning.batchFile.hostKey),
        },
        clock: running.clock,
        random: this.#random,
      });
    } catch (error) {
      this.noteFailure(running, error);
      return undefined;
    } finally {
      running.endNow();
    }
  }

  /** Ends the process without notice. */
  stop(): void {
    this.process?.endNow();
    this.process = undefined;
  }

  crash(where: string): void {
    if (!this.process) return;
    this.#parts.faults.counts['terminal-crash'] += 1;
    this.#parts.story.tell(this.name, `loses power ${where}`);
    this.stop();
  }

  /** An exception that reached the top: a crash is what it is, anything else is a defect that would end the process. */
  noteFailure(running: TerminalProcess, error: unknown): void {
    if (!(error instanceof Crash)) {
      this.#parts.story.tell(this.name, `fails: ${String(error)}`);
      this.#parts.onDefect(error);
    }
    if (this.process === running) this.stop();
  }

  #wireUp(): TerminalProcess {
    const { faults, host, mutation, prng, provisioning, story, time } = this.#parts;
    const ended = Promise.withResolvers<void>();
    const mayCrash = (where: string): void => {
      if (!running.isAlive) throw new Crash();
      // A settlement happens seldom and has many steps: it is hit more often than its share.
      const most = /settle|batch|erased/.test(where) ? 0.06 : 0.02;
      if (
        prng.fork(`${where} ${time.nowMs()}`).chance(faults.healed ? 0 : faults.mix['terminal-crash'] * most)
      ) {
        this.crash(where);
        throw new Crash();
      }
    };
    const clock: Clock = { nowMs: () => this.nowMs(), sleep: (durationMs) => time.sleep(durationMs) };
    const journal = wrapped(
      this.#fallibleJournal(() => running, mayCrash),
      mutation?.journal,
    );
    const opened = KeyStore.open(this.#sealedKeys, this.#sealer);
    if (!opened.ok) throw new Error(`The key file does not open: ${opened.error}`);
    const { keyStore } = opened;
    const realKeys = terminalKeys({
      keyStore,
      cardHashKey: SecretKey.fromHex(provisioning.cardHashKey),
      issuerKeys: new Map(
        Object.values(provisioning.issuerPublicKeys).map((text) => {
          const key = VerifyingKey.fromBase64(text);
          return [key.keyId, key];
        }),
      ),
      save: () => {
        mayCrash('before the key file is written');
        this.#sealedKeys = keyStore.seal(this.#sealer);
        mayCrash('after the key file is written');
      },
    });
    const keys = wrapped(realKeys, mutation?.keys);
    const link = new VirtualLink({ ...this.#parts, prng }, { wire: this.wire, host });
    const realExchanger = createExchanger({
      link,
      keys,
      log: { sent() {}, received() {}, odd: (what) => story.tell(this.name, what) },
      timeoutMs: () => parametersOf(terminal.state).hostTimeoutMs,
      nextKeySetId: () => `set-${journal.nextSeq()}`,
    });
    const exchanger: Exchanger = mutation?.exchanger
      ? mutation.exchanger(realExchanger, (listener) => link.onStray(listener))
      : realExchanger;
    const reader = new SimulatedSmartCardReader({ deviceId: 'chip-1' });
    const desk = new PurseDesk({
      readers: [reader],
      random: this.#random,
      issuers: [DEMO_PURSE_ISSUER],
      psamProfile: psamProfile.parse({}),
      purseHash: serialHasher(provisioning.cardHashKey),
    });
    const terminal = new Terminal({
      journal,
      clock,
      exchanger,
      cards: { perform: (order) => desk.perform(order) },
      onPoint: mayCrash,
      onFault: (detail) => this.noteFailure(running, new Error(detail)),
      decide: wrapped(decide, mutation?.decide),
    });
    const sync = createSync(terminal, {
      exchanger,
      keys,
      clock,
      random: this.#random,
      onProblem: (what) => story.tell(this.name, what),
    });
    const running: TerminalProcess = {
      terminal,
      sync,
      link,
      keys,
      journal,
      reader,
      desk,
      wireExchanger: realExchanger,
      clock,
      isAlive: true,
      died: ended.promise,
      endNow: () => {
        running.isAlive = false;
        link.kill();
        desk.close();
        ended.resolve();
      },
    };
    return running;
  }

  /** The journal on a disk that can fill up, in a process that can die at it. */
  #fallibleJournal(running: () => TerminalProcess, mayCrash: (where: string) => void): Journal {
    const { journal } = this;
    return {
      append: (entries, changes) => {
        if (!running().isAlive) throw new Crash();
        if (this.isDiskFull) {
          this.#parts.faults.counts['disk-full'] += 1;
          this.#parts.story.tell(
            this.name,
            `disk full: ${entries.map((entry) => entry.kind).join(', ')} not written`,
          );
          return { ok: false, failure: 'disk-full', detail: 'simulated' };
        }
        const result = journal.append(entries, changes);
        this.#transactions += entries.filter((entry) => 'txn' in entry.payload).length;
        for (const { kind, payload } of entries)
          this.#parts.story.tell(this.name, `${kind} ${nameOf(payload)}`);
        return result;
      },
      nextSeq: () => journal.nextSeq(),
      head: () => journal.head(),
      loadLive: () => journal.loadLive(),
      get: (collection, key) => journal.get(collection, key),
      list: (collection, options) => journal.list(collection, options),
      openSecret: (seq) => journal.openSecret(seq),
      sealedSeqs: () => journal.sealedSeqs(),
      eraseSecrets: (seqs) => {
        mayCrash('before card data is erased');
        return this.isDiskFull ? 0 : journal.eraseSecrets(seqs);
      },
      entries: (options) => journal.entries(options),
      close: () => {},
    };
  }

  /** As the loop of the real process: whatever is owed goes out whenever the link is up. */
  async #deliverForEver(running: TerminalProcess): Promise<void> {
    while (running.isAlive) {
      const { isHalted, state } = running.terminal;
      const somethingToDo = owed(state).length > 0 || terminalOf(state).signOnNeeded || isHalted;
      if (running.link.status().state !== 'down' && somethingToDo) {
        await Promise.race([
          running.sync.now().catch((error: unknown) => this.noteFailure(running, error)),
          running.died,
        ]);
      }
      const jitter = this.#parts.prng.fork(`pause ${this.#parts.time.nowMs()}`).fraction();
      await this.#parts.time.sleep(this.#parts.syncEveryMs * (0.5 + jitter));
    }
  }
}

/** What `startTerminal` does before anybody may use the terminal. */
async function prepare(running: TerminalProcess, provisioning: TerminalProvisioning): Promise<void> {
  const { journal, keys, terminal } = running;
  if (!terminal.state.get('terminal', 'terminal')) {
    const { merchantId, merchantNameZh, merchantNameEn, terminalId, currency, tpdu, header } = provisioning;
    const names = { merchantNameZh, merchantNameEn };
    const identity = { merchantId, ...names, terminalId, currency, tpdu, header, utcOffsetMinutes: 480 };
    await terminal.run({ kind: 'provision', identity });
    for (const [operatorCode, role] of OPERATORS) {
      await terminal.run({ kind: 'add-operator', operatorCode, name: role, role, passwordHash: 'unused' });
    }
  }
  const currentKeySetId = keys.currentKeySetId();
  await terminal.run({ kind: 'recover', ...(currentKeySetId === undefined ? {} : { currentKeySetId }) });
  forgetCards(journal, terminal.state);
}

function wrapped<T>(real: T, wrap: ((real: T) => T) | undefined): T {
  return wrap ? wrap(real) : real;
}

function masterKeyOf(provisioning: TerminalProvisioning): SecretKey {
  const [first, second] = provisioning.terminalMasterKeyComponents.map((hex) => Buffer.from(hex, 'hex'));
  return SecretKey.from((first ?? Buffer.alloc(16)).map((byte, index) => byte ^ (second?.[index] ?? 0)));
}

/** Transaction, trace number and sale of an entry, for the story. */
function nameOf(payload: unknown): string {
  const { txn, txnId, stan, rule, responseCode, cause } = payload as Readonly<Record<string, unknown>>;
  const of = txn as { txnId?: string; stan?: string; saleId?: string; amountMinor?: number } | undefined;
  const parts = [
    of?.txnId ?? txnId,
    of?.stan && `stan=${of.stan}`,
    of?.saleId,
    of?.amountMinor,
    stan,
    rule,
    responseCode,
    cause,
  ];
  return parts.filter((part) => part !== undefined).join(' ');
}
