import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretKey } from '../../terminal-core/crypto/index.ts';
import { openServices } from '../host-services.ts';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import { seededRandom } from './random.ts';
import { Vault, VaultKeyMismatch } from './vault.ts';
import { readVaultKey } from './vault-key.ts';

const KEY = SecretKey.from(new Uint8Array(32).fill(7));
const OTHER_KEY = SecretKey.from(new Uint8Array(32).fill(8));

describe('the vault', () => {
  it('opens what it sealed, for the same purpose and under the same key only', () => {
    const vault = new Vault({ key: KEY, random: seededRandom(1, 1) });
    const sealed = vault.seal('card-number', Buffer.from('6228880000000001'));
    expect(Buffer.from(sealed).toString('latin1')).not.toContain('6228');
    expect(Buffer.from(vault.open('card-number', sealed)).toString()).toBe('6228880000000001');
    expect(() => vault.open('working-key', sealed)).toThrow(VaultKeyMismatch);
    expect(() =>
      new Vault({ key: OTHER_KEY, random: seededRandom(1, 1) }).open('card-number', sealed),
    ).toThrow('vault key');
  });

  it('shows no key to whoever prints it', () => {
    const vault = new Vault({ key: KEY, random: seededRandom(1, 1) });
    expect(inspect(vault, { depth: 5, showHidden: true })).not.toMatch(/07070707|7, 7, 7/);
  });

  it('refuses a database that was made with another key', async () => {
    const store = openSqliteStore(':memory:');
    const open = (vaultKey: SecretKey) =>
      openServices({ store, settings: DEFAULT_SETTINGS, vaultKey, nowMs: 0 });
    await open(KEY);
    await expect(open(OTHER_KEY)).rejects.toThrow(VaultKeyMismatch);
    await store.close();
  });
});

describe('the vault key', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'host-key-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const source = () => ({
    fromEnvironment: undefined,
    file: join(folder, 'key'),
    makeFile: 'never' as const,
    random: seededRandom(1, 1),
  });

  it('is made for a demo, for the owner alone, and read again', () => {
    const made = readVaultKey({ ...source(), makeFile: 'when-missing' });
    expect(statSync(join(folder, 'key')).mode & 0o777).toBe(0o600);
    const read = readVaultKey(source());
    expect(made.ok && read.ok && Buffer.from(made.key.reveal()).equals(read.key.reveal())).toBe(true);
  });

  it('is not made for anybody else', () => {
    expect(readVaultKey(source())).toMatchObject({ ok: false });
  });

  it('that is broken is refused without being repeated', () => {
    writeFileSync(join(folder, 'key'), 'ABCDEF0123');
    const read = readVaultKey(source());
    expect(read.ok ? '' : read.message).toMatch(/is not 64 hex digits/);
    expect(JSON.stringify(read)).not.toContain('ABCDEF');
  });
});

describe('seeded randomness', () => {
  it('repeats for a seed and differs between starts', () => {
    const draw = (seed: number, boot: number) =>
      Buffer.from(seededRandom(seed, boot).bytes(40)).toString('hex');
    expect(draw(1, 1)).toBe(draw(1, 1));
    expect(new Set([draw(1, 1), draw(1, 2), draw(2, 1)]).size).toBe(3);
  });

  it('gives the same stream however it is cut', () => {
    const random = seededRandom(1, 1);
    const pieces = Buffer.concat([random.bytes(5), random.bytes(33), random.bytes(2)]);
    expect(pieces.equals(seededRandom(1, 1).bytes(40))).toBe(true);
  });
});
