import type { AmountMinor } from './money.ts';

/**
 * A balance certificate: the host's signed word on what a host-account card may spend offline (tier 2). Wire form and
 * signature are in `crypto/balance-certificate.ts`.
 */
export interface BalanceCertificate {
  readonly version: 1;
  /** Which of the issuer's Ed25519 keys signed it; 8 hex characters. */
  readonly keyId: string;
  /** HMAC-SHA-256 of the card number under the issuer's card-hash key, first 16 bytes, upper-case hex. */
  readonly panHash: string;
  /** Rises with every certificate the host signs. */
  readonly certificateNumber: number;
  /** The ledger entry that the balance was read after. */
  readonly ledgerNumber: number;
  readonly balanceMinor: AmountMinor;
  /** What one terminal may accept offline against this certificate in all. */
  readonly offlineCapMinor: AmountMinor;
  /** The largest single offline transaction. */
  readonly floorMinor: AmountMinor;
  /** The most offline transactions against this certificate on one terminal. */
  readonly countMax: number;
  /** Milliseconds since the epoch, whole seconds. */
  readonly issuedAtMs: number;
  readonly notAfterMs: number;
  /** The terminal ids it is good on; `*` is every terminal of the merchant. At most 8. */
  readonly terminalScope: readonly string[];
}

/** Which of the issuer's signing keys are good, as its parameter document says. Key ids are 8 hex digits, upper-case. */
export interface IssuerKeyList {
  /** Key id to raw Ed25519 public key, base64. */
  readonly keys: Readonly<Record<string, string>>;
  readonly revokedKeyIds: readonly string[];
}
