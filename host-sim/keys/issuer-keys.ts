import {
  type JsonValue,
  type OpenedCertificate,
  openCertificate,
  SigningKey,
  signCertificate,
  signDocument,
  trustedKeys,
} from '../../terminal-core/crypto/index.ts';
import type { BalanceCertificate } from '../../terminal-core/domain/certificate.ts';
import type { Random } from '../ports.ts';
import type { StoreTransaction } from '../store/store.ts';
import type { Vault } from './vault.ts';

const PRIVATE_KEY_BYTES = 32;

/** The issuer's Ed25519 keys. One is active and signs; retired ones still say that what they signed was ours. */
export class IssuerKeys {
  readonly #vault: Vault;
  /** A key never changes under its id, so keeping it opened is no state of record. */
  readonly #opened = new Map<string, SigningKey>();

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  /** Makes the first key when there is none. */
  async ensure(tx: StoreTransaction, random: Random, nowMs: number): Promise<void> {
    const active = await tx.get<{ keyId: string }>(
      `SELECT key_id AS "keyId" FROM issuer_keys WHERE status = 'active'`,
    );
    if (!active) await this.rotate(tx, random, nowMs);
  }

  /** A new key signs from now on. Terminals must be given its public key before they can check what it signs. */
  async rotate(tx: StoreTransaction, random: Random, nowMs: number): Promise<string> {
    const raw = random.bytes(PRIVATE_KEY_BYTES);
    const key = SigningKey.fromRaw(raw);
    await tx.run(`UPDATE issuer_keys SET status = 'retired' WHERE status = 'active'`);
    await tx.run(
      `INSERT INTO issuer_keys (key_id, public_key, private_key_sealed, status, created_at_ms) VALUES (?, ?, ?, 'active', ?)`,
      key.keyId,
      key.verifyingKey.toBase64(),
      this.#vault.seal('issuer-key', raw),
      nowMs,
    );
    return key.keyId;
  }

  /** Key id to raw public key in base64, as provisioning has them. */
  async publicKeys(tx: StoreTransaction): Promise<Record<string, string>> {
    const rows = await tx.all<{ keyId: string; publicKey: string }>(
      'SELECT key_id AS "keyId", public_key AS "publicKey" FROM issuer_keys ORDER BY created_at_ms, key_id',
    );
    return Object.fromEntries(rows.map((row) => [row.keyId, row.publicKey]));
  }

  /** @returns base64. */
  async signCertificate(
    tx: StoreTransaction,
    certificate: Omit<BalanceCertificate, 'version' | 'keyId'>,
  ): Promise<string> {
    const key = await this.#active(tx);
    const signed = signCertificate({ ...certificate, version: 1, keyId: key.keyId }, key);
    return Buffer.from(signed).toString('base64');
  }

  /** Whether we signed it, with whichever of our keys. */
  async openCertificate(tx: StoreTransaction, base64: string): Promise<OpenedCertificate> {
    return openCertificate(Buffer.from(base64, 'base64'), trustedKeys(await this.publicKeys(tx)));
  }

  async signDocument(tx: StoreTransaction, document: JsonValue): Promise<Uint8Array> {
    const key = await this.#active(tx);
    return signDocument(document, { keyId: key.keyId, privateKey: key });
  }

  async #active(tx: StoreTransaction): Promise<SigningKey> {
    const row = await tx.get<{ keyId: string; privateKeySealed: Uint8Array }>(
      `SELECT key_id AS "keyId", private_key_sealed AS "privateKeySealed" FROM issuer_keys WHERE status = 'active'`,
    );
    if (!row) throw new Error('The issuer has no active signing key');
    let key = this.#opened.get(row.keyId);
    if (!key) {
      key = SigningKey.fromRaw(this.#vault.open('issuer-key', row.privateKeySealed));
      this.#opened.set(row.keyId, key);
    }
    return key;
  }
}
