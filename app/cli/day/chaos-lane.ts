import type { Socket } from 'node:net';
import { unreachable } from '../../../terminal-core/domain/unreachable.ts';
import { encodeFrame, FrameDecoder } from '../../../terminal-core/host-link/index.ts';
import type { ChaosPlan, Direction } from './chaos-plan.ts';

/** Bytes that a lane holds before it stops reading. */
export const LANE_BYTES_MAX = 1024 * 1024;
/** Frames that wait for company, to be glued or reordered, leave alone after so long. */
export const COMPANY_WAIT_MS = 50;

export interface LaneCounters {
  frames: number;
  dropped: number;
  duplicated: number;
  corrupted: number;
  late: number;
  reordered: number;
  closedHalfway: number;
  swallowed: number;
}

export interface LaneOptions {
  readonly direction: Direction;
  readonly source: Socket;
  readonly sink: Socket;
  readonly plan: ChaosPlan;
  readonly counters: LaneCounters;
  /** Raw lanes carry what is not framed, such as TLS: their "frames" are whatever one read brings. */
  readonly isRaw: boolean;
  readonly isBlackhole: () => boolean;
  /** Breaks both sides of the connection. */
  readonly breakConnection: () => void;
}

/** One direction of one connection through the proxy: frames in, fates, bytes out. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #decoder = new FrameDecoder();
  readonly #timers = new Set<NodeJS.Timeout>();
  #delayed: { dueAtMs: number; bytes: Uint8Array }[] = [];
  #company: Uint8Array[] = [];
  #companyTimer: NodeJS.Timeout | undefined;
  #outgoing: Uint8Array[] = [];
  #heldBytes = 0;
  #isWriting = false;
  #hasEnded = false;

  constructor(options: LaneOptions) {
    this.#options = options;
    const { source, sink } = options;
    source.on('data', (chunk: Uint8Array) => this.#read(chunk));
    source.on('end', () => {
      this.#hasEnded = true;
      this.#endIfEmpty();
    });
    sink.on('drain', () => this.#letRead());
  }

  /** Forgets what it holds and all its timers. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#delayed = [];
    this.#company = [];
    this.#outgoing = [];
  }

  #read(chunk: Uint8Array): void {
    if (this.#options.isRaw) this.#accept(new Uint8Array(chunk));
    else if (this.#decoder.push(chunk, (frame) => this.#accept(frame)) !== undefined)
      this.#options.breakConnection();
    if (this.#heldBytes > LANE_BYTES_MAX || this.#options.sink.writableNeedDrain)
      this.#options.source.pause();
  }

  #accept(frame: Uint8Array): void {
    const { plan, counters, direction } = this.#options;
    if (this.#options.isBlackhole()) {
      counters.swallowed += 1;
      return;
    }
    counters.frames += 1;
    const fate = plan.fateOf(direction, frame);
    const bytes = this.#options.isRaw ? frame : encodeFrame(frame);
    switch (fate) {
      case 'pass':
        this.#delay(bytes);
        return;
      case 'drop':
        counters.dropped += 1;
        return;
      case 'duplicate':
        counters.duplicated += 1;
        this.#delay(bytes);
        this.#delay(bytes);
        return;
      case 'corrupt': {
        counters.corrupted += 1;
        const at = bytes.length - 1 - plan.pick(frame.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 + plan.pick(255));
        this.#delay(bytes);
        return;
      }
      case 'late':
        counters.late += 1;
        this.#heldBytes += bytes.length;
        this.#after(plan.weather.lateMs, () => this.#queue(bytes));
        return;
      case 'close-halfway':
        counters.closedHalfway += 1;
        // Ended and not reset: a reset would take the half frame back out of the receiver's buffer.
        this.#options.sink.end(bytes.subarray(0, Math.ceil(bytes.length / 2)), () =>
          this.#options.source.destroy(),
        );
        return;
      default:
        unreachable(fate);
    }
  }

  #delay(bytes: Uint8Array): void {
    this.#heldBytes += bytes.length;
    const { delayMs } = this.#options.plan.weather;
    const last = this.#delayed.at(-1);
    if (delayMs === 0 && last === undefined) {
      this.#gather(bytes);
      return;
    }
    // A delay that was shortened in between must not let a frame overtake another.
    const dueAtMs = Math.max(performance.now() + delayMs, last?.dueAtMs ?? 0);
    this.#delayed.push({ dueAtMs, bytes });
    if (last === undefined) this.#after(delayMs, () => this.#releaseDelayed());
  }

  #releaseDelayed(): void {
    for (;;) {
      const first = this.#delayed[0];
      if (first === undefined) return;
      const waitMs = first.dueAtMs - performance.now();
      if (waitMs > 0.5) {
        this.#after(waitMs, () => this.#releaseDelayed());
        return;
      }
      this.#delayed.shift();
      this.#gather(first.bytes);
    }
  }

  #gather(bytes: Uint8Array): void {
    const { glueFrames, reorderFrames } = this.#options.plan.weather;
    const wanted = Math.max(glueFrames, reorderFrames);
    this.#company.push(bytes);
    if (this.#company.length >= wanted) this.#sendCompany();
    else this.#companyTimer ??= this.#after(COMPANY_WAIT_MS, () => this.#sendCompany());
  }

  #sendCompany(): void {
    if (this.#companyTimer !== undefined) {
      clearTimeout(this.#companyTimer);
      this.#timers.delete(this.#companyTimer);
      this.#companyTimer = undefined;
    }
    const { glueFrames, reorderFrames } = this.#options.plan.weather;
    let frames = this.#company;
    this.#company = [];
    if (reorderFrames > 1 && frames.length > 1) {
      frames = this.#options.plan.shuffled(frames);
      this.#options.counters.reordered += frames.length;
    }
    if (glueFrames > 1) this.#queue(Buffer.concat(frames));
    else for (const bytes of frames) this.#queue(bytes);
  }

  #queue(bytes: Uint8Array): void {
    if (this.#options.isBlackhole()) {
      // What was on its way when the network died is lost too.
      this.#options.counters.swallowed += 1;
      this.#release(bytes.length);
      return;
    }
    if (this.#options.plan.weather.splitBytes === 0 && !this.#isWriting) {
      this.#write(bytes);
      this.#release(bytes.length);
      return;
    }
    this.#outgoing.push(bytes);
    if (!this.#isWriting) void this.#writePieces();
  }

  async #writePieces(): Promise<void> {
    this.#isWriting = true;
    for (;;) {
      const bytes = this.#outgoing.shift();
      if (bytes === undefined) break;
      const pieceBytes = this.#options.plan.weather.splitBytes || bytes.length;
      for (let from = 0; from < bytes.length; from += pieceBytes) {
        this.#write(bytes.subarray(from, from + pieceBytes));
        // Pieces written in one turn of the event loop would arrive as one.
        await new Promise((resolve) => setImmediate(resolve));
      }
      this.#release(bytes.length);
    }
    this.#isWriting = false;
    this.#endIfEmpty();
  }

  #write(bytes: Uint8Array): void {
    if (this.#options.sink.writable) this.#options.sink.write(bytes);
  }

  #release(heldBytes: number): void {
    this.#heldBytes -= heldBytes;
    this.#letRead();
    this.#endIfEmpty();
  }

  #letRead(): void {
    if (this.#heldBytes <= LANE_BYTES_MAX && !this.#options.sink.writableNeedDrain)
      this.#options.source.resume();
  }

  #endIfEmpty(): void {
    if (this.#hasEnded && this.#heldBytes === 0 && this.#options.sink.writable) this.#options.sink.end();
  }

  #after(durationMs: number, run: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, durationMs);
    this.#timers.add(timer);
    return timer;
  }
}
