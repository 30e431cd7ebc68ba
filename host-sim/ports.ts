/** The only way the host learns the time. Milliseconds since the epoch. */
export interface Clock {
  nowMs(): number;
}

/** The only source of randomness: keys, authorisation codes, salts. */
export interface Random {
  bytes(length: number): Uint8Array;
}

/** Where the host says what it does. Never a card number, a key or a PIN. */
export interface Log {
  info(event: string, details?: Readonly<Record<string, unknown>>): void;
  warn(event: string, details?: Readonly<Record<string, unknown>>): void;
  error(event: string, details?: Readonly<Record<string, unknown>>): void;
}
