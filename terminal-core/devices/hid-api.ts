/** What the operating system says of a HID interface. */
export interface HidDeviceInfo {
  readonly path?: string | undefined;
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber?: string | undefined;
  readonly usagePage?: number | undefined;
  readonly usage?: number | undefined;
}

export interface HidHandle {
  /** Reports as they come, report id first where the device numbers its reports. */
  onReport(listener: (report: Uint8Array) => void): void;
  onError(listener: (error: Error) => void): void;
  close(): Promise<void>;
}

/** The part of node-hid that this project uses, so that tests can feed recorded reports. */
export interface HidApi {
  list(): Promise<readonly HidDeviceInfo[]>;
  /** @throws Error when the device is gone or not allowed. */
  open(path: string): Promise<HidHandle>;
}

/**
 * The real one. Only node-hid's async calls, which never block the process that also writes the journal. It is loaded at
 * the first use, so that a machine without the native driver has a scanner that does not work and not a till that does not.
 */
export const nodeHidApi: HidApi = {
  async list() {
    const { default: hid } = await import('node-hid');
    return hid.devicesAsync();
  },
  async open(path) {
    const { default: hid } = await import('node-hid');
    const device = await hid.HIDAsync.open(path);
    return {
      onReport: (listener) => void device.on('data', listener),
      onError: (listener) => void device.on('error', listener),
      close: () => device.close(),
    };
  },
};
