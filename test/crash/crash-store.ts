import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ChaosProxy, startChaosProxy } from '../../app/cli/day/chaos-proxy.ts';
import { DEMO_PURSE_MINOR } from '../../app/cli/day/simulated-devices.ts';
import { PROCESS_FILE, TerminalDriver } from '../../app/cli/day/terminal-driver.ts';
import type { StartRequest } from '../../app/cli/day/terminal-process.ts';
import { closeBatch } from '../../host-sim/batches/batches.ts';
import { hostTotals } from '../../host-sim/batches/totals.ts';
import { type RunningHost, startHost } from '../../host-sim/index.ts';
import { balanceOf, cardAccount } from '../../host-sim/ledger/accounts.ts';
import { audit } from '../../host-sim/ledger/audit.ts';
import { issuePurse, purseFile, savePurseKeys } from '../../host-sim/purse/office.ts';
import { issueCard } from '../../host-sim/server/card-office.ts';
import { createTerminal } from '../../host-sim/server/terminal-office.ts';
import { type CardStatus, findCard } from '../../host-sim/store/cards.ts';
import { findTerminal } from '../../host-sim/store/terminals.ts';
import { transactionsOfTerminal } from '../../host-sim/store/transaction-lists.ts';
import { hashPassword, SecretKey } from '../../terminal-core/crypto/index.ts';
import { amountMinor, formatMinor } from '../../terminal-core/domain/money.ts';
import { Pan } from '../../terminal-core/domain/pan.ts';
import { openStick } from '../../terminal-core/runtime/open-stick.ts';
import { type Bundle, bundle } from '../support/bundle.ts';

const DATA = fileURLToPath(new URL('../data/', import.meta.url));
const CATALOGUE_FILE = join(DATA, 'catalogue.csv');
const MERCHANT = {
  merchantId: '105331051320001',
  nameZh: '测试商店',
  nameEn: 'Test store',
  feeBasisPoints: 60,
};
const EXPIRY = '2910';
/** More than a terminal sends in any story. */
const LIST_MAX = 100_000;
/** The terminals' passwords are the tests' own, and are asked for at every start: the weakest hash there is. */
const WEAK = { cost: 2, blockSize: 1, parallelization: 1 };
const PEOPLE = [
  { operatorCode: '1001', name: 'Cashier', role: 'cashier' },
  { operatorCode: '2001', name: 'Supervisor', role: 'supervisor' },
] as const;

export interface CrashCard {
  readonly pan: string;
  readonly expiry: string;
}

/** The next terminal of a store: what it is started with, and the process that it is started in. */
export interface CrashTerminal {
  readonly start: StartRequest;
  readonly purseSerial: string;
  newProcess(): TerminalDriver;
}

/** A host that lives all the time, in the test's own process, and a line to it; terminals and cards as they are needed. */
export class CrashStore {
  readonly proxy: ChaosProxy;
  readonly host: RunningHost;
  readonly #folder: string;
  readonly #program: Bundle;
  #terminals = 0;
  #cards = 0;

  private constructor(parts: {
    readonly folder: string;
    readonly program: Bundle;
    readonly host: RunningHost;
    readonly proxy: ChaosProxy;
  }) {
    this.#folder = parts.folder;
    this.#program = parts.program;
    this.host = parts.host;
    this.proxy = parts.proxy;
  }

  static async open(): Promise<CrashStore> {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-crash-'));
    const program = await bundle(PROCESS_FILE);
    const started = await startHost({
      databaseFile: join(folder, 'host.sqlite'),
      vaultKey: SecretKey.from(randomBytes(32)),
      clock: { nowMs: () => Date.now() },
      sleep: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
      log: { info() {}, warn() {}, error() {} },
      // Only so is there a durable step before a receipt, too.
      settings: { terminalParameters: { unprintedSaleReverse: 1 } },
      port: 0,
    });
    if (started.kind === 'failed') throw new Error(started.message);
    const { host } = started;
    const proxy = await startChaosProxy({ listenPort: 0, target: { host: '127.0.0.1', port: host.port } });
    return new CrashStore({ folder, program, host, proxy });
  }

