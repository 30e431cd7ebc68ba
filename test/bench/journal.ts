import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CHECKPOINT_PAGES, setWriterPragmas } from '../../terminal-core/journal/connection.ts';
import { openJournal } from '../../terminal-core/journal/index.ts';
import type { Change, Journal, JsonObject, NewEntry } from '../../terminal-core/ports/journal.ts';

export interface JournalBench {
  /** Offline sales a second, each with everything it writes. */
  readonly salesPerS: number;
  /** Appends that were on disk, divided by sales. */
  readonly commitsPerSale: number;
  /** Time of one durable commit of a sale. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The limit of this machine: one small row, one commit, with the journal's own settings, in the same run. */
  readonly rawCommitPerS: number;
  readonly rawP50Ms: number;
  readonly rawP99Ms: number;
}

interface JournalBenchOptions {
  /** At least BLOCK_SALES; more gives steadier percentiles. */
  readonly sales?: number;
  /**
   * `reused` by default: both write-ahead logs have had their checkpoint and are written over from the start, as they are
   * for most of a till's life. A log that still grows makes every commit slower, the raw one most.
   */
  readonly log?: 'reused' | 'growing';
}

/** Sales and raw commits take turns in blocks, so that whatever else the machine does meets both alike. */
const BLOCK_SALES = 25;
/** A busy day of one till, from the moment it is opened. */
const DEFAULT_SALES = 1000;
const WARM_UP_SALES = 50;
/** A raw commit writes one page, a sale more: this many of each have both logs past their first checkpoint. */
const COMMITS_TO_REUSE = CHECKPOINT_PAGES + 100;

/** So many that a new log of a sale's pages is not full yet. */
const NEW_LOG_SALES = 300;
/** And so many such logs, for steady percentiles. */
const NEW_LOGS = 4;

/** Both states of the write-ahead logs, of a database that was just made and of one that has been in use. */
export async function benchJournal(): Promise<JournalBench & { readonly reusedLog: JournalBench }> {
  const ofEach: Measured[] = [];
  for (let made = 0; made < NEW_LOGS; made += 1)
    ofEach.push(await measure({ log: 'growing', sales: NEW_LOG_SALES }));
  const newLog = figuresOf({
    commits: ofEach.reduce((sum, each) => sum + each.commits, 0),
    commitMs: ofEach.flatMap(({ commitMs }) => commitMs),
    rawMs: ofEach.flatMap(({ rawMs }) => rawMs),
  });
  return { ...newLog, reusedLog: figuresOf(await measure({ log: 'reused' })) };
}

/** Times of commits, each of one sale. */
interface Measured {
  readonly commits: number;
  readonly commitMs: readonly number[];
  readonly rawMs: readonly number[];
}

/**
 * Offline sales as the terminal writes them: the accepted sale with its sealed card number, its documents and its balance
 * certificate, and with it the mark that the receipt before it was printed.
 */
