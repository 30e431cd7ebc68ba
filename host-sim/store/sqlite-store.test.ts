import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nextNumber } from './counters.ts';
import { GROUP_MAX, openSqliteStore, WAITING_MAX } from './sqlite-store.ts';
import { StoreRefusal } from './store.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'host-store-'));
  file = join(folder, 'host.db');
});

afterEach(() => rmSync(folder, { recursive: true }));

function refusalOf(open: () => unknown): StoreRefusal {
  try {
    open();
  } catch (error) {
    if (error instanceof StoreRefusal) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('opening a host database', () => {
  it('refuses one from a newer version and does not touch it', () => {
    const newer = new Database(file);
    newer.pragma('user_version = 999');
    newer.close();
    const before = readFileSync(file);
    const refusal = refusalOf(() => openSqliteStore(file));
    expect(refusal.code).toBe('from-the-future');
    expect(refusal.message).toContain('update the program');
    expect(readFileSync(file)).toEqual(before);
  });

  it('refuses a file that is no database and does not touch it', () => {
    writeFileSync(file, 'pan,kind,balance\n'.repeat(100));
    expect(refusalOf(() => openSqliteStore(file)).code).toBe('not-a-database');
    expect(readFileSync(file, 'utf8')).toMatch(/^pan,kind/);
  });

  it('refuses one with damaged pages and does not touch it', async () => {
    const store = openSqliteStore(file);
    await store.transaction(async (tx) => {
      for (let index = 0; index < 2_000; index += 1) {
        await tx.run(
          'INSERT INTO secrets (name, sealed) VALUES (?, ?)',
          `secret ${index}`,
          new Uint8Array(50),
        );
      }
    });
    await store.close();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, bytes.length - 3 * 4096, bytes.length - 4096);
    writeFileSync(file, bytes);
    expect(refusalOf(() => openSqliteStore(file)).code).toBe('corrupt');
    expect(readFileSync(file)).toEqual(bytes);
  });

  it('refuses a folder that is not there', () => {
    expect(refusalOf(() => openSqliteStore(join(folder, 'no', 'such', 'host.db'))).code).toBe('cannot-open');
  });

  it('is durable: write-ahead log, synchronous FULL', async () => {
    const store = openSqliteStore(file);
    expect(await store.transaction((tx) => tx.get('PRAGMA journal_mode'))).toEqual({ journal_mode: 'wal' });
    expect(await store.transaction((tx) => tx.get('PRAGMA synchronous'))).toEqual({ synchronous: 2 });
    await store.close();
  });
});

describe('a transaction', () => {
  it('leaves nothing behind when it fails', async () => {
    const store = openSqliteStore(file);
    const failing = store.transaction(async (tx) => {
      await nextNumber(tx, 'rrn');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await store.transaction((tx) => nextNumber(tx, 'rrn'))).toBe(1);
    await store.close();
  });

  it('that fails among others that wait with it disturbs none of them', async () => {
    const store = openSqliteStore(file);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 2 * GROUP_MAX + 1 }, (_, index) =>
        store.transaction(async (tx) => {
          const number = await nextNumber(tx, 'rrn');
          if (index % 10 === 3) throw new Error('no');
          return number;
        }),
      ),
    );
    const numbers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(outcomes.length - numbers.length).toBe(13);
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index + 1));
    await store.close();
  });

  it('is on disk when its caller is told: another reader sees it', async () => {
    const store = openSqliteStore(file);
    const reader = new Database(file, { readonly: true });
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const number = await store.transaction((tx) => nextNumber(tx, 'rrn'));
        const seen = reader.prepare(`SELECT value FROM counters WHERE name = 'rrn'`).get();
        expect(seen).toMatchObject({ value: expect.any(Number) });
        expect(Object(seen).value).toBeGreaterThanOrEqual(number);
      }),
    );
    reader.close();
    await store.close();
  });

  it('is refused at once when too many wait already', async () => {
    const store = openSqliteStore(file);
    const outcomes = await Promise.allSettled(
      Array.from({ length: WAITING_MAX + 1 }, () => store.transaction((tx) => nextNumber(tx, 'rrn'))),
    );
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(outcomes.at(-2)).toEqual({ status: 'fulfilled', value: WAITING_MAX });
    await store.close();
  });

  it('is told when the lock cannot be had, and the next one is not harmed', async () => {
    const store = openSqliteStore(file, { busyTimeoutMs: 10 });
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(store.transaction((tx) => nextNumber(tx, 'rrn'))).rejects.toThrow('locked');
    other.exec('ROLLBACK');
    other.close();
    expect(await store.transaction((tx) => nextNumber(tx, 'rrn'))).toBe(1);
    await store.close();
  });

  it('waits for the one before it, so that no two read the same number', async () => {
    const store = openSqliteStore(file);
    const slowly = () =>
      store.transaction(async (tx) => {
        const number = await nextNumber(tx, 'rrn');
        await new Promise((resolve) => setTimeout(resolve, 1));
        return number;
      });
    expect(await Promise.all(Array.from({ length: 5 }, slowly))).toEqual([1, 2, 3, 4, 5]);
    await store.close();
  });

  it('does not overlap with one of another process on the same file', async () => {
    const first = openSqliteStore(file);
    const second = openSqliteStore(file);
    const numbers: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      for (const store of [first, second])
        numbers.push(await store.transaction((tx) => nextNumber(tx, 'rrn')));
    }
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await first.close();
    await second.close();
  });
});
