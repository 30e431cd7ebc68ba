import { momentFromWire } from '../../../terminal-core/domain/local-time.ts';
import { Pan } from '../../../terminal-core/domain/pan.ts';
import { decodeBatchRecords, decodeUploadCount } from '../../../terminal-core/iso8583/index.ts';
import { closeBatch, findBatch } from '../../batches/batches.ts';
import { reconcile } from '../../batches/reconcile.ts';
import { hostTotals } from '../../batches/totals.ts';
import { openException } from '../../exceptions/exceptions.ts';
import { countUploadMessages, saveUploadRecord, type UploadRecordKind } from '../../store/upload-records.ts';
import { findCardByPan } from '../card-facts.ts';
import { declined, type Outcome, type UnauthenticatedContext } from '../outcome.ts';
import { recordOf } from '../record.ts';
import { textOf } from '../request.ts';

/**
 * Messages of one upload: as many as its end can count (DE48, n4) records, each of which may come alone. The messages carry no MAC, so
 * that anybody on the wire could fill the disk with them.
 */
export const UPLOAD_MESSAGES_MAX = 9_999;

/** What a whole record is, by its DE60.1; sources differ on the controls, so only the type counts. */
const KIND_OF_TYPE: Readonly<Record<string, UploadRecordKind>> = {
  '20': 'completion',
  '21': 'completion-void',
  '22': 'purchase',
  '23': 'void',
  '25': 'refund',
  '30': 'offline-sale',
  '36': 'purse-purchase',
  '46': 'purse-load-confirmation',
  '48': 'load',
  '49': 'load-void',
};

/**
 * Batch upload (批上送): records are kept as they come and compared at the end. Every message may come again, and an
 * upload may start again from its first message.
 */
export async function batchUpload(context: UnauthenticatedContext): Promise<Outcome> {
  const early = await answerByBatch(context);
  if (early) return early;
  const { batchNumber, terminalId } = context.request;
  if ((await countUploadMessages(context.tx, terminalId, batchNumber)) >= UPLOAD_MESSAGES_MAX)
    return { ...declined('batch-upload', { code: '12', reason: 'upload-too-long' }), mayComeAgain: true };
  const records = recordsOf(context);
  if (!records) return answered('30', 'record-unreadable');
  for (const record of records) await keep(context, record);
  return answered('00', `records-${records.length}`);
}

/** The end of an upload: everything is compared, what the host lacks is booked, and the batch closes. */
export async function batchUploadEnd(context: UnauthenticatedContext): Promise<Outcome> {
  const early = await answerByBatch(context);
  if (early) return early;
  const { accountingDate, nowMs, request, terminal, tx } = context;
  const { batchNumber } = request;
  const { merchantId, terminalId } = terminal;
  // A reversal may have come while the batch was uploaded, and what is missing is booked below.
  const host = await hostTotals(tx, terminalId, batchNumber);
  const { records } = await reconcile(tx, { terminalId, merchantId, batchNumber }, { nowMs, accountingDate });
  const count = decodeUploadCount(textOf(request, 48) ?? '');
  const announced = count.ok ? count.value : undefined;
  if (announced !== records) {
    await openException(tx, {
      kind: 'record-count-differs',
      terminalId,
      batchNumber,
      stan: request.stan,
      amountMinor: 0,
      terminalRecord: recordOf(request),
      hostRecord: null,
      note: `announced ${announced ?? 'nothing'}, received ${records}`,
      atMs: nowMs,
    });
  }
  await closeBatch(tx, { terminalId, batchNumber }, { by: 'upload', totals: { host }, nowMs });
  return answered('00', 'upload-ended');
}

/** What a message of an upload is answered with because of the state of its batch, if that says all. */
async function answerByBatch(context: UnauthenticatedContext): Promise<Outcome | undefined> {
  const batch = await findBatch(context.tx, context.terminal.terminalId, context.request.batchNumber);
  if (!batch) return answered('12', 'no-such-batch');
  // The answer to the end was lost and the terminal starts again: everything is booked already.
  if (batch.state === 'closed') return answered('00', 'batch-closed-before');
  return batch.state === 'open' ? answered('12', 'settlement-first') : undefined;
}

/** One record, whichever form it came in; a record of DE48 has no kind. */
interface IncomingRecord {
  readonly kind?: UploadRecordKind;
  readonly stan: string;
  readonly pan: string;
  readonly amountMinor: number;
}

function recordsOf(context: UnauthenticatedContext): readonly IncomingRecord[] | undefined {
  const { request } = context;
  const details = textOf(request, 48);
  if (details !== undefined) {
    const decoded = decodeBatchRecords(details);
    return decoded.ok ? decoded.value : undefined;
  }
  const kind = KIND_OF_TYPE[request.type];
  if (!kind || request.amountMinor === undefined) return undefined;
  return [{ kind, stan: request.stan, amountMinor: request.amountMinor, pan: request.pan?.reveal() ?? '' }];
}

async function keep(context: UnauthenticatedContext, record: IncomingRecord): Promise<void> {
  const { nowMs, request, services, terminal, tx } = context;
  const pan = Pan.parse(record.pan);
  const card = pan && (await findCardByPan(tx, services, pan));
  const kind = record.kind ?? 'purchase';
  const panMasked = pan?.masked() ?? '';
  const { stan, amountMinor } = record;
  const saleAtMs = momentFromWire({
    monthDay: textOf(request, 13) ?? '',
    time: textOf(request, 12) ?? '',
    nearMs: nowMs,
    utcOffsetMinutes: services.settings.utcOffsetMinutes,
  });
  await saveUploadRecord(tx, {
    terminalId: terminal.terminalId,
    batchNumber: request.batchNumber,
    kind,
    stan,
    cardId: card?.cardId ?? null,
    panMasked,
    amountMinor,
    saleAtMs: saleAtMs ?? null,
    record: record.kind ? recordOf(request) : JSON.stringify({ kind, stan, pan: panMasked, amountMinor }),
  });
}

function answered(code: string, reason: string): Outcome {
  return { kind: 'batch-upload', state: 'recorded', code, reason };
}
