import type { Socket } from 'node:net';
import { encodeFrame, FrameDecoder } from './framing.ts';
import type { LinkLogger } from './logger.ts';
import type { ServerCounters, ServerLimits } from './server-limits.ts';
import { SERVER_WRITE_BUFFER_MAX_BYTES } from './server-limits.ts';
import type { LinkTimers } from './timers.ts';

/** One terminal's connection, as the host sees it. The raw ways exist so that a simulator can misbehave on purpose. */
export interface HostConnection {
  /** 1, 2, 3 ... in the order of arrival. */
  readonly id: number;
  /** `address:port` of the terminal. */
  readonly remote: string;
  /** Common name of the terminal's certificate, with mutual TLS. */
  readonly peerName: string | undefined;
  readonly isOpen: boolean;
  /** Sends one more frame, asked for or not. */
  send(frame: Uint8Array): void;
  /** Sends bytes as they are, without a length. */
  sendRaw(bytes: Uint8Array): void;
  /** Ends it at once, whatever is still to be sent. */
  destroy(): void;
}

/** Resolves to the answer, or to undefined when there is to be none. */
export type FrameHandler = (frame: Uint8Array, connection: HostConnection) => Promise<Uint8Array | undefined>;

export interface ServerConnectionOptions {
  readonly id: number;
  readonly remote: string;
  readonly peerName: string | undefined;
  readonly socket: Socket;
  readonly onFrame: FrameHandler;
  readonly limits: ServerLimits;
  readonly counters: ServerCounters;
  readonly logger: LinkLogger;
  readonly timers: LinkTimers;
}

/**
 * Reads frames, starts at most `inFlightMax` handlers, writes their answers as they come. While it may not start one, or
 * the terminal does not read, it does not read either, so what waits is never more than what one read brought.
 */
export class ServerConnection implements HostConnection {
  readonly id: number;
  readonly remote: string;
  readonly peerName: string | undefined;
  readonly #options: ServerConnectionOptions;
  readonly #socket: Socket;
  readonly #decoder = new FrameDecoder();
  #queue: Uint8Array[] = [];
  #queueHead = 0;
  #inFlight = 0;
  #isStopping = false;
  #partialSinceMs: number | undefined;

  constructor(options: ServerConnectionOptions) {
    this.id = options.id;
    this.remote = options.remote;
    this.peerName = options.peerName;
    this.#options = options;
    const socket = options.socket;
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setTimeout(options.limits.idleMs);
    socket.on('data', (chunk: Uint8Array) => this.#read(chunk));
    socket.on('drain', () => this.#work());
    socket.on('timeout', () => this.#timeout());
    socket.on('error', (cause) =>
      options.logger.debug({ connection: this.id, cause: String(cause) }, 'connection error'),
    );
  }

  get isOpen(): boolean {
    return this.#socket.writable;
  }

  send(frame: Uint8Array): void {
    this.sendRaw(encodeFrame(frame));
  }

  sendRaw(bytes: Uint8Array): void {
    if (!this.isOpen) return;
    if (this.#socket.writableLength + bytes.length > SERVER_WRITE_BUFFER_MAX_BYTES) {
      this.#options.counters.dropped += 1;
      this.#options.logger.warn({ connection: this.id }, 'dropped a terminal that does not read its answers');
      this.destroy();
      return;
    }
    this.#socket.write(bytes);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** True while something that was read has not been answered. */
  get isBusy(): boolean {
    return !this.#socket.destroyed && (this.#inFlight > 0 || this.#queueHead < this.#queue.length);
  }

  /** Takes nothing more, answers what has been read, then closes. */
  finish(): void {
    this.#isStopping = true;
    this.#work();
  }

  #read(chunk: Uint8Array): void {
    // Read away and not left unread: a socket that is closed over unread bytes resets, and the last answers could be lost.
    if (this.#isStopping) return;
    const { limits, counters, logger, timers } = this.#options;
    const error = this.#decoder.push(chunk, (frame) => {
      this.#queue.push(frame);
      this.#partialSinceMs = undefined;
    });
    if (error !== undefined) {
      counters.framingErrors += 1;
      logger.warn(
        { connection: this.id, announcedBytes: error.announcedBytes },
        'closed a connection: impossible frame length',
      );
      this.destroy();
      return;
    }
    if (this.#decoder.isPartial) {
      this.#partialSinceMs ??= timers.monotonicMs();
      if (timers.monotonicMs() - this.#partialSinceMs > limits.partialFrameMs) {
        counters.framingErrors += 1;
        logger.warn({ connection: this.id }, 'closed a connection: a frame trickled in for too long');
        this.destroy();
        return;
      }
    }
    this.#work();
  }

  #work(): void {
    while (this.#queueHead < this.#queue.length && this.#mayStart()) {
      const frame = this.#queue[this.#queueHead];
      this.#queueHead += 1;
      if (frame !== undefined) void this.#handle(frame);
    }
    if (this.#queueHead === this.#queue.length) {
      this.#queue = [];
      this.#queueHead = 0;
    }
    const mayRead = this.#isStopping || (this.#queue.length === 0 && this.#mayStart());
    if (mayRead) this.#socket.resume();
    else this.#socket.pause();
    if (this.#isStopping && !this.isBusy && this.#socket.writable) this.#socket.end();
  }

  #mayStart(): boolean {
    return (
      this.#inFlight < this.#options.limits.inFlightMax &&
      !this.#socket.writableNeedDrain &&
      !this.#socket.destroyed
    );
  }

  async #handle(frame: Uint8Array): Promise<void> {
    const { counters, logger, onFrame } = this.#options;
    this.#inFlight += 1;
    counters.framesIn += 1;
    try {
      const answer = await onFrame(frame, this);
      if (answer !== undefined) {
        this.send(answer);
        counters.framesOut += 1;
      }
    } catch (cause) {
      // A bug in the handler costs this one answer; the terminal times out and reverses, as after any lost answer.
      counters.handlerErrors += 1;
      logger.warn({ connection: this.id, cause: String(cause) }, 'the frame handler failed');
    } finally {
      this.#inFlight -= 1;
      this.#work();
    }
  }

  #timeout(): void {
    // A slow handler is no idle terminal.
    if (this.#inFlight > 0 && !this.#socket.writableNeedDrain) return;
    this.#options.counters.idleClosed += 1;
    this.destroy();
  }
}
