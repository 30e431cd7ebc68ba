import type { BalanceCertificate, IssuerKeyList } from '../domain/certificate.ts';
import type { ApplicationSerial } from '../domain/purse.ts';

/** Something the host signed. `why` is a code such as `bad-signature`. */
export type Opened<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: string };

/** What the terminal does with its keys. No method gives a key away; `runtime/` keeps them sealed in a file. */
export interface TerminalKeys {
  /** DE64 over MTI to DE63 under the MAK of a key set; undefined when that key set is not (or no longer) held. */
  mac(keySetId: string, macInput: Uint8Array): Uint8Array | undefined;
  /** Compares in constant time. */
  macMatches(keySetId: string, macInput: Uint8Array, received: Uint8Array): boolean;
  /** The newest key set that is held. */
  currentKeySetId(): string | undefined;
  /** ISO 9564 format 0 block under the PIK of a key set; undefined when that is not, or no longer, held. */
  pinBlock(keySetId: string, pan: string, pin: string): Uint8Array | undefined;
  /** Unwraps DE62 of a sign-on answer; every check value holds, or nothing is installed. Durable when it returns. */
  installKeySet(
    keySetId: string,
    de62: Uint8Array,
  ): { readonly ok: true } | { readonly ok: false; readonly detail: string };
  /** Forgets the key sets that no unsettled transaction was sent under. */
  forgetKeySetsExcept(keySetIds: readonly string[]): void;
  /** Keyed hash by which certificates and the hotlist name a card: 32 hex digits. */
  panHash(pan: string): string;
  /** The same of an electronic purse, by its application serial. */
  purseHash(applicationSerial: ApplicationSerial): string;
  /**
   * From now on the issuer's public keys (key id to raw key in base64) are believed too, and the revoked ones not any more,
   * whatever else says so. In memory: the journal is what remembers.
   */
  believeIssuers(issuers: IssuerKeyList): void;
  /** A balance certificate whose signature one of the issuer's keys made, or why it is none. */
  openCertificate(bytes: Uint8Array): Opened<BalanceCertificate>;
  /** A parameter or hotlist document whose signature one of the issuer's keys made, or why it is none. */
  openDocument(bytes: Uint8Array): Opened<unknown>;
}
