/** The only way the core learns the time or waits. `runtime/` gives the real one, the simulator a virtual one. */
export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  sleep(durationMs: number): Promise<void>;
}

/** The only source of randomness. */
export interface Random {
  bytes(length: number): Uint8Array;
}
