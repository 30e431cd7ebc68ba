import type { Card } from '../domain/card.ts';

/** What a device says about itself (after UnifiedPOS: closed, claimed and enabled, error). */
export type DeviceState = 'closed' | 'ready' | 'error';

export interface DeviceStatus {
  /** Stable name from the configuration, e.g. `scanner-1`. */
  readonly deviceId: string;
  readonly kind: 'scanner' | 'card-reader' | 'smart-card-reader' | 'printer' | 'drawer' | 'pin-pad';
  readonly state: DeviceState;
  /** What is wrong and what a person can do, when `state` is `error`. */
  readonly problem?: string;
}

/** Common to all devices: they open, close, recover by themselves when they can, and report their state. */
export interface Device {
  readonly deviceId: string;
  open(): Promise<void>;
  close(): Promise<void>;
  status(): DeviceStatus;
  onStatus(listener: (status: DeviceStatus) => void): () => void;
}

/** One complete scan. `text` is what the symbol holds, at most SCAN_LENGTH_MAX printable characters. */
export interface Scan {
  readonly deviceId: string;
  readonly text: string;
  /** AIM symbology identifier such as `]E0`, where the scanner sends one. */
  readonly symbology?: string;
}

export const SCAN_LENGTH_MAX = 256;

export interface Scanner extends Device {
  onScan(listener: (scan: Scan) => void): () => void;
}

export type CardReadProblem = 'bad-track' | 'bad-check-character' | 'no-card-number' | 'too-long';

export type CardRead =
  | { readonly kind: 'card'; readonly deviceId: string; readonly card: Card }
  | { readonly kind: 'misread'; readonly deviceId: string; readonly problem: CardReadProblem };

export interface CardReader extends Device {
  onCard(listener: (read: CardRead) => void): () => void;
}

/** A line printer fed with ready ESC/POS bytes. */
export interface Printer extends Device {
  /** Resolves when the bytes have left for the device; never rejects. */
  print(escPos: Uint8Array): Promise<
    | { readonly kind: 'printed' }
    | {
        readonly kind: 'failed';
        readonly problem: string;
        /** `none` only where no byte went to the printer: whoever holds half a receipt holds one. */
        readonly paper: 'none' | 'maybe';
      }
  >;
}
