import { createHash } from 'node:crypto';
import type { StoreTransaction } from './store.ts';

export type DownloadKind = 'parameters' | 'hotlist';

/** Keeps what a terminal is downloading, until it asks for the first part again. */
export async function saveDownload(
  tx: StoreTransaction,
  download: { readonly kind: DownloadKind; readonly terminalId: string; readonly signed: Uint8Array },
): Promise<void> {
  await tx.run(
    `INSERT INTO downloads (kind, terminal_id, signed) VALUES (?, ?, ?)
     ON CONFLICT (kind, terminal_id) DO UPDATE SET signed = excluded.signed`,
    download.kind,
    download.terminalId,
    download.signed,
  );
}

export async function findDownload(
  tx: StoreTransaction,
  kind: DownloadKind,
  terminalId: string,
): Promise<Uint8Array | undefined> {
  const row = await tx.get<{ signed: Uint8Array }>(
    'SELECT signed FROM downloads WHERE kind = ? AND terminal_id = ?',
    kind,
    terminalId,
  );
  return row?.signed;
}

/** The version of a document's content: 1, 2, 3 ... rising when the content is another than before. */
export async function versionFor(tx: StoreTransaction, kind: DownloadKind, content: string): Promise<number> {
  const digest = createHash('sha256').update(content).digest('hex');
  const row = await tx.get<{ version: number }>(
    `INSERT INTO document_versions (kind, version, content_digest) VALUES (?, 1, ?)
     ON CONFLICT (kind) DO UPDATE SET
       version = document_versions.version + (CASE WHEN document_versions.content_digest = excluded.content_digest THEN 0 ELSE 1 END),
       content_digest = excluded.content_digest
     RETURNING version`,
    kind,
    digest,
  );
  if (!row) throw new Error(`The store gave no ${kind} version`);
  return row.version;
}
