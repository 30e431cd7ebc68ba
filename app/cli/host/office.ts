import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openServices } from '../../../host-sim/host-services.ts';
import { systemRandom } from '../../../host-sim/keys/random.ts';
import { VaultKeyMismatch } from '../../../host-sim/keys/vault.ts';
import { readVaultKey } from '../../../host-sim/keys/vault-key.ts';
import type { HostServices } from '../../../host-sim/server/outcome.ts';
import { accountingDate, DEFAULT_SETTINGS } from '../../../host-sim/settings.ts';
import { openSqliteStore } from '../../../host-sim/store/sqlite-store.ts';
import { type Store, StoreRefusal } from '../../../host-sim/store/store.ts';
import type { SecretKey } from '../../../terminal-core/crypto/index.ts';
import { argumentWords, isFromParseArgs } from '../argument-words.ts';
import { dataRoot } from '../data-root.ts';
import type { CommandIo } from '../io.ts';

/** Something a person can put right, told in one line; `exitCode` 2 is a bad argument, 1 anything else. */
export class CommandProblem extends Error {
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Options that every command of the host takes. */
export const COMMON_OPTIONS = {
  db: { type: 'string' },
  'vault-key-file': { type: 'string' },
  demo: { type: 'boolean' },
  seed: { type: 'string' },
  now: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export interface CommonValues {
  readonly db?: string | undefined;
  readonly 'vault-key-file'?: string | undefined;
  readonly demo?: boolean | undefined;
  readonly seed?: string | undefined;
  readonly now?: string | undefined;
  readonly json?: boolean | undefined;
}

export function databaseFile(values: CommonValues): string {
  if (values.db !== undefined) return values.db;
  if (values.demo) return join(dataRoot(process.env), 'demo', 'host', 'host.sqlite');
  return process.env.HOLDFAST_HOST_DB ?? join(dataRoot(process.env), 'host', 'host.sqlite');
}

export function seedOf(values: CommonValues): number | undefined {
  return values.seed === undefined ? undefined : wholeNumber('--seed', values.seed, Number.MAX_SAFE_INTEGER);
}

/** The moment that a command goes by: --now, for a host whose clock was moved, or this machine's. */
export function nowOf(values: CommonValues): number {
  if (values.now === undefined) return Date.now();
  const nowMs = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(values.now) ? Date.parse(values.now) : Number.NaN;
  if (Number.isNaN(nowMs))
    throw new CommandProblem(
      `--now is a moment like 2026-03-10T22:59:59+08:00, not ${JSON.stringify(values.now)}`,
      2,
    );
  return nowMs;
}

/** --day, or the accounting day that is open at this moment. */
export function accountingDayOf(values: CommonValues & { readonly day?: string | undefined }): string {
  const today = accountingDate(nowOf(values), DEFAULT_SETTINGS);
  const { day = today } = values;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(day)))
    throw new CommandProblem(`--day is an accounting day like 2026-03-10, not ${JSON.stringify(day)}`, 2);
  return day;
}

export function wholeNumber(option: string, text: string, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max)
    throw new CommandProblem(`${option} is a whole number from 0 to ${max}, not ${JSON.stringify(text)}`, 2);
  return value;
}

/** The vault key from HOLDFAST_VAULT_KEY or a file; a demo makes the file. */
export function vaultKeyOf(values: CommonValues): SecretKey {
  const read = readVaultKey({
    fromEnvironment: process.env.HOLDFAST_VAULT_KEY,
    file: values['vault-key-file'] ?? `${databaseFile(values)}.vault-key`,
    makeFile: values.demo ? 'when-missing' : 'never',
    random: systemRandom,
  });
  if (!read.ok) throw new CommandProblem(read.message);
  return read.key;
}

/** Runs `work` over the store, which must be there already, and closes it. */
export async function withStore<T>(values: CommonValues, work: (store: Store) => Promise<T>): Promise<T> {
  // A mistyped option is said by every command, whether this one goes by it or not.
  nowOf(values);
  seedOf(values);
  return inStore(existingDatabase(values), work);
}

interface Office {
  readonly store: Store;
  readonly services: HostServices;
  readonly nowMs: number;
}

/** As `withStore`, with the vault open. */
export async function withOffice<T>(values: CommonValues, work: (office: Office) => Promise<T>): Promise<T> {
  existingDatabase(values);
  return withNewOffice(values, work);
}

/** As `withOffice`, and makes the database where there is none: for the commands that a new host begins with. */
export async function withNewOffice<T>(
  values: CommonValues,
  work: (office: Office) => Promise<T>,
): Promise<T> {
  const nowMs = nowOf(values);
  const seed = seedOf(values);
  const file = newDatabaseFile(values);
  const vaultKey = vaultKeyOf(values);
  return inStore(file, async (store) => {
    const services = await openServices({
      store,
      settings: DEFAULT_SETTINGS,
      vaultKey,
      nowMs,
      ...(seed === undefined ? {} : { seed }),
    });
    return work({ store, services, nowMs });
  });
}

/** Where a database may be made: its folder is there afterwards. @throws CommandProblem when it cannot be made. */
export function newDatabaseFile(values: CommonValues): string {
  const file = databaseFile(values);
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new CommandProblem(`There can be no host database at ${file}: ${words}`, 2);
  }
  return file;
}

/** A mistyped --db must not look like a host that knows nothing. @throws CommandProblem when there is no such file. */
function existingDatabase(values: CommonValues): string {
  const file = databaseFile(values);
  if (!existsSync(file)) {
    throw new CommandProblem(
      `There is no host database at ${file}: name another with --db, or make one with "holdfast host serve", "host terminals create", "host cards load" or "host purses load".`,
      2,
    );
  }
  return file;
}

async function inStore<T>(file: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = openSqliteStore(file);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Turns what a person can put right into one line and an exit code; anything else is a bug and goes on. */
export function reportProblem(error: unknown, io: CommandIo, command = 'host'): 1 | 2 {
  if (error instanceof CommandProblem) {
    io.stderr.write(`holdfast ${command}: ${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof StoreRefusal || error instanceof VaultKeyMismatch) {
    io.stderr.write(`holdfast ${command}: ${error.message}\n`);
    return 1;
  }
  if (isFromParseArgs(error)) {
    io.stderr.write(`holdfast ${command}: ${argumentWords(error)}\n`);
    return 2;
  }
  throw error;
}

export function printJson(io: CommandIo, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value)}\n`);
}
