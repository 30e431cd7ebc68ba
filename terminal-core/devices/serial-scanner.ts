import type { Scan, Scanner } from '../ports/devices.ts';
import { type AssembledLine, LineAssembler, type Terminator } from './line-assembler.ts';
import { LineTimer } from './line-timer.ts';
import { Listeners } from './listeners.ts';
import { type Connection, ManagedDevice, type ReconnectDelays } from './managed-device.ts';
import { framedLengthMax, parseScan, type ScanFrame } from './scan-text.ts';
import { openSerial, type SerialSettings } from './serial-connection.ts';

export interface SerialScannerConfig extends SerialSettings, ScanFrame {
  readonly deviceId: string;
  readonly terminator: Terminator;
  /** Pause that ends a scan when `terminator` is `idle`, and that gives up a scan whose end never came otherwise. */
  readonly idleMs?: number;
  readonly reconnect?: ReconnectDelays;
}

/** At 9 600 baud a byte takes 1 ms; scanners send a scan in one go. */
export const SCAN_END_IDLE_MS = 50;
/** Long enough for a radio scanner's hiccup, short enough that a torn scan is gone before the next one. */
export const SCAN_ABANDON_MS = 1_000;

/** A barcode scanner on a serial port (also USB scanners in COM mode). */
export class SerialScanner extends ManagedDevice implements Scanner {
  readonly #config: SerialScannerConfig;
  readonly #scans = new Listeners<Scan>();
  readonly #assembler: LineAssembler;
  readonly #timer: LineTimer;
  #dropped = 0;

  constructor(config: SerialScannerConfig) {
    super({ ...config, kind: 'scanner' });
    this.#config = config;
    this.#assembler = new LineAssembler({
      terminator: config.terminator,
      lengthMax: framedLengthMax(config),
    });
    const endsByPause = config.terminator === 'idle';
    this.#timer = new LineTimer(config.idleMs ?? (endsByPause ? SCAN_END_IDLE_MS : SCAN_ABANDON_MS), () => {
      if (endsByPause) this.#take(this.#assembler.flush());
      else this.#assembler.discard();
    });
  }

  /** Scans that were no printable text or too long, since the start. */
  get droppedCount(): number {
    return this.#dropped;
  }

  onScan(listener: (scan: Scan) => void): () => void {
    return this.#scans.add(listener);
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
        this.#assembler.discard();
        return connection.close();
      },
    };
  }

  #take(line: AssembledLine | undefined): void {
    if (line === undefined) return;
    const scan = line.kind === 'line' ? parseScan(line.bytes, this.#config) : undefined;
    if (scan === undefined) this.#dropped += 1;
    else this.#scans.emit({ deviceId: this.deviceId, ...scan });
  }
}
