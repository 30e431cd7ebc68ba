import {
  type BatchAnswerFile,
  type BatchFile,
  batchFileDigest,
  openBatchFile,
  sealBatchAnswers,
  VerifyingKey,
} from '../../terminal-core/crypto/index.ts';
import type { Clock } from '../ports.ts';
import { HostCore } from '../server/host-core.ts';
import type { HostServices } from '../server/outcome.ts';
import { readFrame } from '../server/wire.ts';
import type { Store, StoreTransaction } from '../store/store.ts';
import { findTerminal } from '../store/terminals.ts';
import {
  BATCH_FILE_BYTES_MAX,
  BATCH_FILE_RECORDS_MAX,
  type BatchFileRecord,
  readBatchFile,
  readRecords,
} from './batch-file-shape.ts';

/** What became of one record. */
export interface ImportedRecord {
  readonly txnId: string;
  /** undefined when the frame could not be read. */
  readonly mti: string | undefined;
  readonly stan: string | undefined;
  readonly amountMinor: number | undefined;
  /** DE39 of the answer; undefined when the record was not taken, see `problem`. */
  readonly code: string | undefined;
  readonly problem?: string;
}

export type ImportResult =
  | {
      readonly kind: 'imported';
      readonly file: Pick<
        BatchFile,
        'terminalId' | 'batchNumber' | 'exportNumber' | 'exportedAtMs' | 'recordCount'
      >;
      /** The same file came before: every record was answered as it was then. */
      readonly cameBefore: boolean;
      /** Exports of this terminal up to this one that have not come. */
      readonly missingExports: readonly number[];
      readonly records: readonly ImportedRecord[];
      readonly answers: BatchAnswerFile;
    }
  | {
      readonly kind: 'refused';
      readonly code:
        | 'too-large'
        | 'not-a-batch-file'
        | 'unknown-terminal'
        | 'no-batch-file-key'
        | 'bad-signature'
        | 'other-host-key'
        | 'not-authentic';
      /** What is wrong and what to do. */
      readonly message: string;
    };

/** Messages that a stick may carry: what a terminal owes. Everything else is asked for over the line. */
const CARRIED = /^(0220|0221|0400|0401)$/;
const MISSING_EXPORTS_SHOWN_MAX = 100;

/**
 * Takes the batch of a terminal from a file instead of the line: the same records through the same rules, so that what
 * comes twice, out of order, or over the network as well, is booked once. Nothing is booked unless signature and seal hold.
 */
export async function importBatchFile(
  host: { readonly store: Store; readonly services: HostServices; readonly clock: Clock },
  text: string,
): Promise<ImportResult> {
  const { services, store } = host;
  if (Buffer.byteLength(text) > BATCH_FILE_BYTES_MAX) {
    return refused(
      'too-large',
      `A batch file has at most ${BATCH_FILE_BYTES_MAX} bytes. Check what was chosen.`,
    );
  }
  const file = readBatchFile(text);
  if (!file) {
    return refused(
      'not-a-batch-file',
      'This is no batch file, or it was cut short or changed. Copy it anew.',
    );
  }
  const opened = await store.transaction((tx) => open(tx, services, file));
  if (opened.kind === 'refused') return opened;
  const core = new HostCore(host);
  const records: ImportedRecord[] = [];
  const answers: { txnId: string; frame: string }[] = [];
  for (const record of opened.records) {
    const { answer, ...imported } = await take(core, file, record);
    records.push(imported);
    if (answer) answers.push({ txnId: record.txnId, frame: Buffer.from(answer).toString('base64') });
  }
  const { hostKey } = opened;
  const noted = await store.transaction((tx) => note(tx, file, host.clock.nowMs()));
  return {
    kind: 'imported',
    file,
    ...noted,
    records,
    answers: sealBatchAnswers(file, Buffer.from(JSON.stringify(answers), 'utf8'), {
      hostKey,
      random: services.random,
    }),
  };
}

