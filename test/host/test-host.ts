import { afterEach, beforeEach, expect } from 'vitest';
import type { FaultRule } from '../../host-sim/faults/fault.ts';
import { type RunningHost, startHost } from '../../host-sim/index.ts';
import { type AuditReport, audit } from '../../host-sim/ledger/audit.ts';
import { issueCard, readCardFile } from '../../host-sim/server/card-office.ts';
import { createTerminal } from '../../host-sim/server/terminal-office.ts';
import { DEFAULT_SETTINGS, type HostSettings } from '../../host-sim/settings.ts';
import { openSqliteStore } from '../../host-sim/store/sqlite-store.ts';
import { SecretKey } from '../../terminal-core/crypto/index.ts';
import { MERCHANT_ID, masterKeyOf, RawTerminal, TERMINAL_ID } from './raw-terminal.ts';

export { MERCHANT_ID, n12, PAN, RawTerminal, TERMINAL_ID } from './raw-terminal.ts';

/** 2026-03-10 10:00:00 in China. */
export const START_MS = Date.UTC(2026, 2, 10, 2, 0, 0);

export const CARDS = `pan,kind,balance,expiry,pin,status,name
6228880000000001,registered,4000.00,2912,123456,active,Li Lei
6228880000000002,bearer,100.00,2912,,active,
6228880000000003,registered,500.00,2501,123456,active,Expired
6228880000000004,registered,500.00,2912,123456,blocked,Blocked
6228880000000005,registered,500.00,2912,123456,lost,Lost
6228880000000006,registered,500.00,2912,123456,hotlisted,Stolen
6228880000000007,registered,0.00,2912,123456,inactive,New
6228880000000008,bearer,0.00,2912,,active,Empty
`;
export const BEARER_PAN = '6228880000000002';

export interface TestHostOptions {
  readonly databaseFile?: string;
  readonly faults?: readonly FaultRule[];
  readonly settings?: Partial<HostSettings>;
  /** CSV; the cards above unless given. */
  readonly cards?: string;
}

/** A host on a free port, over whatever its database holds. */
export async function startTestHost(options: TestHostOptions = {}): Promise<RunningHost> {
  const started = await startHost({
    databaseFile: options.databaseFile ?? ':memory:',
    vaultKey: SecretKey.from(new Uint8Array(32).fill(7)),
    clock: { nowMs: () => START_MS },
    log: { info() {}, warn() {}, error() {} },
    sleep: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
    port: 0,
    adminPort: 0,
    seed: 1,
    ...(options.faults ? { faults: options.faults } : {}),
    ...(options.settings ? { settings: options.settings } : {}),
  });
  if (started.kind === 'failed') throw new Error(started.message);
  return started.host;
}

/** A host of its own on a free port, with one terminal and some cards. */
export async function hostForTest(
  options: TestHostOptions = {},
): Promise<{ readonly host: RunningHost; readonly masterKey: Buffer }> {
  const host = await startTestHost(options);
  const masterKey = await host.store.transaction(async (tx) => {
    const merchant = {
      merchantId: MERCHANT_ID,
      nameZh: '测试商店',
      nameEn: 'Test store',
      feeBasisPoints: 60,
    };
    const created = await createTerminal(tx, host.services, {
      terminalId: TERMINAL_ID,
      merchant,
      nowMs: START_MS,
    });
    if (!created.ok) throw new Error(created.message);
    for (const { card } of readCardFile(options.cards ?? CARDS, DEFAULT_SETTINGS).cards) {
      await issueCard(tx, host.services, { card, nowMs: START_MS });
    }
    return masterKeyOf(created.provisioning);
  });
  return { host, masterKey };
}

/** What `freshHost` gives each test. */
export interface FreshHost {
  readonly host: RunningHost;
  readonly masterKey: Buffer;
  /** Signed on; a test that loses its connection puts another one here. */
  terminal: RawTerminal;
}

/**
 * A new host and a terminal that has signed on, before each test of the file; after each, the audit of `holdfast host
 * check` must find nothing.
 */
export function freshHost(options: TestHostOptions = {}): FreshHost {
  let current: FreshHost | undefined;
  const now = (): FreshHost => {
    if (!current) throw new Error('There is a host only while a test runs');
    return current;
  };
  beforeEach(async () => {
    const made = await hostForTest(options);
    current = { ...made, terminal: await RawTerminal.signedOn(made.host, made.masterKey) };
  });
  afterEach(async () => {
    const { host, terminal } = now();
    current = undefined;
    terminal.connection.close();
    const report = await check(host);
    await host.stop();
    expect(report.problems).toEqual([]);
  });
  return {
    get host() {
      return now().host;
    },
    get masterKey() {
      return now().masterKey;
    },
    get terminal() {
      return now().terminal;
    },
    set terminal(terminal) {
      now().terminal = terminal;
    },
  };
}

/** What `holdfast host check` says of a database file that no host has open, without a process for it. */
export async function checkFile(file: string): Promise<AuditReport> {
  const store = openSqliteStore(file);
  try {
    return await store.transaction(audit);
  } finally {
    await store.close();
  }
}

export function check(host: RunningHost): Promise<AuditReport> {
  return host.store.transaction(audit);
}
