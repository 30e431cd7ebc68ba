import type { Printer } from '../../ports/devices.ts';
import { decodeEscPos, type PrintedPaper } from '../../receipts/decode-esc-pos.ts';
import type { ReconnectDelays } from '../managed-device.ts';
import { SimulatedDevice } from './simulated-device.ts';

/** Receipts that a simulated printer keeps; older ones are thrown away. */
export const SIMULATED_PAPERS_MAX = 100;

/** A printer for demonstrations and tests that keeps what it printed, as text. */
export class SimulatedPrinter extends SimulatedDevice implements Printer {
  readonly #papers: PrintedPaper[] = [];
  #outOfPaper = false;

  constructor(options: { readonly deviceId: string; readonly reconnect?: ReconnectDelays }) {
    super({ ...options, kind: 'printer' });
  }

  /** The latest receipts, newest last. */
  get papers(): readonly PrintedPaper[] {
    return this.#papers;
  }

  takeOutPaper(): void {
    this.#outOfPaper = true;
  }

  putInPaper(): void {
    this.#outOfPaper = false;
  }

  print(escPos: Uint8Array): ReturnType<Printer['print']> {
    if (this.status().state !== 'ready')
      return Promise.resolve({
        kind: 'failed',
        problem: '打印机未就绪。 The printer is not ready.',
        paper: 'none',
      });
    if (this.#outOfPaper)
      return Promise.resolve({
        kind: 'failed',
        problem: '缺纸，请装纸后重印。 Out of paper: put some in and print again.',
        paper: 'none',
      });
    this.#papers.push(decodeEscPos(escPos));
    if (this.#papers.length > SIMULATED_PAPERS_MAX) this.#papers.shift();
    return Promise.resolve({ kind: 'printed' });
  }
}
