/**
 * Why a request did not leave: `same-key-in-flight` when one with the same key fields still waits for its answer,
 * `unmatchable` when the frame has no key fields to match an answer by.
 */
export type NotSentReason = 'link-down' | 'window-full' | 'closed' | 'same-key-in-flight' | 'unmatchable';

/**
 * What became of a request. `not-sent` means that no byte left this process, so the host cannot know of it;
 * every other failure leaves the outcome unknown.
 */
export type LinkOutcome =
  | { readonly kind: 'answered'; readonly answer: Uint8Array; readonly roundTripMs: number }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'link-lost' }
  | { readonly kind: 'not-sent'; readonly reason: NotSentReason };

/** `degraded`: connected, but the last request or echo went unanswered. */
export type LinkState = 'up' | 'down' | 'degraded';

export interface LinkStatus {
  readonly state: LinkState;
  readonly sinceMs: number;
  /** The latest round trips, newest last, at most ROUND_TRIP_HISTORY_MAX. */
  readonly roundTripsMs: readonly number[];
  readonly lastError?: string;
}

/** The way to the host. Frames go in and out without their two-byte length. */
export interface HostLink {
  /** Sends one frame and waits for the answer that has its key fields. Never rejects. */
  request(frame: Uint8Array, options: { readonly timeoutMs: number }): Promise<LinkOutcome>;
  status(): LinkStatus;
  /** @returns the way to stop listening. */
  onStatus(listener: (status: LinkStatus) => void): () => void;
  close(): Promise<void>;
}
