import type { LinkOutcome, LinkStatus, NotSentReason } from '../ports/host-link.ts';
import { backoffDelayMs } from './backoff.ts';
import type { HostLinkClient, HostLinkOptions } from './client-options.ts';
import { type Connection, dial } from './connection.ts';
import { type LinkCounters, noCounts } from './counters.ts';
import { encodeFrame, FRAME_LENGTH_MAX } from './framing.ts';
import { InFlight, type Waiting } from './in-flight.ts';
import { type LinkLimits, linkLimits, REQUEST_TIMEOUT_MAX_MS, WRITE_BUFFER_MAX_BYTES } from './limits.ts';
import { type LinkError, linkError } from './link-error.ts';
import { type LinkLogger, silentLogger } from './logger.ts';
import { keyOfRequest, type ReadKey } from './match-key.ts';
import { StatusKeeper } from './status.ts';
import { type LinkTimers, nodeTimers } from './timers.ts';

/**
 * The way to the host over TCP or TLS. It starts to connect at once and goes on trying until it is closed.
 * @throws RangeError for a port or a limit that cannot be.
 */
export function createHostLink(options: HostLinkOptions): HostLinkClient {
  if (!Number.isInteger(options.port) || options.port < 1 || options.port > 65_535) {
    throw new RangeError(`A port is 1 to 65535, not ${options.port}`);
  }
  return new TcpHostLink(options);
}

class TcpHostLink implements HostLinkClient {
  readonly #options: HostLinkOptions;
  readonly #limits: LinkLimits;
  readonly #logger: LinkLogger;
  readonly #timers: LinkTimers;
  readonly #status: StatusKeeper;
  readonly #counters = noCounts();
  readonly #inFlight = new InFlight();

  #connection: Connection | undefined;
  #isOpen = false;
  #isClosed = false;
  #whenClosed: (() => void) | undefined;
  #closing: Promise<void> | undefined;
  readonly #waiters = new Set<() => void>();
  #cancelReconnect: (() => void) | undefined;
  #cancelEchoCheck: (() => void) | undefined;
  #failedAttempts = 0;

  /** The connection before this one ended without proving that a host was behind it. */
  #isUnproven = false;
  #dialledAtMs = 0;
  #openedAtMs = 0;
  #heardAtMs = 0;
  #echoedAtMs = 0;
  #answersOnConnection = 0;
  #unansweredInARow = 0;

  constructor(options: HostLinkOptions) {
    this.#options = options;
    this.#limits = linkLimits(options.limits);
    this.#logger = options.logger ?? silentLogger;
    this.#timers = options.timers ?? nodeTimers;
    this.#status = new StatusKeeper(options.clock, this.#logger);
    this.#dial();
  }

  request(frame: Uint8Array, { timeoutMs }: { readonly timeoutMs: number }): Promise<LinkOutcome> {
    return this.#send(frame, timeoutMs, 'request');
  }

  status(): LinkStatus {
    return this.#status.status;
  }

  onStatus(listener: (status: LinkStatus) => void): () => void {
    return this.#status.subscribe(listener);
  }

  counters(): LinkCounters {
    return { ...this.#counters };
  }

  lastError(): LinkError | undefined {
    return this.#status.lastError;
  }

  reconnectNow(): void {
    if (this.#isClosed || this.#connection !== undefined) return;
    this.#cancelReconnect?.();
    this.#dial();
  }

  waitUntilUp(timeoutMs: number): Promise<boolean> {
    const isUp = () =>
      !this.#isClosed &&
      (this.#status.state === 'up' ||
        (this.#status.state === 'degraded' && this.#options.echo === undefined));
    if (isUp()) return Promise.resolve(true);
    if (this.#isClosed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const finish = () => {
        cancelTimeout();
        stopListening();
        this.#waiters.delete(finish);
        resolve(isUp());
      };
      const cancelTimeout = this.#timers.after(timeoutMs, finish);
      const stopListening = this.#status.subscribe(() => {
        if (isUp()) finish();
      });
      this.#waiters.add(finish);
      this.reconnectNow();
    });
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#isClosed = true;
      this.#cancelReconnect?.();
      this.#cancelEchoCheck?.();
      for (const finish of [...this.#waiters]) finish();
      const connection = this.#connection;
      if (connection === undefined) {
        this.#status.set('down');
        resolve();
        return;
      }
      this.#whenClosed = resolve;
      connection.drop(linkError('network', 'closed by the terminal'));
    });
    return this.#closing;
  }

