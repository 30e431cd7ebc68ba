import { diversify, fromHex, type SecretKey } from '../../terminal-core/crypto/index.ts';
import type { StoreTransaction } from '../store/store.ts';
import type { Vault } from './vault.ts';

/** What a master key is for: the debit's session key (MPK), the load's (MLK), the authentication codes (MTK). */
export type PurseKeyPurpose = 'purchase' | 'load' | 'tac';
export const PURSE_KEY_PURPOSES: readonly PurseKeyPurpose[] = ['purchase', 'load', 'tac'];

export interface PurseMasterKey {
  /** 16 hex digits, as file 0015 of the card has it. */
  readonly issuerId: string;
  /** 0 to 255, DF0B. */
  readonly version: number;
  readonly purpose: PurseKeyPurpose;
  readonly key: SecretKey;
  /** What the key is diversified by before the application serial: nothing, a bank, or a city and a bank; hex, 8 bytes each. */
  readonly levels: readonly string[];
}

/** The issuer's purse keys, sealed in the store; a card's keys are made from them when they are needed. */
export class PurseKeys {
  readonly #vault: Vault;

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  /** @returns false when the issuer has a key of this version and purpose already; it is left as it is. */
  async save(tx: StoreTransaction, master: PurseMasterKey): Promise<boolean> {
    const changed = await tx.run(
      `INSERT INTO purse_keys (issuer_id, version, purpose, sealed, levels) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      master.issuerId,
      master.version,
      master.purpose,
      this.#vault.sealKey('purse-key', master.key),
      JSON.stringify(master.levels),
    );
    return changed === 1;
  }

  /** The key of one card; undefined when the issuer has no key of this version. */
  async cardKey(
    tx: StoreTransaction,
    card: { readonly issuerId: string; readonly applicationSerial: string },
    key: { readonly version: number; readonly purpose: PurseKeyPurpose },
  ): Promise<SecretKey | undefined> {
    const row = await tx.get<{ sealed: Uint8Array; levels: string }>(
      'SELECT sealed, levels FROM purse_keys WHERE issuer_id = ? AND version = ? AND purpose = ?',
      card.issuerId,
      key.version,
      key.purpose,
    );
    if (!row) return undefined;
    // Written by `save` and by nobody else.
    const levels = JSON.parse(row.levels) as readonly string[];
    const factors = [...levels, card.applicationSerial].map((hex) =>
      fromHex(hex, 'A diversification factor'),
    );
    return diversify(this.#vault.openKey('purse-key', row.sealed), factors);
  }
}
