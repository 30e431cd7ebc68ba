import type { CardRead, CardReader } from '../ports/devices.ts';
import { type AssembledLine, LineAssembler, type Terminator } from './line-assembler.ts';
import { LineTimer } from './line-timer.ts';
import { Listeners } from './listeners.ts';
import { CARD_TEXT_LENGTH_MAX, type ParsedCard, parseTracks, type TrackOptions } from './magstripe-tracks.ts';
import { type Connection, ManagedDevice, type ReconnectDelays } from './managed-device.ts';
import { openSerial, type SerialSettings } from './serial-connection.ts';

export interface SerialMagstripeConfig extends SerialSettings, TrackOptions {
  readonly deviceId: string;
  readonly terminator: Terminator;
  /** Pause that ends a swipe when `terminator` is `idle`, and that gives up a swipe whose end never came otherwise. */
  readonly idleMs?: number;
  readonly reconnect?: ReconnectDelays;
}

export const SWIPE_END_IDLE_MS = 100;
export const SWIPE_ABANDON_MS = 1_000;

/** A magstripe reader on a serial port that sends its tracks as text. */
export class SerialMagstripe extends ManagedDevice implements CardReader {
  readonly #config: SerialMagstripeConfig;
  readonly #reads = new Listeners<CardRead>();
  readonly #assembler: LineAssembler;
  readonly #timer: LineTimer;

  constructor(config: SerialMagstripeConfig) {
    super({ ...config, kind: 'card-reader' });
    this.#config = config;
    this.#assembler = new LineAssembler({ terminator: config.terminator, lengthMax: CARD_TEXT_LENGTH_MAX });
    const endsByPause = config.terminator === 'idle';
    this.#timer = new LineTimer(config.idleMs ?? (endsByPause ? SWIPE_END_IDLE_MS : SWIPE_ABANDON_MS), () => {
      // A swipe that stopped in the middle is a misread that the cashier should hear of, whatever ends a line.
      this.#take(this.#assembler.flush());
    });
  }

  onCard(listener: (read: CardRead) => void): () => void {
    return this.#reads.add(listener);
  }

  protected async connect(lost: (problem: string) => void): Promise<Connection> {
    this.#assembler.discard();
    const connection = await openSerial(this.#config, {
      onData: (chunk) => {
        for (const line of this.#assembler.push(chunk)) this.#take(line);
        this.#timer.restart();
      },
      onLost: lost,
    });
    return {
      close: () => {
        this.#timer.stop();
        // Card data leaves memory with the connection.
        this.#assembler.discard();
        return connection.close();
      },
    };
  }

  #take(line: AssembledLine | undefined): void {
    if (line !== undefined) this.#reads.emit({ deviceId: this.deviceId, ...this.#parse(line) });
  }

  #parse(line: AssembledLine): ParsedCard {
    if (line.kind === 'too-long') return { kind: 'misread', problem: 'too-long' };
    // Latin-1 keeps one character a byte; anything beyond ASCII fails the track rules.
    return parseTracks(Buffer.from(line.bytes).toString('latin1'), this.#config);
  }
}
