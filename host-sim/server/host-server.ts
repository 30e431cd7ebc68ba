import {
  createHostServer,
  type HostConnection,
  type HostServer,
  type ServerTls,
} from '../../terminal-core/host-link/index.ts';
import type { FaultRule } from '../faults/fault.ts';
import type { FaultBook } from '../faults/fault-book.ts';
import { sendWithFaults } from '../faults/send-with-faults.ts';
import { subjectOf } from '../faults/subject.ts';
import type { Log } from '../ports.ts';
import type { HostCore } from './host-core.ts';

export interface HostServerParts {
  readonly host: string;
  readonly port: number;
  readonly tls?: ServerTls;
  /** Terminals at once; that of the link unless given. */
  readonly connectionsMax?: number;
  readonly core: HostCore;
  readonly faults: FaultBook;
  readonly log: Log;
  readonly sleep: (durationMs: number) => Promise<void>;
  readonly counters: FrameCounters;
  /** Cuts every connection and listens again after so long. */
  readonly restart: (downMs: number) => void;
}

/** What came in since the start; no record, only for the console. */
export interface FrameCounters {
  answered: number;
  formatErrors: number;
  unreadable: number;
  unanswered: number;
  failures: number;
}

/** What a fault rule of kind `decline` says when it names no code. */
const DECLINE_CODE_DEFAULT = '05';
/** How long a host is down when the rule of kind `restart` does not say. */
const RESTART_MS = 1_000;

/** Puts the host behind TCP, with the fault rules between them. */
export function hostServer(parts: HostServerParts): HostServer {
  const { log } = parts;
  return createHostServer({
    host: parts.host,
    port: parts.port,
    ...(parts.tls === undefined ? {} : { tls: parts.tls }),
    ...(parts.connectionsMax === undefined ? {} : { limits: { connectionsMax: parts.connectionsMax } }),
    logger: {
      debug() {},
      info: (fields, message) => log.info(message, { ...fields }),
      warn: (fields, message) => log.warn(message, { ...fields }),
    },
    onFrame: (bytes, connection) => answer(parts, bytes, connection),
  });
}

async function answer(
  parts: HostServerParts,
  bytes: Uint8Array,
  connection: HostConnection,
): Promise<Uint8Array | undefined> {
  const { core, counters, faults, log, sleep } = parts;
  let rules: readonly FaultRule[] = [];
  const rule = (kind: FaultRule['kind']) => rules.find((each) => each.kind === kind);
  const received = await core.receive(bytes, (request) => {
    rules = faults.take(subjectOf(request));
    if (rule('no-answer-before-booking')) return 'drop';
    const decline = rule('decline');
    const partial = rule('partial-approval');
    return {
      unbalancedSettlement: rule('unbalanced-settlement') !== undefined,
      ...(partial ? { approveMinor: partial.approveMinor ?? 'half' } : {}),
      ...(decline ? { declineWith: decline.responseCode ?? DECLINE_CODE_DEFAULT } : {}),
    };
  });
  const restart = rule('restart');
  // At once, so that whatever it was going to answer does not leave any more.
  if (restart) parts.restart(restart.delayMs ?? RESTART_MS);
  if (rules.length > 0)
    log.info('fault', { connection: connection.id, kinds: rules.map((each) => each.kind) });
  switch (received.kind) {
    case 'unreadable':
      counters.unreadable += 1;
      log.warn('a frame could not be read', { connection: connection.id, error: received.error });
      return undefined;
    case 'format-error':
      counters.formatErrors += 1;
      log.warn('a message is not well formed', {
        terminalId: received.request.terminalId,
        error: received.error,
      });
      return received.answer;
    case 'failed':
      counters.failures += 1;
      log.error('a message could not be handled', {
        terminalId: received.request.terminalId,
        mti: received.request.mti,
        cause: String(received.cause),
      });
      return received.answer;
    case 'dropped':
      counters.unanswered += 1;
      return undefined;
    case 'answered': {
      const sent = await sendWithFaults(received.answer, { rules, connection, sleep });
      if (sent) counters.answered += 1;
      else counters.unanswered += 1;
      return sent;
    }
  }
}
