import type { Scan, Scanner } from '../ports/devices.ts';
import { type HidApi, type HidDeviceInfo, nodeHidApi } from './hid-api.ts';
import { HidKeyboardDecoder } from './hid-keyboard-report.ts';
import { HidPosDecoder, type HidPosLayout, type HidScan } from './hid-pos-report.ts';
import { LineTimer } from './line-timer.ts';
import { Listeners } from './listeners.ts';
import { type Connection, ManagedDevice, type ReconnectDelays } from './managed-device.ts';

export interface HidScannerConfig {
  readonly deviceId: string;
  /** Which scanner; the first one that fits is taken. Without a product, any of the vendor. */
  readonly vendorId: number;
  readonly productId?: number;
  readonly serialNumber?: string;
  /** `pos`: usage page 0x8C, the mode to set a scanner to. `keyboard`: one that can only be a keyboard. */
  readonly mode: 'pos' | 'keyboard';
  /** For `pos`: where the parts of a report stand, when it is not the usual layout. */
  readonly layout?: HidPosLayout;
  /** How often to look whether the scanner is still plugged in, for systems that do not report a loss. */
  readonly presencePollMs?: number;
  readonly reconnect?: ReconnectDelays;
}

export const HID_PRESENCE_POLL_MS = 5_000;
/** A scan comes within tens of milliseconds; what is older is a torn one. */
const HID_ABANDON_MS = 1_000;
const USAGE = { pos: { page: 0x8c, usage: 0x02 }, keyboard: { page: 0x01, usage: 0x06 } } as const;

/** A USB barcode scanner read directly, beside the keyboard focus. */
export class HidScanner extends ManagedDevice implements Scanner {
  readonly #config: HidScannerConfig;
  readonly #api: HidApi;
  readonly #scans = new Listeners<Scan>();
  readonly #decoder: HidPosDecoder | HidKeyboardDecoder;
  readonly #timer: LineTimer;
  #dropped = 0;

  constructor(config: HidScannerConfig, api: HidApi = nodeHidApi) {
    super({ ...config, kind: 'scanner' });
    this.#config = config;
    this.#api = api;
    this.#decoder = config.mode === 'pos' ? new HidPosDecoder(config.layout) : new HidKeyboardDecoder();
    this.#timer = new LineTimer(HID_ABANDON_MS, () => this.#decoder.discard());
  }

  /** Scans that were no printable text or too long, since the start. */
  get droppedCount(): number {
    return this.#dropped;
  }

  onScan(listener: (scan: Scan) => void): () => void {
    return this.#scans.add(listener);
  }

  protected async connect(lost: (problem: string) => void): Promise<Connection> {
    this.#decoder.discard();
    const path = await this.#find();
    if (path === undefined) throw new Error(`no HID scanner ${describe(this.#config)} is plugged in`);
    const handle = await this.#api.open(path);
    const poll = setInterval(
      () => void this.#checkPresence(path, lost),
      this.#config.presencePollMs ?? HID_PRESENCE_POLL_MS,
    );
    poll.unref();
    handle.onError((error) => lost(error.message));
    handle.onReport((report) => {
      this.#timer.restart();
      this.#take(this.#decoder.push(report));
    });
    return {
      close: async () => {
        clearInterval(poll);
        this.#timer.stop();
        // Closing a device that was pulled out fails on some systems; it is gone either way.
        await handle.close().catch(() => undefined);
      },
    };
  }

  async #find(): Promise<string | undefined> {
    const devices = await this.#api.list();
    return devices.find((device) => device.path !== undefined && fits(device, this.#config))?.path;
  }

  async #checkPresence(path: string, lost: (problem: string) => void): Promise<void> {
    const devices = await this.#api.list().catch(() => undefined);
    // A list that could not be read says nothing about this device.
    if (devices && !devices.some((device) => device.path === path)) lost('the scanner was unplugged');
  }

  #take(scan: HidScan | undefined): void {
    if (scan === undefined) return;
    if (scan.kind === 'dropped') {
      this.#dropped += 1;
      return;
    }
    const { kind: _, ...rest } = scan;
    this.#scans.emit({ deviceId: this.deviceId, ...rest });
  }
}

function fits(device: HidDeviceInfo, config: HidScannerConfig): boolean {
  const { page, usage } = USAGE[config.mode];
  return (
    device.vendorId === config.vendorId &&
    (config.productId === undefined || device.productId === config.productId) &&
    (config.serialNumber === undefined || device.serialNumber === config.serialNumber) &&
    // Older Linux drivers do not tell usages; the vendor and product have to do there.
    (device.usagePage === undefined || device.usagePage === page) &&
    (device.usage === undefined || device.usagePage === undefined || device.usage === usage)
  );
}

function describe({ vendorId, productId, serialNumber }: HidScannerConfig): string {
  const hex = (id: number): string => id.toString(16).padStart(4, '0');
  const product = productId === undefined ? '' : `:${hex(productId)}`;
  return `${hex(vendorId)}${product}${serialNumber === undefined ? '' : ` (${serialNumber})`}`;
}