  #send(frame: Uint8Array, timeoutMs: number, purpose: Waiting['purpose']): Promise<LinkOutcome> {
    const connection = this.#connection;
    if (this.#isClosed) return this.#notSent('closed', purpose);
    if (connection === undefined || !connection.isWritable) {
      if (purpose === 'request') this.#tryForWhoWaits();
      return this.#notSent('link-down', purpose);
    }
    const isWindowFull = purpose === 'request' && this.#inFlight.requests >= this.#limits.inFlightMax;
    if (isWindowFull || connection.bufferedBytes + frame.length > WRITE_BUFFER_MAX_BYTES) {
      return this.#notSent('window-full', purpose);
    }
    const key = this.#readKey(frame);
    const keyText = key === undefined ? undefined : keyOfRequest(key);
    if (key === undefined || keyText === undefined || frame.length > FRAME_LENGTH_MAX) {
      // No answer could ever be matched to it. The engine never builds such a frame; if it does, nobody is charged.
      this.#logger.warn(
        { mti: key?.mti, frameBytes: frame.length },
        'refused a request that no answer could be matched to',
      );
      return this.#notSent('unmatchable', purpose);
    }
    if (this.#inFlight.has(keyText)) {
      // One answer could not end both, and nobody could say which of them it ended.
      this.#logger.warn({ mti: key.mti, stan: key.stan }, 'refused a request whose twin is still in flight');
      return this.#notSent('same-key-in-flight', purpose);
    }
    const bytes = encodeFrame(frame);
    return new Promise((resolve) => {
      const boundedMs = timeoutMs >= 1 ? Math.min(timeoutMs, REQUEST_TIMEOUT_MAX_MS) : 1;
      const waiting: Waiting = {
        purpose,
        keyText,
        amount: key.amount,
        sentAtMs: this.#timers.monotonicMs(),
        cancelTimeout: this.#timers.after(boundedMs, () => this.#timedOut(waiting)),
        resolve,
      };
      this.#inFlight.add(waiting);
      connection.write(bytes);
      this.#options.trace?.({ direction: 'out', frame });
    });
  }

  /** Somebody wants the host now: the wait for the next attempt, up to half a minute, ends early, but not in a hurry. */
  #tryForWhoWaits(): void {
    if (this.#timers.monotonicMs() - this.#dialledAtMs >= this.#limits.wantedRetryMs) this.reconnectNow();
  }

  #notSent(reason: NotSentReason, purpose: Waiting['purpose']): Promise<LinkOutcome> {
    if (purpose === 'request') this.#counters.notSent += 1;
    return Promise.resolve({ kind: 'not-sent', reason });
  }

  #readKey(frame: Uint8Array): ReturnType<ReadKey> {
    try {
      return this.#options.readKey(frame);
    } catch (cause) {
      this.#logger.warn({ cause: String(cause) }, 'the key reader threw on a frame');
      return undefined;
    }
  }

  #timedOut(waiting: Waiting): void {
    this.#inFlight.remove(waiting, 'unanswered');
    if (waiting.purpose === 'request') this.#counters.timedOut += 1;
    else this.#counters.echoesUnanswered += 1;
    waiting.resolve({ kind: 'timed-out' });
    this.#unansweredInARow += 1;
    const silentForMs = this.#timers.monotonicMs() - this.#heardAtMs;
    this.#status.set('degraded', linkError('unanswered'));
    if (this.#unansweredInARow >= this.#limits.silentTimeoutsMax && silentForMs >= this.#limits.silentMs) {
      // TCP's own probes do not run while bytes of ours wait for an acknowledgement, and those may be retried for a
      // quarter of an hour: only we can tell that this connection is half-open.
      this.#connection?.drop(linkError('silent-host', `nothing heard for ${Math.round(silentForMs)} ms`));
      return;
    }
    this.#scheduleEchoCheck();
  }

  #dial(): void {
    this.#dialledAtMs = this.#timers.monotonicMs();
    const { host, port, tls } = this.#options;
    const connection: Connection = dial(
      { host, port, ...(tls === undefined ? {} : { tls }) },
      {
        connectTimeoutMs: this.#limits.connectTimeoutMs,
        keepAliveMs: this.#limits.keepAliveMs,
        timers: this.#timers,
      },
      {
        opened: () => this.#opened(),
        received: (frame) => this.#received(frame),
        closed: (error) => this.#lost(error),
      },
    );
    this.#connection = connection;
  }

  #opened(): void {
    this.#counters.connects += 1;
    this.#isOpen = true;
    this.#openedAtMs = this.#timers.monotonicMs();
    this.#heardAtMs = this.#openedAtMs;
    this.#answersOnConnection = 0;
    this.#unansweredInARow = 0;
    this.#status.set(this.#isUnproven ? 'degraded' : 'up');
    if (this.#isUnproven) this.#sendEcho();
    this.#scheduleEchoCheck();
  }

  #received(frame: Uint8Array): void {
    this.#heardAtMs = this.#timers.monotonicMs();
    this.#unansweredInARow = 0;
    const key = this.#readKey(frame);
    if (key === undefined) {
      this.#counters.malformed += 1;
      this.#logger.warn({ frameBytes: frame.length }, 'ignored a frame whose key fields cannot be read');
      this.#options.trace?.({ direction: 'in', frame, verdict: 'malformed' });
      return;
    }
    const verdict = this.#inFlight.judge(key, () => this.#isPartialApproval(frame));
    this.#options.trace?.({ direction: 'in', frame, verdict: verdict.kind });
    if (verdict.kind === 'matched') {
      this.#answered(verdict.waiting, frame);
      return;
    }
    const counter = verdict.kind === 'amount-differs' ? 'amountDiffers' : verdict.kind;
    this.#counters[counter] += 1;
    this.#logger.info(
      { verdict: verdict.kind, mti: key.mti, stan: key.stan },
      'ignored a frame that answers no request in flight',
    );
  }

  #answered(waiting: Waiting, answer: Uint8Array): void {
    const roundTripMs = this.#heardAtMs - waiting.sentAtMs;
    this.#inFlight.remove(waiting, 'answered');
    if (waiting.purpose === 'request') this.#counters.answered += 1;
    else this.#counters.echoesAnswered += 1;
    this.#answersOnConnection += 1;
    this.#failedAttempts = 0;
    this.#isUnproven = false;
    this.#status.addRoundTrip(roundTripMs);
    this.#status.set('up');
    waiting.resolve({ kind: 'answered', answer, roundTripMs });
  }

  #isPartialApproval(answer: Uint8Array): boolean {
    try {
      return this.#options.isPartialApproval?.(answer) ?? false;
    } catch (cause) {
      this.#logger.warn({ cause: String(cause) }, 'the partial-approval reader threw on an answer');
      return false;
    }
  }

  #lost(error: LinkError): void {
    const wasOpen = this.#isOpen;
    this.#connection = undefined;
    this.#isOpen = false;
    this.#cancelEchoCheck?.();
    const orphans = this.#inFlight.removeAll();
    if (wasOpen) {
      const livedMs = this.#timers.monotonicMs() - this.#openedAtMs;
      const wasIdleAndLong =
        orphans.length === 0 && this.#unansweredInARow === 0 && livedMs >= this.#limits.provenMs;
      this.#isUnproven = this.#answersOnConnection === 0 && !wasIdleAndLong;
      if (!this.#isUnproven) this.#failedAttempts = 0;
    } else if (!this.#isClosed) {
      this.#counters.connectFailures += 1;
    }
    for (const waiting of orphans) {
      if (waiting.purpose === 'request') this.#counters.linkLost += 1;
      else this.#counters.echoesUnanswered += 1;
      waiting.resolve({ kind: 'link-lost' });
    }
    this.#status.set('down', this.#isClosed ? undefined : error);
    if (this.#isClosed) {
      this.#whenClosed?.();
      return;
    }
    // A status listener may have asked for a new attempt already.
    if (this.#connection !== undefined) return;
    const delayMs = backoffDelayMs(
      this.#failedAttempts,
      { firstMs: this.#limits.backoffFirstMs, capMs: this.#limits.backoffCapMs },
      this.#options.random,
    );
    this.#failedAttempts += 1;
    this.#cancelReconnect = this.#timers.after(delayMs, () => this.#dial());
    this.#logger.info(
      { code: error.code, detail: error.detail, delayMs },
      'the host link is down; the next attempt is scheduled',
    );
  }

  /** One timer for the whole connection, not one for each frame. */
  #scheduleEchoCheck(): void {
    if (this.#options.echo === undefined) return;
    this.#cancelEchoCheck?.();
    const isDegraded = this.#status.state === 'degraded';
    const dueAtMs = isDegraded
      ? this.#echoedAtMs + this.#limits.echoDegradedMs
      : Math.max(this.#heardAtMs, this.#echoedAtMs) + this.#limits.echoIdleMs;
    const waitMs = Math.max(1, dueAtMs - this.#timers.monotonicMs());
    this.#cancelEchoCheck = this.#timers.after(waitMs, () => {
      if (!this.#isOpen) return;
      const isDue =
        this.#status.state === 'degraded' ||
        this.#timers.monotonicMs() - this.#heardAtMs >= this.#limits.echoIdleMs;
      if (isDue) this.#sendEcho();
      this.#scheduleEchoCheck();
    });
  }

  #sendEcho(): void {
    if (this.#inFlight.echoes > 0) return;
    this.#echoedAtMs = this.#timers.monotonicMs();
    let frame: Uint8Array | undefined;
    try {
      frame = this.#options.echo?.();
    } catch (cause) {
      this.#logger.warn({ cause: String(cause) }, 'the echo could not be built');
    }
    if (frame !== undefined) void this.#send(frame, this.#limits.echoTimeoutMs, 'echo');
  }
}
