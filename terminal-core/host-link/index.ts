export { BACKOFF_CAP_MS, BACKOFF_FIRST_MS } from './backoff.ts';
export { createHostLink } from './client.ts';
export type { HostLinkClient, HostLinkOptions, TracedFrame } from './client-options.ts';
export type { ClientTls, Endpoint } from './connection.ts';
export type { LinkCounters } from './counters.ts';
export { encodeFrame, FRAME_LENGTH_MAX, FrameDecoder, type FrameError } from './framing.ts';
export { ENDED_KEYS_MAX } from './in-flight.ts';
export { type IsoMatching, isoMatching } from './iso-match-key.ts';
export {
  IN_FLIGHT_MAX,
  LINK_LIMITS,
  type LinkLimits,
  REQUEST_TIMEOUT_MAX_MS,
  ROUND_TRIP_HISTORY_MAX,
  WRITE_BUFFER_MAX_BYTES,
} from './limits.ts';
export type { LinkError, LinkErrorCode } from './link-error.ts';
export type { LinkLogger } from './logger.ts';
export { keyOfAnswer, keyOfRequest, type MatchKey, type ReadKey } from './match-key.ts';
export {
  createHostServer,
  type HostServer,
  type HostServerOptions,
  type ListenErrorCode,
  type ListenResult,
  type ServerTls,
  type StopResult,
} from './server.ts';
export type { FrameHandler, HostConnection } from './server-connection.ts';
export {
  CONNECTIONS_DEFAULT,
  CONNECTIONS_MAX,
  IN_FLIGHT_PER_CONNECTION_MAX,
  SERVER_LIMITS,
  SERVER_WRITE_BUFFER_MAX_BYTES,
  type ServerCounters,
  type ServerLimits,
} from './server-limits.ts';
