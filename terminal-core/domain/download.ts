/** The documents that the host signs and the terminal downloads after sign-on, in numbered parts. */

/** Parameter download (DE60.3 = 360): a signed JSON document of this shape. Absent parameters keep their default. */
export interface ParameterDocument {
  readonly kind: 'parameters';
  /** Rises with every change. */
  readonly version: number;
  readonly issuedAtMs: number;
  /** Members of TerminalParameters that differ from the default; unknown names are ignored. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Balance certificates in base64, for cards that this terminal may meet offline. */
  readonly certificates: readonly string[];
  /** The issuer's keys that may be believed from now on: key id to raw Ed25519 public key in base64. */
  readonly issuerKeys: Readonly<Record<string, string>>;
  /** Key ids whose signatures must not be believed any more, whatever was provisioned or downloaded before. */
  readonly revokedKeyIds: readonly string[];
}

/** Hotlist download (DE60.3 = 390): card numbers as keyed hashes, never in the clear. */
export interface HotlistDocument {
  readonly kind: 'hotlist';
  readonly version: number;
  readonly issuedAtMs: number;
  /** panHash of each card and purseHash of each electronic purse that must be refused. */
  readonly panHashes: readonly string[];
}
