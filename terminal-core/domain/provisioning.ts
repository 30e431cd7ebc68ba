/**
 * What a terminal is told about itself before its first day: written by `holdfast host terminals create`, read by the
 * till. It holds key components, so it is for test systems and for the hands of two people, never for a log.
 */
export interface TerminalProvisioning {
  readonly format: 'holdfast-provisioning';
  readonly version: 1;
  /** 15 characters. */
  readonly merchantId: string;
  readonly merchantNameZh: string;
  readonly merchantNameEn: string;
  /** 8 characters. */
  readonly terminalId: string;
  /** ISO 4217 numeric; 156 is CNY. */
  readonly currency: string;
  /** TPDU of requests, 10 hex digits, and the 12 header digits. */
  readonly tpdu: string;
  readonly header: string;
  /** The terminal master key in two components, 32 hex digits each; the key is their XOR. */
  readonly terminalMasterKeyComponents: readonly [string, string];
  /** Check value of the whole key: the first 4 bytes of encrypting eight zero bytes, 8 hex digits. */
  readonly terminalMasterKeyCheckValue: string;
  /** HMAC key under which certificates name card numbers, 64 hex digits. */
  readonly cardHashKey: string;
  /** The issuer's Ed25519 public keys: key id (8 hex digits) to raw public key (base64). */
  readonly issuerPublicKeys: Readonly<Record<string, string>>;
  /**
   * For batches on a stick: the terminal's Ed25519 private key and the host's X25519 public key, base64. Files written
   * before there were such batches lack it.
   */
  readonly batchFile?: { readonly signingKey: string; readonly hostKey: string } | undefined;
}
