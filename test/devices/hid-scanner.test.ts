import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { HidApi, HidDeviceInfo, HidHandle } from '../../terminal-core/devices/hid-api.ts';
import { nodeHidApi } from '../../terminal-core/devices/hid-api.ts';
import { HidScanner, type HidScannerConfig } from '../../terminal-core/devices/hid-scanner.ts';
import { SCAN_LENGTH_MAX, type Scan } from '../../terminal-core/ports/devices.ts';
import recorded from './fixtures/hid-reports.json' with { type: 'json' };
import { waitFor } from './wait-for.ts';

const HONEYWELL = 0x0c2e;
const POS: HidDeviceInfo = {
  path: '/dev/hidraw3',
  vendorId: HONEYWELL,
  productId: 0x0b61,
  serialNumber: 'S123',
  usagePage: 0x8c,
  usage: 2,
};
const KEYBOARD: HidDeviceInfo = { ...POS, path: '/dev/hidraw4', usagePage: 1, usage: 6 };

/** The operating system's HID devices, plugged in and out by the test. */
class FakeHid implements HidApi {
  plugged: HidDeviceInfo[] = [POS, KEYBOARD];
  readonly opened: string[] = [];
  closed = 0;
  listFails = false;
  #onReport: ((report: Uint8Array) => void) | undefined;
  #onError: ((error: Error) => void) | undefined;

  list(): Promise<readonly HidDeviceInfo[]> {
    return this.listFails ? Promise.reject(new Error('busy')) : Promise.resolve(this.plugged);
  }

  open(path: string): Promise<HidHandle> {
    this.opened.push(path);
    return Promise.resolve({
      onReport: (listener) => {
        this.#onReport = listener;
      },
      onError: (listener) => {
        this.#onError = listener;
      },
      close: () => {
        this.closed += 1;
        return Promise.reject(new Error('already gone'));
      },
    });
  }

  play(reports: readonly string[]): void {
    for (const report of reports) this.#onReport?.(Buffer.from(report, 'hex'));
  }

  fail(message: string): void {
    this.#onError?.(new Error(message));
  }
}

