import { momentFromWire } from '../../../terminal-core/domain/local-time.ts';
import { Pan } from '../../../terminal-core/domain/pan.ts';
import { closeBatch, findBatch } from '../../batches/batches.ts';
import { reconcile } from '../../batches/reconcile.ts';
import { openException } from '../../exceptions/exceptions.ts';
import { saveUploadRecord, type UploadRecordKind } from '../../store/upload-records.ts';
import { findCardByPan } from '../card-facts.ts';
import type { Outcome, UnauthenticatedContext } from '../outcome.ts';
import { recordOf } from '../record.ts';
import { textOf } from '../request.ts';
import { type DetailRecord, detailRecordsOf, uploadEndCountOf } from '../wire.ts';

/** DE60.3 of the message that ends an upload (PROTOCOL: 207 balanced, 202 unbalanced). */
const END_CONTROLS: ReadonlySet<string> = new Set(['202', '207']);

/** What a whole record is, by its DE60.1; sources differ on the controls, so only the type counts. */
const KIND_OF_TYPE: Readonly<Record<string, UploadRecordKind>> = {
  '22': 'purchase',
  '23': 'void',
  '25': 'refund',
  '30': 'offline-sale',
};

/**
 * Batch upload (批上送): records are kept as they come and compared at the end. Every message may come again, and an
 * upload may start again from its first message.
 */
export async function batchUpload(context: UnauthenticatedContext): Promise<Outcome> {
  const { request, terminal, tx } = context;
  const batch = await findBatch(tx, terminal.terminalId, request.batchNumber);
  if (!batch) return answered('12', 'no-such-batch');
  // The answer to the end was lost and the terminal starts again: everything is booked already.
  if (batch.state === 'closed') return answered('00', 'batch-closed-before');
  if (batch.state === 'open') return answered('12', 'settlement-first');
  if (END_CONTROLS.has(request.control)) return end(context);
  const records = textOf(request, 48) === undefined ? wholeRecordOf(context) : detailRecordsOf(request);
  if (!records) return answered('30', 'record-unreadable');
  for (const record of records) await keep(context, record);
  return answered('00', `records-${records.length}`);
}

async function end(context: UnauthenticatedContext): Promise<Outcome> {
  const { accountingDate, nowMs, request, terminal, tx } = context;
  const { batchNumber } = request;
  const { merchantId, terminalId } = terminal;
  const { records } = await reconcile(tx, { terminalId, merchantId, batchNumber }, { nowMs, accountingDate });
  const announced = uploadEndCountOf(request);
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
  await closeBatch(tx, { terminalId, batchNumber }, { by: 'upload', nowMs });
  return answered('00', 'upload-ended');
}

/** One record, whichever form it came in. */
interface IncomingRecord extends DetailRecord {
  readonly kind?: UploadRecordKind;
}

function wholeRecordOf(context: UnauthenticatedContext): readonly IncomingRecord[] | undefined {
  const { request } = context;
  const kind = KIND_OF_TYPE[request.type];
  if (!kind || request.amountMinor === undefined) return undefined;
  return [
    { kind, stan: request.stan, amountMinor: request.amountMinor, panDigits: request.pan?.reveal() ?? '' },
  ];
}

async function keep(context: UnauthenticatedContext, record: IncomingRecord): Promise<void> {
  const { nowMs, request, services, terminal, tx } = context;
  const pan = Pan.parse(record.panDigits);
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