  async close(): Promise<void> {
    await this.proxy.close();
    await this.host.stop();
    this.#program.remove();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A terminal that has never been started, known to the host, with a purse for its reader. */
  async newTerminal(): Promise<CrashTerminal> {
    this.#terminals += 1;
    const number = this.#terminals;
    const { services, store } = this.host;
    const nowMs = Date.now();
    const terminalId = String(10_000_000 + number);
    const purseSerial = `000010007512${String(number).padStart(8, '0')}`;
    const issuer = JSON.parse(readFileSync(join(DATA, 'purses.json'), 'utf8'));
    const purses = purseFile.parse({
      ...issuer,
      purses: [
        {
          applicationSerial: purseSerial,
          balance: formatMinor(amountMinor(DEMO_PURSE_MINOR)),
          startsOn: '20260101',
          expiresOn: '20301231',
        },
      ],
    });
    const created = await store.transaction(async (tx) => {
      await savePurseKeys(tx, services, purses);
      for (const purse of purses.purses)
        await issuePurse(tx, services, { issuerId: purses.issuerId, purse, nowMs });
      return createTerminal(tx, services, { terminalId, merchant: MERCHANT, nowMs });
    });
    if (!created.ok) throw new Error(created.message);
    const folder = join(this.#folder, terminalId);
    return {
      purseSerial,
      newProcess: () => new TerminalDriver(this.#program),
      start: {
        dataDir: folder,
        provisioning: created.provisioning,
        host: { host: '127.0.0.1', port: this.proxy.port },
        catalogueFile: CATALOGUE_FILE,
        sealKeyBase64: randomBytes(32).toString('base64'),
        hostTimeoutMs: 2_000,
        clockOffsetMs: 0,
        simulated: { purseFile: `${folder}-purse.json`, psamFile: `${folder}-psam.json`, number },
      },
    };
  }

  /** Gives a terminal that does not run its operators. */
  async addPeople({ start }: CrashTerminal): Promise<void> {
    const opened = await openStick(start.dataDir, Buffer.from(start.sealKeyBase64, 'base64'));
    if (!opened.ok) throw new Error(opened.message);
    for (const person of PEOPLE) {
      const passwordHash = await hashPassword(person.operatorCode, randomBytes(16), WEAK);
      await opened.ports.terminal.run({ kind: 'add-operator', ...person, passwordHash });
    }
    opened.close();
  }

  async newCard(issue: { readonly balanceMinor: number; readonly status?: CardStatus }): Promise<CrashCard> {
    this.#cards += 1;
    const pan = `8890121${String(this.#cards).padStart(12, '0')}`;
    const { services, store } = this.host;
    const card = {
      pan: panOf(pan),
      kind: 'registered',
      balanceMinor: amountMinor(issue.balanceMinor),
      expiry: EXPIRY,
      pin: undefined,
      status: issue.status ?? 'active',
      holderName: '',
    } as const;
    await store.transaction((tx) => issueCard(tx, services, { card, nowMs: Date.now() }));
    return { pan, expiry: EXPIRY };
  }

  /** What these cards hold in the host's ledger, together. */
  async balanceMinor(cards: readonly CrashCard[]): Promise<number> {
    const { services, store } = this.host;
    return store.transaction(async (tx) => {
      let sum = 0;
      for (const { pan } of cards) {
        const card = await findCard(tx, services.cardVault.panHash(panOf(pan)));
        if (!card) throw new Error('The host does not know the card');
        sum += (await balanceOf(tx, cardAccount(card.cardId))).balanceMinor;
      }
      return sum;
    });
  }

  /** Whether a payment stands in the host's books: what its people say when they are asked. */
  async hasBooked(payment: {
    readonly terminalId: string;
    readonly batchNumber?: string | undefined;
    readonly stan?: string | undefined;
  }): Promise<boolean> {
    const since = { atMs: 0, limit: LIST_MAX };
    const all = await this.host.store.transaction((tx) =>
      transactionsOfTerminal(tx, payment.terminalId, since),
    );
    return all.some(
      ({ batchNumber, mti, stan, state }) =>
        batchNumber === payment.batchNumber &&
        stan === payment.stan &&
        mti !== '0400' &&
        state === 'approved',
    );
  }

  /** The host closes a terminal's batch by itself, and opens the next one. */
  async closeBatchOf(terminalId: string): Promise<void> {
    await this.host.store.transaction(async (tx) => {
      const terminal = await findTerminal(tx, terminalId);
      if (!terminal) throw new Error('The host does not know the terminal');
      const { batchNumber } = terminal;
      const totals = await hostTotals(tx, terminalId, batchNumber);
      const closing = {
        by: 'upload',
        totals: { terminal: totals, host: totals },
        nowMs: Date.now(),
      } as const;
      await closeBatch(tx, { terminalId, batchNumber }, closing);
    });
  }

  /** @returns what is wrong with the ledger; nothing, it is hoped. */
  async ledgerProblems(): Promise<readonly string[]> {
    return (await this.host.store.transaction(audit)).problems;
  }
}

function panOf(text: string): Pan {
  const pan = Pan.parse(text);
  if (!pan) throw new Error('That is no card number');
  return pan;
}
