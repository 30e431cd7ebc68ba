import { createHmac, scryptSync, timingSafeEqual } from 'node:crypto';
import { panHash, SecretKey } from '../../terminal-core/crypto/index.ts';
import type { Pan } from '../../terminal-core/domain/pan.ts';
import type { Random } from '../ports.ts';
import type { StoredCard } from '../store/cards.ts';
import type { StoreTransaction } from '../store/store.ts';
import type { Vault } from './vault.ts';

const CARD_HASH_KEY_BYTES = 32;
const PIN_SALT_BYTES = 16;
const PIN_HASH_BYTES = 32;
/** A PIN has a million values: salt and cost only slow a thief down; the vault key is what stops him. */
const PIN_SCRYPT = { N: 1024, r: 8, p: 1 } as const;

export interface PinVerifier {
  readonly salt: Uint8Array;
  readonly verifier: Uint8Array;
}

/** Everything that has to do with a clear card number or a PIN. */
export class CardVault {
  readonly #vault: Vault;
  readonly #random: Random;
  /** The key under which certificates, hotlist and store name card numbers. */
  readonly cardHashKey: SecretKey;

  private constructor(parts: {
    readonly vault: Vault;
    readonly random: Random;
    readonly cardHashKey: SecretKey;
  }) {
    this.#vault = parts.vault;
    this.#random = parts.random;
    this.cardHashKey = parts.cardHashKey;
  }

  /** Opens the card-hash key of the database, or makes it when the database is new. */
  static async open(tx: StoreTransaction, vault: Vault, random: Random): Promise<CardVault> {
    const row = await tx.get<{ sealed: Uint8Array }>(
      `SELECT sealed FROM secrets WHERE name = 'card-hash-key'`,
    );
    if (row) return new CardVault({ vault, random, cardHashKey: vault.openKey('card-hash-key', row.sealed) });
    const cardHashKey = SecretKey.from(random.bytes(CARD_HASH_KEY_BYTES));
    await tx.run(
      `INSERT INTO secrets (name, sealed) VALUES ('card-hash-key', ?)`,
      vault.sealKey('card-hash-key', cardHashKey),
    );
    return new CardVault({ vault, random, cardHashKey });
  }

  panHash(pan: Pan): string {
    return panHash(pan.reveal(), this.cardHashKey);
  }

  sealPan(pan: Pan): Uint8Array {
    return this.#vault.seal('card-number', Buffer.from(pan.reveal(), 'latin1'));
  }

  makePinVerifier(pin: string): PinVerifier {
    const salt = this.#random.bytes(PIN_SALT_BYTES);
    return { salt, verifier: this.#pinHash(pin, salt) };
  }

  /** A card without a PIN matches none. */
  pinMatches(card: Pick<StoredCard, 'pinSalt' | 'pinVerifier'>, pin: string): boolean {
    if (!card.pinSalt || !card.pinVerifier) return false;
    return timingSafeEqual(this.#pinHash(pin, card.pinSalt), card.pinVerifier);
  }

  #pinHash(pin: string, salt: Uint8Array): Uint8Array {
    const slow = scryptSync(pin, salt, PIN_HASH_BYTES, PIN_SCRYPT);
    return createHmac('sha256', this.#vault.pinVerifierKey.reveal()).update(slow).digest();
  }
}