describe('a HID scanner fed with recorded reports', () => {
  let scanner: HidScanner;
  let hid: FakeHid;
  let scans: Scan[];

  async function start(config: Partial<HidScannerConfig> = {}): Promise<void> {
    hid = new FakeHid();
    scanner = new HidScanner(
      {
        deviceId: 'scanner-1',
        vendorId: HONEYWELL,
        mode: 'pos',
        reconnect: { firstMs: 10, maxMs: 20 },
        presencePollMs: 20,
        ...config,
      },
      hid,
    );
    scans = [];
    scanner.onScan((scan) => scans.push(scan));
    await scanner.open();
  }

  afterEach(() => scanner.close());

  it('reads an EAN-13 and its AIM identifier from a HID POS report', async () => {
    await start();
    hid.play(recorded.posEan13);
    expect(scans).toEqual([{ deviceId: 'scanner-1', text: '6901234567892', symbology: ']E0' }]);
  });

  it('puts a scan together from two reports, and the next one apart from it', async () => {
    await start();
    hid.play([...recorded.posTwoReports, ...recorded.posEan13]);
    expect(scans.map((scan) => scan.text)).toEqual([recorded.posTwoReportsText, '6901234567892']);
  });

  it('takes off a line end that the scanner sends too, and ignores reports that are no scans', async () => {
    await start();
    hid.play([...recorded.posStatus, ...recorded.posWithLineEnd, '', '02']);
    expect(scans.map((scan) => scan.text)).toEqual(['LOT-42']);
  });

  it('drops reports that contradict themselves or hold no text, and reads the one after them', async () => {
    await start();
    hid.play([...recorded.posLengthTooLarge, ...recorded.posShortReport, ...recorded.posControlBytes]);
    hid.play(recorded.posEan13);
    expect(scans.map((scan) => scan.text)).toEqual(['6901234567892']);
    expect(scanner.droppedCount).toBe(3);
  });

  it('holds a scan of the most characters and drops a longer one', async () => {
    await start();
    const part = (length: number, more: number): string =>
      Buffer.concat([
        Buffer.from([2, length]),
        Buffer.from(']Q0'),
        Buffer.alloc(58, 'A'),
        Buffer.from([more]),
      ]).toString('hex');
    hid.play([...Array<string>(4).fill(part(56, 1)), part(SCAN_LENGTH_MAX - 4 * 56, 0)]);
    expect(scans.map((scan) => scan.text.length)).toEqual([SCAN_LENGTH_MAX]);
    hid.play([...Array<string>(4).fill(part(56, 1)), part(SCAN_LENGTH_MAX - 4 * 56 + 1, 0)]);
    hid.play([...Array<string>(1_000).fill(part(56, 1)), part(1, 0)]);
    expect(scans).toHaveLength(1);
    expect(scanner.droppedCount).toBe(2);
  });

  it('reads another layout by configuration', async () => {
    await start({ layout: { reportId: 1, lengthOffset: 1, dataOffset: 2, dataLengthMax: 62 } });
    hid.play([Buffer.concat([Buffer.from([1, 4]), Buffer.from('6901'), Buffer.alloc(58)]).toString('hex')]);
    expect(scans).toEqual([{ deviceId: 'scanner-1', text: '6901' }]);
  });

  it('reads digits, letters, shift and the keypad from keyboard reports', async () => {
    await start({ mode: 'keyboard' });
    expect(hid.opened).toEqual(['/dev/hidraw4']);
    hid.play([...recorded.keyboardEan13, ...recorded.keyboardMixed, ...recorded.keyboardKeypad]);
    expect(scans.map((scan) => scan.text)).toEqual(['6901234567892', 'Lot-42/A_b:7', '690.']);
  });

  it('reads keys that overlap, and no key twice while it is held', async () => {
    await start({ mode: 'keyboard' });
    hid.play(recorded.keyboardRollover);
    expect(scans.map((scan) => scan.text)).toEqual(['690']);
  });

  it('drops a scan with a control key in it, and what is longer than a scan may be', async () => {
    await start({ mode: 'keyboard' });
    hid.play(recorded.keyboardControl);
    const six = ['0000230000000000', '0000000000000000'];
    const enter = ['0000280000000000', '0000000000000000'];
    hid.play([...Array.from({ length: SCAN_LENGTH_MAX + 1 }, () => six).flat(), ...enter]);
    expect(scans).toEqual([]);
    expect(scanner.droppedCount).toBe(2);
    hid.play([...Array.from({ length: SCAN_LENGTH_MAX }, () => six).flat(), ...enter]);
    expect(scans.map((scan) => scan.text)).toEqual(['6'.repeat(SCAN_LENGTH_MAX)]);
  });

  it('comes back after an error and without half a scan', async () => {
    await start();
    hid.play(recorded.posTwoReports.slice(0, 1));
    hid.plugged = [];
    hid.fail('could not read from HID device');
    expect(scanner.status()).toMatchObject({
      state: 'error',
      problem: expect.stringContaining('could not read'),
    });
    await waitFor('an attempt', () => /no HID scanner 0c2e/.test(scanner.status().problem ?? ''));
    hid.plugged = [{ ...POS, path: '/dev/hidraw9' }];
    await waitFor('the recovery', () => scanner.status().state === 'ready');
    expect(hid.opened.at(-1)).toBe('/dev/hidraw9');
    hid.play(recorded.posEan13);
    expect(scans.map((scan) => scan.text)).toEqual(['6901234567892']);
  });

  it('notices by itself that it is gone where the system does not say so', async () => {
    await start();
    hid.listFails = true;
    await sleep(60);
    expect(scanner.status().state).toBe('ready');
    hid.listFails = false;
    hid.plugged = [];
    await waitFor('the loss', () => scanner.status().state === 'error');
    expect(hid.closed).toBe(1);
  });

  it('takes the scanner with the right product, serial number and usage only', async () => {
    await start({ productId: 0x0b61, serialNumber: 'S999' });
    expect(scanner.status()).toMatchObject({
      state: 'error',
      problem: expect.stringContaining('0c2e:0b61 (S999)'),
    });
    hid.plugged = [KEYBOARD, { ...POS, serialNumber: 'S999', path: '/dev/hidraw7' }];
    await waitFor('the scanner', () => scanner.status().state === 'ready');
    expect(hid.opened).toEqual(['/dev/hidraw7']);
  });
});

describe('the HID driver', () => {
  it('loads and lists the devices of this machine', async () => {
    expect(Array.isArray(await nodeHidApi.list())).toBe(true);
  });
});
