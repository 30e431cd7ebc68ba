import type { CardRead, CardReader } from '../../ports/devices.ts';
import { Listeners } from '../listeners.ts';
import { parseTracks } from '../magstripe-tracks.ts';
import type { ReconnectDelays } from '../managed-device.ts';
import { SimulatedDevice } from './simulated-device.ts';

/** A magstripe reader for demonstrations and tests. */
export class SimulatedCardReader extends SimulatedDevice implements CardReader {
  readonly #reads = new Listeners<CardRead>();

  constructor(options: { readonly deviceId: string; readonly reconnect?: ReconnectDelays }) {
    super({ ...options, kind: 'card-reader' });
  }

  onCard(listener: (read: CardRead) => void): () => void {
    return this.#reads.add(listener);
  }

  /** Swipes a card with these tracks, e.g. `;6217000012344021=2912…?`; misreads are told as a real reader tells them. */
  swipe(tracks: string): void {
    if (this.status().state === 'ready')
      this.#reads.emit({ deviceId: this.deviceId, ...parseTracks(tracks) });
  }
}
