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

/**
 * `announced` is told to terminals and signs nothing yet; `active` signs; `retired` signs no more and is still believed;
 * `revoked` is believed no more.
 */
export type IssuerKeyStatus = 'announced' | 'active' | 'retired' | 'revoked';

export interface IssuerKey {
  /** 8 hex digits. */
  readonly keyId: string;
  /** Raw Ed25519 public key, base64. */
  readonly publicKey: string;
  readonly status: IssuerKeyStatus;
  readonly createdAtMs: number;
  readonly statusSinceMs: number;
}

interface MakeKey {
  readonly random: Random;
  readonly nowMs: number;
}

/** The issuer's Ed25519 keys: balance certificates, parameters and hotlists. */
export class IssuerKeys {
  readonly #vault: Vault;
  /** A key never changes under its id, so keeping it opened is no state of record. */
  readonly #opened = new Map<string, SigningKey>();

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  /** Makes the first key when there is none. */
  async ensure(tx: StoreTransaction, make: MakeKey): Promise<void> {
    if (!(await this.#find(tx, 'active'))) await this.#make(tx, { ...make, status: 'active' });
  }

  /**
   * Makes the next key and signs nothing with it, so that every terminal has its public half, out of a document that the
   * present key signed, before anything depends on it. One at a time: an announced key is given again.
   */
  async announce(tx: StoreTransaction, make: MakeKey): Promise<string> {
    const announced = await this.#find(tx, 'announced');
    return announced?.keyId ?? this.#make(tx, { ...make, status: 'announced' });
  }

  /** The announced key, or a new one that no terminal has been told of, signs from now on; the present one retires. */
  async rotate(tx: StoreTransaction, make: MakeKey): Promise<string> {
    const next = await this.announce(tx, make);
    const { nowMs } = make;
    await tx.run(
      `UPDATE issuer_keys SET status = 'retired', status_since_ms = ? WHERE status = 'active'`,
      nowMs,
    );
    await setStatus(tx, { keyId: next, status: 'active', nowMs });
    return next;
  }

  /** Nothing that this key signed is believed from now on, here and at terminals with their next parameters. */
  async revoke(
    tx: StoreTransaction,
    revocation: { readonly keyId: string; readonly nowMs: number },
  ): Promise<'revoked' | 'no-such-key' | 'is-active'> {
    const key = (await this.list(tx)).find(({ keyId }) => keyId === revocation.keyId);
    if (!key) return 'no-such-key';
    if (key.status === 'active') return 'is-active';
    if (key.status !== 'revoked') await setStatus(tx, { ...revocation, status: 'revoked' });
    return 'revoked';
  }

  /** Oldest first. */
  async list(tx: StoreTransaction): Promise<IssuerKey[]> {
    return tx.all<IssuerKey>(
      `SELECT key_id AS "keyId", public_key AS "publicKey", status, created_at_ms AS "createdAtMs",
         status_since_ms AS "statusSinceMs" FROM issuer_keys ORDER BY created_at_ms, key_id`,
    );
  }

  /** Key id to raw public key in base64, as provisioning and the parameter document have them; not the revoked ones. */
  async publicKeys(tx: StoreTransaction): Promise<Record<string, string>> {
    const keys = (await this.list(tx)).filter(({ status }) => status !== 'revoked');
    return Object.fromEntries(keys.map(({ keyId, publicKey }) => [keyId, publicKey]));
  }

  async revokedKeyIds(tx: StoreTransaction): Promise<string[]> {
    return (await this.list(tx)).filter(({ status }) => status === 'revoked').map(({ keyId }) => keyId);
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

  /** Whether we signed it, with whichever of our keys that is not revoked. */
  async openCertificate(tx: StoreTransaction, base64: string): Promise<OpenedCertificate> {
    return openCertificate(Buffer.from(base64, 'base64'), trustedKeys(await this.publicKeys(tx)));
  }

  async signDocument(tx: StoreTransaction, document: JsonValue): Promise<Uint8Array> {
    const key = await this.#active(tx);
    return signDocument(document, { keyId: key.keyId, privateKey: key });
  }

  async #make(tx: StoreTransaction, make: MakeKey & { readonly status: IssuerKeyStatus }): Promise<string> {
    const raw = make.random.bytes(PRIVATE_KEY_BYTES);
    const key = SigningKey.fromRaw(raw);
    await tx.run(
      `INSERT INTO issuer_keys (key_id, public_key, private_key_sealed, status, created_at_ms, status_since_ms)
       VALUES (?, ?, ?, ?, ?, ?)`,
      key.keyId,
      key.verifyingKey.toBase64(),
      this.#vault.seal('issuer-key', raw),
      make.status,
      make.nowMs,
      make.nowMs,
    );
    return key.keyId;
  }

  async #find(
    tx: StoreTransaction,
    status: 'announced' | 'active',
  ): Promise<{ readonly keyId: string; readonly privateKeySealed: Uint8Array } | undefined> {
    return tx.get(
      `SELECT key_id AS "keyId", private_key_sealed AS "privateKeySealed" FROM issuer_keys WHERE status = ?`,
      status,
    );
  }

  async #active(tx: StoreTransaction): Promise<SigningKey> {
    const row = await this.#find(tx, 'active');
    if (!row) throw new Error('The issuer has no active signing key');
    let key = this.#opened.get(row.keyId);
    if (!key) {
      key = SigningKey.fromRaw(this.#vault.open('issuer-key', row.privateKeySealed));
      this.#opened.set(row.keyId, key);
    }
    return key;
  }
}

async function setStatus(
  tx: StoreTransaction,
  change: { readonly keyId: string; readonly status: IssuerKeyStatus; readonly nowMs: number },
): Promise<void> {
  await tx.run(
    'UPDATE issuer_keys SET status = ?, status_since_ms = ? WHERE key_id = ?',
    change.status,
    change.nowMs,
    change.keyId,
  );
}
