import {
  closeSync,
  constants,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { HASH_BYTES, hex, sameBytes, sha256Of } from './chain.ts';

/**
 * The head file stands beside the database and holds the number and hash of the last acknowledged entry. SQLite cannot
 * tell a write-ahead log that lost its end from a crash before the commit; with this file the journal can.
 *
 * It is written after the commit is on disk and before the append is acknowledged, and not synced: so it never names an
 * entry that could be missing for an honest reason, it is exact after the death of the process, and after a power cut it
 * is behind by at most what the operating system had not written back. A sync of its own would cost every sale a third
 * of its speed.
 */
export interface HeadRecord {
  readonly seq: number;
  /** 32 bytes. */
  readonly hash: Uint8Array;
}

export type HeadReading =
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged' }
  | ({ readonly kind: 'head' } & HeadRecord);

const MAGIC = Buffer.from('HFH1', 'ascii');
const COVERED_BYTES = 12 + HASH_BYTES;
/** Magic, number, hash, SHA-256 of these. Far smaller than a disk sector, so a power cut leaves the old or the new one. */
const RECORD_BYTES = COVERED_BYTES + HASH_BYTES;

export function headFilePath(databaseFile: string): string {
  return `${databaseFile}-head`;
}

export function readHead(databaseFile: string): HeadReading {
  let bytes: Buffer;
  try {
    bytes = readFileSync(headFilePath(databaseFile));
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT'
      ? { kind: 'absent' }
      : { kind: 'damaged' };
  }
  const record = decode(bytes);
  return record === undefined ? { kind: 'damaged' } : { kind: 'head', ...record };
}

/** The open head file of a running terminal. */
export class HeadFile {
  readonly #descriptor: number;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Opens the file, or makes it whole and with its name in one step, and puts `record` into it. @throws like node:fs. */
  static open(databaseFile: string, record: HeadRecord): HeadFile {
    const path = headFilePath(databaseFile);
    const isNew = !existsSync(path);
    const writtenPath = isNew ? `${path}.new` : path;
    const descriptor = openSync(writtenPath, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      writeSync(descriptor, encode(record), 0, RECORD_BYTES, 0);
      ftruncateSync(descriptor, RECORD_BYTES);
      fsyncSync(descriptor);
      if (isNew) {
        renameSync(writtenPath, path);
        syncDirectory(dirname(path));
      }
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
    return new HeadFile(descriptor);
  }

  /** Notes the last acknowledged entry. @returns false when the file could not be written. */
  write(record: HeadRecord): boolean {
    try {
      writeSync(this.#descriptor, encode(record), 0, RECORD_BYTES, 0);
      return true;
    } catch {
      return false;
    }
  }

  /** Makes what was last written durable. A disk that refuses leaves it as old as after a power cut. */
  sync(): void {
    try {
      fdatasyncSync(this.#descriptor);
    } catch {
      // The record is then as old as after a power cut, which the reader allows for.
    }
  }

  close(): void {
    this.sync();
    closeSync(this.#descriptor);
  }
}

function encode(record: HeadRecord): Buffer {
  const bytes = Buffer.alloc(RECORD_BYTES);
  MAGIC.copy(bytes, 0);
  bytes.writeBigUInt64BE(BigInt(record.seq), 4);
  bytes.set(record.hash, 12);
  bytes.set(sha256Of(bytes.subarray(0, COVERED_BYTES)), COVERED_BYTES);
  return bytes;
}

function decode(bytes: Buffer): HeadRecord | undefined {
  if (bytes.length !== RECORD_BYTES || !sameBytes(bytes.subarray(0, MAGIC.length), MAGIC)) return undefined;
  if (!sameBytes(sha256Of(bytes.subarray(0, COVERED_BYTES)), bytes.subarray(COVERED_BYTES))) return undefined;
  return { seq: Number(bytes.readBigUInt64BE(4)), hash: Uint8Array.from(bytes.subarray(12, COVERED_BYTES)) };
}

/** Makes the new name of a file durable. Windows has no such call and needs none. */
export function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(directory, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** For messages: `entry 12 (AB12…)`. */
export function describeHead(record: HeadRecord): string {
  return `entry ${record.seq} (${hex(record.hash).slice(0, 16)}…)`;
}
