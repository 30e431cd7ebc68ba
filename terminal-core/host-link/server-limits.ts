/** The most terminals at once that `connectionsMax` may allow; each costs a file handle and some 10 KiB. */
export const CONNECTIONS_MAX = 16_384;
/** Terminals at once unless `connectionsMax` says otherwise; the next one is refused. */
export const CONNECTIONS_DEFAULT = 1_024;
/** Frames of one connection that are being handled at once. */
export const IN_FLIGHT_PER_CONNECTION_MAX = 64;
/** Answers that wait because a terminal does not read; above it the terminal is dropped. */
export const SERVER_WRITE_BUFFER_MAX_BYTES = 1024 * 1024;

/** What a host may tune. Every field has its default in SERVER_LIMITS. */
export interface ServerLimits {
  /** 1 to CONNECTIONS_MAX. */
  readonly connectionsMax: number;
  /** 1 to IN_FLIGHT_PER_CONNECTION_MAX; 1 handles one frame after the other, so answers come in the order of the requests. */
  readonly inFlightMax: number;
  /** A connection without traffic for so long is closed. */
  readonly idleMs: number;
  /** A frame that is not complete so long after its first byte closes the connection. */
  readonly partialFrameMs: number;
  readonly tlsHandshakeMs: number;
  /** How long `stop` waits for what was started. */
  readonly stopGraceMs: number;
}

export const SERVER_LIMITS: ServerLimits = {
  connectionsMax: CONNECTIONS_DEFAULT,
  inFlightMax: IN_FLIGHT_PER_CONNECTION_MAX,
  idleMs: 300_000,
  partialFrameMs: 30_000,
  tlsHandshakeMs: 10_000,
  stopGraceMs: 5_000,
};

/** @throws RangeError for a limit that is not a positive whole number or is over its maximum. */
export function serverLimits(overrides: Partial<ServerLimits> = {}): ServerLimits {
  const limits = { ...SERVER_LIMITS, ...overrides };
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${name} is a positive whole number, not ${value}`);
  }
  if (limits.connectionsMax > CONNECTIONS_MAX)
    throw new RangeError(`connectionsMax is at most ${CONNECTIONS_MAX}`);
  if (limits.inFlightMax > IN_FLIGHT_PER_CONNECTION_MAX) {
    throw new RangeError(`inFlightMax is at most ${IN_FLIGHT_PER_CONNECTION_MAX}`);
  }
  return limits;
}

/** What the server has seen since it was made. */
export interface ServerCounters {
  accepted: number;
  /** Terminals over `connectionsMax`. */
  refused: number;
  tlsFailures: number;
  framesIn: number;
  framesOut: number;
  framingErrors: number;
  handlerErrors: number;
  idleClosed: number;
  /** Terminals that did not read their answers. */
  dropped: number;
}
