import type { Scan, Scanner } from '../../ports/devices.ts';
import { Listeners } from '../listeners.ts';
import type { ReconnectDelays } from '../managed-device.ts';
import { isPrintable } from '../scan-text.ts';
import { SimulatedDevice } from './simulated-device.ts';

/** A scanner for demonstrations and tests. */
export class SimulatedScanner extends SimulatedDevice implements Scanner {
  readonly #scans = new Listeners<Scan>();

  constructor(options: { readonly deviceId: string; readonly reconnect?: ReconnectDelays }) {
    super({ ...options, kind: 'scanner' });
  }

  onScan(listener: (scan: Scan) => void): () => void {
    return this.#scans.add(listener);
  }

  /** Scans a symbol. Like a real one it gives nothing while it is not ready, or when the text is not printable. */
  scan(text: string, symbology?: string): void {
    if (this.status().state !== 'ready' || !isPrintable(text)) return;
    this.#scans.emit({ deviceId: this.deviceId, text, ...(symbology === undefined ? {} : { symbology }) });
  }
}