async function measure(options: JournalBenchOptions): Promise<Measured> {
  const folder = mkdtempSync(join(diskFolder(), 'holdfast-bench-'));
  const journal = openBenchJournal(join(folder, 'journal.db'));
  const raw = openRaw(join(folder, 'raw.db'));
  const sales = Math.max(options.sales ?? DEFAULT_SALES, BLOCK_SALES);
  const commitMs: number[] = [];
  const rawMs: number[] = [];
  let commits = 0;
  let saleNumber = 0;
  const warmUp = options.log === 'growing' ? WARM_UP_SALES : COMMITS_TO_REUSE;
  try {
    const append = (timesMs: number[], step: Step): void => {
      const startMs = performance.now();
      const result = journal.append(step.entries, step.changes);
      timesMs.push(performance.now() - startMs);
      if (!result.ok) throw new Error(`append failed: ${result.detail}`);
      commits += 1;
    };
    const sell = (timesMs: number[]): void => {
      append(timesMs, saleStep(saleNumber, journal.nextSeq()));
      saleNumber += 1;
    };
    while (saleNumber < warmUp) {
      sell([]);
      raw();
    }
    commits = 0;
    for (let done = 0; done < sales; done += BLOCK_SALES) {
      for (let index = 0; index < BLOCK_SALES; index += 1) sell(commitMs);
      for (let index = 0; index < BLOCK_SALES; index += 1) {
        const startMs = performance.now();
        raw();
        rawMs.push(performance.now() - startMs);
      }
      // The event loop gets a turn, so that a progress display or an interrupt is not held up.
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    journal.close();
    raw.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return { commits, commitMs, rawMs };
}

function figuresOf({ commits, commitMs, rawMs }: Measured): JournalBench {
  return {
    salesPerS: perSecond(commitMs.length, commitMs),
    commitsPerSale: commits / commitMs.length,
    p50Ms: percentile(commitMs, 0.5),
    p99Ms: percentile(commitMs, 0.99),
    rawCommitPerS: perSecond(rawMs.length, rawMs),
    rawP50Ms: percentile(rawMs, 0.5),
    rawP99Ms: percentile(rawMs, 0.99),
  };
}

function openBenchJournal(file: string): Journal {
  const key = createSecretKey(randomBytes(32));
  const opened = openJournal({
    file,
    nowMs: () => Date.now(),
    seal: (clear, associatedData) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associatedData);
      return Buffer.concat([nonce, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
    },
    unseal: (sealed, associatedData) => {
      const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(associatedData);
      cipher.setAuthTag(sealed.subarray(-16));
      return Buffer.concat([cipher.update(sealed.subarray(12, -16)), cipher.final()]);
    },
  });
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.journal;
}

function openRaw(file: string): { (): void; close: () => void } {
  const database = new Database(file);
  setWriterPragmas(database);
  database.exec('CREATE TABLE raw (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT');
  const insert = database.prepare<[string]>('INSERT INTO raw (text) VALUES (?)');
  const text = 'x'.repeat(100);
  return Object.assign(() => void insert.run(text), { close: () => void database.close() });
}

interface Step {
  readonly entries: readonly NewEntry[];
  readonly changes: readonly Change[];
}

/** @param seq of the step's first entry. */
function saleStep(number: number, seq: number): Step {
  const before = number === 0 ? undefined : transaction(number - 1);
  // Without the first sale every step has two entries, the second of them with the card number.
  const entriesBefore = before === undefined ? 0 : 1;
  const txn = transaction(number);
  const { atMs, txnId } = txn;
  const certificate = {
    panHash: 'AB'.repeat(32),
    base64: 'Q'.repeat(280),
    spentMinor: number,
    spentCount: number,
  };
  const sale: NewEntry = {
    atMs,
    kind: 'offline-sale-accepted',
    payload: { txn },
    secret: { pan: '6210940000001234', expiry: '2812' },
  };
  const changes: Change[] = [
    txnChange(txn, seq + entriesBefore, {}),
    { collection: 'sales', key: `sale-${txnId}`, doc: { saleId: `sale-${txnId}`, txnId }, live: false },
    { collection: 'certificates', key: `C${number % 50}`, doc: certificate, live: true },
    { collection: 'terminal', key: 'terminal', doc: { ...TERMINAL, txnCount: number }, live: true },
  ];
  if (before === undefined) return { entries: [sale], changes };
  const mark: NewEntry = {
    atMs,
    kind: 'receipt-printed',
    payload: { txnId: before.txnId, copy: false },
  };
  // The sale before is the second entry of the step before; the very first has its step to itself.
  const printed = txnChange(before, seq - 1, { receiptPrinted: true });
  return { entries: [mark, sale], changes: [printed, ...changes] };
}

function txnChange(txn: ReturnType<typeof transaction>, secretSeq: number, fields: JsonObject): Change {
  const terms = `${txn.txnId} ${txn.stan} 1234 ${txn.batchNumber} ${txn.operatorCode}`;
  return {
    collection: 'transactions',
    key: txn.txnId,
    doc: { ...txn, secretSeq, ...fields },
    live: true,
    terms,
  };
}

/** Every transaction counts up in the terminal's own document. */
const TERMINAL = {
  merchantId: '105331051320001',
  merchantNameZh: '好德便利店',
  merchantNameEn: 'Haode Store',
  terminalId: '10000001',
  currency: '156',
  tpdu: '6000030000',
  header: '603100310000',
  utcOffsetMinutes: 480,
  batchNumber: '000001',
  keySetId: 'set-5',
  signedOnAtMs: 1_790_000_000_000,
  signOnNeeded: false,
  hostClockOffsetMs: 0,
  parameters: { hostTimeoutMs: 15_000 },
};

function transaction(number: number) {
  const stan = String(100_000 + number);
  const line = {
    sku: '6901234567892',
    name: 'Oolong tea 乌龙茶 500 ml',
    quantity: 1,
    unitMinor: 450,
    taxClass: 'A',
  };
  return {
    txnId: `10000001-${stan.padStart(8, '0')}`,
    kind: 'offline-sale',
    state: 'accepted-offline',
    amountMinor: 1350,
    atMs: 1_790_000_000_000 + number * 1000,
    operatorCode: '001',
    stan,
    batchNumber: '000001',
    maskedPan: '621094******1234',
    panHash: 'CD'.repeat(32),
    refundedMinor: 0,
    settled: false,
    lines: [line, line, line],
    receipt: 'Holdfast 便利店 | receipt line\n'.repeat(20),
  };
}

/** A memory file system would measure nothing, so the checkout's own disk is used where the temporary folder is one. */
function diskFolder(): string {
  const TMPFS_MAGIC = 0x0102_1994;
  return statfsSync(tmpdir()).type === TMPFS_MAGIC ? process.cwd() : tmpdir();
}

function perSecond(count: number, timesMs: readonly number[]): number {
  return Math.round((count * 1000) / timesMs.reduce((sum, each) => sum + each, 0));
}

function percentile(timesMs: readonly number[], share: number): number {
  const sorted = timesMs.toSorted((left, right) => left - right);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return Math.round(value * 1000) / 1000;
}
