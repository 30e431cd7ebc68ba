import { closeSync, constants, fdatasyncSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
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
const SLOT_BYTES = 76;
/** Two slots in different disk blocks, written in turn: a torn write leaves the other one. */
const SLOT_OFFSETS = [0, 4096] as const;
const FILE_BYTES = 4096 + SLOT_BYTES;

export function headFilePath(databaseFile: string): string {
  return `${databaseFile}-head`;
}

/** Reads the newer of the two slots. */
export function readHead(databaseFile: string): HeadReading {
  let bytes: Buffer;
  try {
    bytes = readFileSync(headFilePath(databaseFile));
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT'
      ? { kind: 'absent' }
      : { kind: 'damaged' };
  }
  let newest: HeadRecord | undefined;
  for (const offset of SLOT_OFFSETS) {
    const record = decodeSlot(bytes.subarray(offset, offset + SLOT_BYTES));
    if (record !== undefined && (newest === undefined || record.seq > newest.seq)) newest = record;
  }
  return newest === undefined ? { kind: 'damaged' } : { kind: 'head', ...newest };
}

/** The open head file of a running terminal. */
export class HeadFile {
  readonly #descriptor: number;
  #nextSlot = 0;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Opens or makes the file and puts `record` into both slots, on disk when this returns. @throws like node:fs. */
  static open(databaseFile: string, record: HeadRecord): HeadFile {
    const path = headFilePath(databaseFile);
    const head = new HeadFile(openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600));
    try {
      const image = Buffer.alloc(FILE_BYTES);
      for (const offset of SLOT_OFFSETS) encodeSlot(record).copy(image, offset);
      writeSync(head.#descriptor, image, 0, FILE_BYTES, 0);
      fsyncSync(head.#descriptor);
      syncDirectory(dirname(path));
    } catch (error) {
      closeSync(head.#descriptor);
      throw error;
    }
    return head;
  }

  /** Notes the last acknowledged entry. @returns false when the file could not be written. */
  write(record: HeadRecord): boolean {
    try {
      writeSync(this.#descriptor, encodeSlot(record), 0, SLOT_BYTES, SLOT_OFFSETS[this.#nextSlot]);
      this.#nextSlot = 1 - this.#nextSlot;
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    try {
      fdatasyncSync(this.#descriptor);
    } catch {
      // The record is then as old as after a power cut, which the reader allows for.
    }
    closeSync(this.#descriptor);
  }
}

function encodeSlot(record: HeadRecord): Buffer {
  const slot = Buffer.alloc(SLOT_BYTES);
  MAGIC.copy(slot, 0);
  slot.writeBigUInt64BE(BigInt(record.seq), 4);
  slot.set(record.hash, 12);
  slot.set(sha256Of(slot.subarray(0, 12 + HASH_BYTES)), 12 + HASH_BYTES);
  return slot;
}

function decodeSlot(slot: Buffer): HeadRecord | undefined {
  if (slot.length < SLOT_BYTES || !sameBytes(slot.subarray(0, 4), MAGIC)) return undefined;
  const covered = slot.subarray(0, 12 + HASH_BYTES);
  if (!sameBytes(sha256Of(covered), slot.subarray(12 + HASH_BYTES))) return undefined;
  return { seq: Number(slot.readBigUInt64BE(4)), hash: Uint8Array.from(slot.subarray(12, 12 + HASH_BYTES)) };
}

/** Makes the new name of a file durable. Windows has no such call and needs none. */
function syncDirectory(directory: string): void {
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
