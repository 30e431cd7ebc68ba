/**
 * Where random bytes come from. The same shape as the `Random` port, declared here because this folder stands beside
 * the ports and imports none of them.
 */
export interface RandomSource {
  /** @returns exactly `length` bytes that nobody can predict. */
  bytes(length: number): Uint8Array;
}
