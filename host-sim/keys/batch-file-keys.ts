import { AgreementKey, AgreementPublicKey, SigningKey } from '../../terminal-core/crypto/index.ts';
import type { Random } from '../ports.ts';
import type { StoreTransaction } from '../store/store.ts';
import type { Vault } from './vault.ts';

/** The X25519 key that batch files are sealed to. The newest is given to new terminals; earlier ones go on opening. */
export class BatchFileKeys {
  readonly #vault: Vault;

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  /** Makes the first key when there is none. */
  async ensure(tx: StoreTransaction, random: Random, nowMs: number): Promise<void> {
    if (await tx.get('SELECT key_id FROM batch_file_keys LIMIT 1')) return;
    const { key, raw } = AgreementKey.generate(random);
    await tx.run(
      'INSERT INTO batch_file_keys (key_id, public_key, private_key_sealed, created_at_ms) VALUES (?, ?, ?, ?)',
      key.publicKey.keyId,
      key.publicKey.toBase64(),
      this.#vault.seal('batch-file-key', raw),
      nowMs,
    );
  }

  async publicKey(tx: StoreTransaction): Promise<AgreementPublicKey> {
    const row = await tx.get<{ publicKey: string }>(
      'SELECT public_key AS "publicKey" FROM batch_file_keys ORDER BY created_at_ms DESC, key_id LIMIT 1',
    );
    if (!row) throw new Error('The host has no batch file key');
    return AgreementPublicKey.fromBase64(row.publicKey);
  }

  /** @returns undefined when the host never had a key of this id. */
  async find(tx: StoreTransaction, keyId: string): Promise<AgreementKey | undefined> {
    const row = await tx.get<{ sealed: Uint8Array }>(
      'SELECT private_key_sealed AS sealed FROM batch_file_keys WHERE key_id = ?',
      keyId,
    );
    return row && AgreementKey.fromRaw(this.#vault.open('batch-file-key', row.sealed));
  }

  /** The key that a new terminal signs its batch files with: its private part leaves the host once, with the provisioning. */
  makeTerminalKey(random: Random): SigningKey {
    return SigningKey.generate(random);
  }
}
