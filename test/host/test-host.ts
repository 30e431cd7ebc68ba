import type { FaultRule } from '../../host-sim/faults/fault.ts';
import { type RunningHost, startHost } from '../../host-sim/index.ts';
import { type AuditReport, audit } from '../../host-sim/ledger/audit.ts';
import { issueCard, readCardFile } from '../../host-sim/server/card-office.ts';
import { createTerminal } from '../../host-sim/server/terminal-office.ts';
import { DEFAULT_SETTINGS, type HostSettings } from '../../host-sim/settings.ts';
import { SecretKey } from '../../terminal-core/crypto/index.ts';
import { buildFrame, desDecrypt, type RawAnswer, RawConnection, type RawField } from './raw-frames.ts';

/** 2026-03-10 10:00:00 in China. */
export const START_MS = Date.UTC(2026, 2, 10, 2, 0, 0);
export const MERCHANT_ID = '898100012340001';
export const TERMINAL_ID = '80010001';

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
export const PAN = '6228880000000001';
export const BEARER_PAN = '6228880000000002';

/** A host of its own on a free port, with one terminal and some cards. */
export async function hostForTest(
  options: {
    readonly databaseFile?: string;
    readonly faults?: readonly FaultRule[];
    readonly settings?: Partial<HostSettings>;
  } = {},
): Promise<{ readonly host: RunningHost; readonly masterKey: Buffer }> {
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
  const { host } = started;
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
    for (const { card } of readCardFile(CARDS, DEFAULT_SETTINGS).cards) {
      await issueCard(tx, host.services, { card, nowMs: START_MS });
    }
    const [first, second] = created.provisioning.terminalMasterKeyComponents.map((hex) =>
      Buffer.from(hex, 'hex'),
    );
    return Buffer.from((first ?? Buffer.alloc(16)).map((byte, index) => byte ^ (second?.[index] ?? 0)));
  });
  return { host, masterKey };
}

export function check(host: RunningHost): Promise<AuditReport> {
  return host.store.transaction(audit);
}

/** A terminal that signs on by itself and counts its trace numbers. */
export class RawTerminal {
  readonly connection: RawConnection;
  readonly #masterKey: Buffer;
  readonly terminalId: string;
  pinKey: Buffer = Buffer.alloc(16);
  macKey: Buffer = Buffer.alloc(16);
  batchNumber = '000000';
  #stan = 0;

  constructor(connection: RawConnection, masterKey: Buffer, terminalId = TERMINAL_ID) {
    this.terminalId = terminalId;
    this.connection = connection;
    this.#masterKey = masterKey;
  }

  static async signedOn(host: RunningHost, masterKey: Buffer): Promise<RawTerminal> {
    const terminal = new RawTerminal(await RawConnection.open(host.port), masterKey);
    await terminal.signOn();
    return terminal;
  }

  nextStan(): string {
    this.#stan += 1;
    return String(this.#stan).padStart(6, '0');
  }

  lastStan(): string {
    return String(this.#stan).padStart(6, '0');
  }

  skipTo(stan: number): void {
    this.#stan = stan;
  }

  async signOn(): Promise<RawAnswer> {
    const answer = await this.connection.ask(
      buildFrame('0800', {
        11: this.nextStan(),
        41: this.terminalId,
        42: MERCHANT_ID,
        60: '00000000003',
        63: '001',
      }),
    );
    if (answer.fields[39] !== '00') return answer;
    const keys = Buffer.from(answer.fields[62] ?? '', 'hex');
    this.pinKey = desDecrypt(this.#masterKey, keys.subarray(0, 16));
    this.macKey = desDecrypt(this.#masterKey, keys.subarray(20, 36));
    this.batchNumber = (answer.fields[60] ?? '').slice(2, 8);
    return answer;
  }

  /** Fields that every financial request has. */
  fields(type: string, more: Readonly<Record<number, RawField>>): Record<number, RawField> {
    return {
      11: this.nextStan(),
      22: '022',
      25: '00',
      41: this.terminalId,
      42: MERCHANT_ID,
      49: '156',
      60: `${type}${this.batchNumber}000`,
      ...more,
    };
  }

  purchaseFrame(amountMinor: number, more: Readonly<Record<number, RawField>> = {}): Buffer {
    const card = more[2] === undefined && more[35] === undefined ? { 35: `${PAN}=29121010000` } : {};
    const fields = this.fields('22', { 3: '000000', 4: n12(amountMinor), ...card, ...more });
    return buildFrame('0200', fields, this.macKey);
  }

  purchase(amountMinor: number, more: Readonly<Record<number, RawField>> = {}): Promise<RawAnswer> {
    return this.connection.ask(this.purchaseFrame(amountMinor, more));
  }

  settlementFrame(totals: {
    readonly debits: readonly [number, number];
    readonly credits: readonly [number, number];
  }): Buffer {
    const domestic = `${n12(totals.debits[1])}${n3(totals.debits[0])}${n12(totals.credits[1])}${n3(totals.credits[0])}0`;
    return buildFrame('0500', {
      11: this.nextStan(),
      41: this.terminalId,
      42: MERCHANT_ID,
      48: `${domestic}${'0'.repeat(31)}`,
      49: '156',
      60: `00${this.batchNumber}201`,
      63: '001',
    });
  }
}

export function n12(value: number): string {
  return String(value).padStart(12, '0');
}

function n3(value: number): string {
  return String(value).padStart(3, '0');
}
