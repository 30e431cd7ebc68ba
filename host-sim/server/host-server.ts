import {
  createHostServer,
  type HostConnection,
  type HostServer,
} from '../../terminal-core/host-link/index.ts';
import type { FaultRule } from '../faults/fault.ts';
import type { FaultBook } from '../faults/fault-book.ts';
import { sendWithFaults } from '../faults/send-with-faults.ts';
import { subjectOf } from '../faults/subject.ts';
import type { Clock, Log } from '../ports.ts';
import { accountingDate, type HostSettings } from '../settings.ts';
import { answerBytes } from './answer.ts';
import type { MessageProcessor } from './processor.ts';
import type { HostRequest } from './request.ts';
import { readFrame } from './wire.ts';

export interface HostServerParts {
  readonly host: string;
  readonly port: number;
  readonly processor: MessageProcessor;
  readonly faults: FaultBook;
  readonly settings: HostSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly sleep: (durationMs: number) => Promise<void>;
  readonly counters: FrameCounters;
}

/** What came in since the start; no record, only for the console. */
export interface FrameCounters {
  answered: number;
  formatErrors: number;
  unreadable: number;
  unanswered: number;
  failures: number;
}

/** Puts the processor behind TCP, with the fault rules between them. */
export function hostServer(parts: HostServerParts): HostServer {
  const { counters, log } = parts;
  return createHostServer({
    host: parts.host,
    port: parts.port,
    logger: {
      debug() {},
      info: (fields, message) => log.info(message, { ...fields }),
      warn: (fields, message) => log.warn(message, { ...fields }),
    },
    onFrame: async (bytes, connection) => {
      const frame = readFrame(bytes);
      switch (frame.kind) {
        case 'unreadable':
          counters.unreadable += 1;
          log.warn('a frame could not be read', { connection: connection.id, error: frame.error });
          return undefined;
        case 'format-error':
          counters.formatErrors += 1;
          log.warn('a message is not well formed', {
            terminalId: frame.request.terminalId,
            error: frame.error,
          });
          return formatErrorAnswer(parts, frame.request);
        case 'request':
          return answer(parts, frame.request, connection);
      }
    },
  });
}

async function answer(
  parts: HostServerParts,
  request: HostRequest,
  connection: HostConnection,
): Promise<Uint8Array | undefined> {
  const { counters, faults, log, processor, sleep } = parts;
  const rules = faults.take(subjectOf(request));
  const rule = (kind: FaultRule['kind']) => rules.find((each) => each.kind === kind);
  if (rule('no-answer-before-booking')) {
    counters.unanswered += 1;
    return undefined;
  }
  const declineWith = rule('decline')?.responseCode ?? (rule('decline') ? '05' : undefined);
  let sent: Uint8Array;
  try {
    sent = await processor.answer(request, {
      unbalancedSettlement: rule('unbalanced-settlement') !== undefined,
      ...(declineWith === undefined ? {} : { declineWith }),
    });
  } catch (cause) {
    // Nothing of it was booked. 96 tells the terminal to try later instead of leaving it in doubt.
    counters.failures += 1;
    log.error('a message could not be handled', {
      terminalId: request.terminalId,
      mti: request.mti,
      cause: String(cause),
    });
    return errorAnswer(parts, request, '96');
  }
  if (rules.length > 0)
    log.info('fault', {
      terminalId: request.terminalId,
      mti: request.mti,
      kinds: rules.map((each) => each.kind),
    });
  const answered = await sendWithFaults(sent, { rules, connection, sleep });
  if (answered) counters.answered += 1;
  else counters.unanswered += 1;
  return answered;
}

function formatErrorAnswer(parts: HostServerParts, request: HostRequest): Uint8Array | undefined {
  return errorAnswer(parts, request, '30');
}

/** An answer outside the rules: without MAC, and only to what is a request at all. */
function errorAnswer(parts: HostServerParts, request: HostRequest, code: string): Uint8Array | undefined {
  if (!/^\d\d[02]0$/.test(request.mti)) return undefined;
  const nowMs = parts.clock.nowMs();
  return answerBytes({
    request,
    nowMs,
    accountingDate: accountingDate(nowMs, parts.settings),
    settings: parts.settings,
    code,
  });
}
