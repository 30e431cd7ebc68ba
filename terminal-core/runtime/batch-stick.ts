import { z } from 'zod';
import {
  type BatchAnswerFile,
  type BatchFile,
  type BatchFileKeys,
  openBatchAnswers,
  sealBatchFile,
} from '../crypto/index.ts';
import { owed } from '../engine/owed.ts';
import { terminalOf } from '../engine/state.ts';
import { isoMatching, keyOfAnswer, keyOfRequest } from '../host-link/index.ts';
import { cup } from '../iso8583/index.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { WireExchanger } from './exchange.ts';
import type { Terminal } from './terminal.ts';

/** Records of one batch file; what is owed beyond that goes into the next. The host takes no more. */
export const EXPORT_RECORDS_MAX = 5_000;
/** Bytes of a file with answers. */
export const ANSWER_FILE_BYTES_MAX = 16 * 1024 * 1024;

export interface StickPorts {
  readonly terminal: Terminal;
  readonly exchanger: WireExchanger;
  readonly keys: BatchFileKeys;
  readonly clock: Clock;
  readonly random: Random;
}

export type ExportResult =
  | {
      readonly kind: 'exported';
      readonly file: BatchFile;
      /** What could not be put in, with the reason; it stays owed. */
      readonly leftOut: readonly { readonly txnId: string; readonly problem: string }[];
    }
  | { readonly kind: 'nothing-owed' }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * Everything that is owed to the host, as the very messages that would go over the line, sealed to the host and signed.
 * It goes on being owed, and counts against every cap, until the host's answers are back by whatever way. The number is
 * journalled before the file is given out: a file that is lost leaves a gap, and no number names two files.
 */
export async function exportBatch(ports: StickPorts): Promise<ExportResult> {
  const { clock, exchanger, keys, random, terminal } = ports;
  const records: { txnId: string; frame: string }[] = [];
  const leftOut: { txnId: string; problem: string }[] = [];
  for (const { txnId } of owed(terminal.state).slice(0, EXPORT_RECORDS_MAX)) {
    const exchange = terminal.owedExchange(txnId);
    if (!exchange) continue;
    const packed = exchanger.pack(exchange);
    if (packed.ok) records.push({ txnId, frame: Buffer.from(packed.frame).toString('base64') });
    else leftOut.push({ txnId, problem: packed.problem });
  }
  if (records.length === 0 && leftOut.length === 0) return { kind: 'nothing-owed' };
  const { batchNumber, exportCount, merchantId, terminalId } = terminalOf(terminal.state);
  if (batchNumber === undefined) {
    return { kind: 'refused', message: 'The terminal has never signed on, so it has no batch to export.' };
  }
  const exportNumber = (exportCount ?? 0) + 1;
  const file = sealBatchFile(
    {
      format: 'holdfast-batch',
      version: 1,
      merchantId,
      terminalId,
      batchNumber,
      exportNumber,
      exportedAtMs: clock.nowMs(),
      recordCount: records.length,
    },
    Buffer.from(JSON.stringify(records), 'utf8'),
    { ...keys, random },
  );
  const noted = await terminal.run({ kind: 'batch-exported', exportNumber, recordCount: records.length });
  return noted.kind === 'refused'
    ? { kind: 'refused', message: noted.text.en }
    : { kind: 'exported', file, leftOut };
}

const answerFileShape = z.strictObject({
  format: z.literal('holdfast-batch-answers'),
  version: z.literal(1),
  terminalId: z.string(),
  exportNumber: z.number().int().min(1),
  digest: z.string(),
  salt: z.base64(),
  hostKeyId: z.string(),
  sealed: z.base64(),
});
const answersShape = z.array(z.object({ txnId: z.string(), frame: z.base64() }));

export type AnswersResult =
  | {
      readonly kind: 'taken';
      readonly exportNumber: number;
      /** Answers that said something new; the others were known already, from the network or from this file. */
      readonly taken: number;
      readonly known: number;
      /** Answers that are not believed, with the reason. */
      readonly odd: readonly { readonly txnId: string; readonly problem: string }[];
      /** What is still owed. */
      readonly left: number;
    }
  | { readonly kind: 'refused'; readonly message: string };

/** Takes the host's answers to an exported batch as if they had come over the line: same matching, same MAC check. */
export async function importAnswers(ports: StickPorts, text: string): Promise<AnswersResult> {
  const { exchanger, keys, random, terminal } = ports;
  if (Buffer.byteLength(text) > ANSWER_FILE_BYTES_MAX) {
    return { kind: 'refused', message: `A file of answers has at most ${ANSWER_FILE_BYTES_MAX} bytes.` };
  }
  const file = readAnswerFile(text);
  if (!file) {
    return {
      kind: 'refused',
      message: 'This is no file of answers, or it was cut short or changed. Copy it anew.',
    };
  }
  const { terminalId } = terminalOf(terminal.state);
  if (file.terminalId !== terminalId) {
    return {
      kind: 'refused',
      message: `These answers are for terminal ${file.terminalId}; this is ${terminalId}.`,
    };
  }
  const opened = openBatchAnswers(file, { ...keys, random });
  const answers = opened.ok ? answersShape.safeParse(json(opened.plaintext)) : undefined;
  if (!answers?.success) {
    return { kind: 'refused', message: 'The answers were changed on their way, or another host made them.' };
  }
  const odd: { txnId: string; problem: string }[] = [];
  let taken = 0;
  let known = 0;
  for (const { frame, txnId } of answers.data) {
    const isOwed = owed(terminal.state).some((item) => item.txnId === txnId);
    const exchange = isOwed ? terminal.owedExchange(txnId) : undefined;
    if (!exchange) {
      known += 1;
      continue;
    }
    const answer = Buffer.from(frame, 'base64');
    const packed = exchanger.pack(exchange);
    if (!packed.ok || !isAnswerTo(answer, packed.frame)) {
      odd.push({ txnId, problem: 'it answers another message' });
      continue;
    }
    const outcome = exchanger.read(answer, exchange);
    if (outcome.kind !== 'answered') {
      odd.push({ txnId, problem: outcome.kind });
      continue;
    }
    await terminal.run({ kind: 'exchange-ended', exchange, outcome });
    taken += 1;
  }
  return {
    kind: 'taken',
    exportNumber: file.exportNumber,
    taken,
    known,
    odd,
    left: owed(terminal.state).length,
  };
}

function isAnswerTo(answer: Uint8Array, request: Uint8Array): boolean {
  const { readKey } = isoMatching(cup);
  const asked = readKey(request);
  const said = readKey(answer);
  const key = asked && keyOfRequest(asked);
  return (
    key !== undefined && said !== undefined && keyOfAnswer(said) === key && said.amount === asked?.amount
  );
}

function readAnswerFile(text: string): BatchAnswerFile | undefined {
  const parsed = answerFileShape.safeParse(json(Buffer.from(text, 'utf8')));
  return parsed.success ? parsed.data : undefined;
}

function json(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
