import { z } from 'zod';
import type { BatchFile } from '../../terminal-core/crypto/index.ts';

/** Bytes of a batch file: a day of a till, many times over. */
export const BATCH_FILE_BYTES_MAX = 8 * 1024 * 1024;
export const BATCH_FILE_RECORDS_MAX = 5_000;

const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/);
const keyId = z.string().regex(/^[0-9A-F]{8}$/);

const batchFileShape = z.strictObject({
  format: z.literal('holdfast-batch'),
  version: z.literal(1),
  merchantId: z.string().length(15),
  terminalId: z.string().length(8),
  batchNumber: z.string().regex(/^\d{6}$/),
  exportNumber: z.number().int().min(1).max(999_999_999),
  exportedAtMs: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  recordCount: z.number().int().min(0).max(BATCH_FILE_RECORDS_MAX),
  hostKeyId: keyId,
  salt: base64.length(44),
  fileKey: base64.length(44),
  signedBy: keyId,
  sealed: base64,
  signature: base64.length(88),
});

/** What is inside: the terminal's own name of each record, and the message as it would go over the line, without its length. */
const recordsShape = z.array(z.strictObject({ txnId: z.string().min(1).max(64), frame: base64.max(12_000) }));
export type BatchFileRecord = z.infer<typeof recordsShape>[number];

export function readBatchFile(text: string): BatchFile | undefined {
  const parsed = batchFileShape.safeParse(json(text));
  return parsed.success ? parsed.data : undefined;
}

export function readRecords(plaintext: Uint8Array): readonly BatchFileRecord[] | undefined {
  const parsed = recordsShape.safeParse(json(Buffer.from(plaintext).toString('utf8')));
  return parsed.success ? parsed.data : undefined;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