async function open(tx: StoreTransaction, services: HostServices, file: BatchFile) {
  const terminal = await findTerminal(tx, file.terminalId);
  if (terminal?.merchantId !== file.merchantId) {
    return refused(
      'unknown-terminal',
      `There is no terminal ${file.terminalId} of merchant ${file.merchantId} here.`,
    );
  }
  if (terminal.batchFileKey === null) {
    return refused(
      'no-batch-file-key',
      `Terminal ${file.terminalId} was registered before there were batch files: register it anew.`,
    );
  }
  const hostKey = await services.batchFileKeys.find(tx, file.hostKeyId);
  if (!hostKey) return refused('other-host-key', 'The file is sealed to another host: import it there.');
  const signedBy = VerifyingKey.fromBase64(terminal.batchFileKey);
  const opened = openBatchFile(file, { signedBy, hostKey, random: services.random });
  if (!opened.ok) {
    return refused(
      opened.error,
      'The file was changed on its way, or another terminal made it: nothing was booked. Export it anew.',
    );
  }
  const records = readRecords(opened.plaintext);
  if (records?.length !== file.recordCount || records.length > BATCH_FILE_RECORDS_MAX) {
    return refused(
      'not-a-batch-file',
      'The file holds other records than it says: nothing was booked. Export it anew.',
    );
  }
  return { kind: 'opened', hostKey, records } as const;
}

async function take(
  core: HostCore,
  file: BatchFile,
  record: BatchFileRecord,
): Promise<ImportedRecord & { readonly answer?: Uint8Array }> {
  const { txnId } = record;
  const bytes = Buffer.from(record.frame, 'base64');
  const frame = readFrame(bytes);
  if (frame.kind === 'unreadable') {
    return {
      txnId,
      mti: undefined,
      stan: undefined,
      amountMinor: undefined,
      code: undefined,
      problem: frame.error,
    };
  }
  const { amountMinor, mti, stan, terminalId } = frame.request;
  const known = { txnId, mti, stan, amountMinor };
  if (terminalId !== file.terminalId)
    return { ...known, code: undefined, problem: `a message of terminal ${terminalId}` };
  if (!CARRIED.test(mti)) return { ...known, code: undefined, problem: `a ${mti} is not taken from a file` };
  const received = await core.receive(bytes);
  switch (received.kind) {
    case 'answered': {
      const answered = readFrame(received.answer);
      const code = answered.kind === 'unreadable' ? undefined : answered.request.message.fields[39];
      return { ...known, code: typeof code === 'string' ? code : undefined, answer: received.answer };
    }
    case 'failed':
      return { ...known, code: undefined, problem: String(received.cause) };
    case 'format-error':
    case 'unreadable':
      return { ...known, code: undefined, problem: received.error };
    case 'dropped':
      return { ...known, code: undefined, problem: 'dropped' };
  }
}

async function note(
  tx: StoreTransaction,
  file: BatchFile,
  nowMs: number,
): Promise<{ readonly cameBefore: boolean; readonly missingExports: readonly number[] }> {
  const { exportNumber, recordCount, terminalId } = file;
  const added = await tx.run(
    `INSERT INTO batch_files (terminal_id, digest, export_number, record_count, imported_at_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
    terminalId,
    batchFileDigest(file),
    exportNumber,
    recordCount,
    nowMs,
  );
  const rows = await tx.all<{ n: number }>(
    'SELECT export_number AS n FROM batch_files WHERE terminal_id = ? AND export_number <= ?',
    terminalId,
    exportNumber,
  );
  const came = new Set(rows.map(({ n }) => n));
  const missingExports: number[] = [];
  for (let n = exportNumber - 1; n >= 1 && missingExports.length < MISSING_EXPORTS_SHOWN_MAX; n -= 1) {
    if (!came.has(n)) missingExports.unshift(n);
  }
  return { cameBefore: added === 0, missingExports };
}

function refused(
  code: Extract<ImportResult, { kind: 'refused' }>['code'],
  message: string,
): Extract<ImportResult, { kind: 'refused' }> {
  return { kind: 'refused', code, message };
}
