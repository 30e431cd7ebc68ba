import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SerialScanner, type SerialScannerConfig } from '../../terminal-core/devices/serial-scanner.ts';
import { type DeviceStatus, SCAN_LENGTH_MAX, type Scan } from '../../terminal-core/ports/devices.ts';
import { systemPackage } from '../support/require-system-package.ts';
import { PtyPair } from './pty-pair.ts';
import { waitFor } from './wait-for.ts';

const socat = systemPackage('socat');
const FAST_RECONNECT = { firstMs: 20, maxMs: 80 };

describe.skipIf(socat.kind === 'missing')(`a serial scanner on a real port${socat.note}`, () => {
  let pty: PtyPair;
  let scanner: SerialScanner;
  let scans: Scan[];

  async function start(config: Partial<SerialScannerConfig> = {}): Promise<void> {
    scanner = new SerialScanner({
      deviceId: 'scanner-1',
      path: pty.path,
      baudRate: 9_600,
      terminator: 'CRLF',
      reconnect: FAST_RECONNECT,
      ...config,
    });
    scans = [];
    scanner.onScan((scan) => scans.push(scan));
    await scanner.open();
    expect(scanner.status()).toEqual({ deviceId: 'scanner-1', kind: 'scanner', state: 'ready' });
  }

  const texts = (): string[] => scans.map((scan) => scan.text);

  beforeEach(async () => {
    pty = await PtyPair.create();
  });

  afterEach(async () => {
    await scanner.close();
    await pty.remove();
  });

  it('gives one scan a line', async () => {
    await start();
    await pty.send('6901234567892\r\n');
    await waitFor('the scan', () => scans.length === 1);
    expect(scans).toEqual([{ deviceId: 'scanner-1', text: '6901234567892' }]);
  });

  it('takes two scans in one chunk and one scan in many chunks', async () => {
    await start();
    await pty.send('6901234567892\r\n6923450657713\r\n69');
    for (const part of ['0', '1028', '075', '0220', '5\r', '\n']) {
      await pty.send(part);
      await sleep(15);
    }
    await waitFor('three scans', () => scans.length === 3);
    expect(texts()).toEqual(['6901234567892', '6923450657713', '690102807502205']);
  });

  it('drops garbage and what is too long, and reads the scan after it', async () => {
    await start();
    await pty.send(Uint8Array.of(0x00, 0xff, 0xfe, 0x07, 0x36, 0x0a));
    await pty.send(`${'9'.repeat(SCAN_LENGTH_MAX + 1)}\n`);
    await pty.send(`${'8'.repeat(SCAN_LENGTH_MAX)}\n`);
    await pty.send('6901234567892\r\n');
    await waitFor('the good scans', () => scans.length === 2);
    expect(texts()).toEqual(['8'.repeat(SCAN_LENGTH_MAX), '6901234567892']);
    expect(scanner.droppedCount).toBe(2);
  });

  it('reads the AIM identifier and takes off prefix and suffix', async () => {
    await start({ symbology: 'aim', prefix: '~', suffix: '#' });
    await pty.send('~]E06901234567892#\r\n');
    await waitFor('the scan', () => scans.length === 1);
    expect(scans[0]).toEqual({ deviceId: 'scanner-1', text: '6901234567892', symbology: ']E0' });
  });

  it('ends a scan by a pause where the scanner sends no line end', async () => {
    await start({ terminator: 'idle', idleMs: 40 });
    await pty.send('6901234567892');
    await waitFor('the first scan', () => scans.length === 1);
    await pty.send('6923450657713');
    await waitFor('the second scan', () => scans.length === 2);
    expect(texts()).toEqual(['6901234567892', '6923450657713']);
  });

  it('gives up a scan whose end never came instead of gluing it to the next', async () => {
    await start({ idleMs: 60 });
    await pty.send('69012345');
    await sleep(250);
    await pty.send('6923450657713\r\n');
    await waitFor('the next scan', () => scans.length > 0);
    expect(texts()).toEqual(['6923450657713']);
  });

  it('says so when the cable is pulled in the middle of a scan, and comes back without the torn scan', async () => {
    await start();
    const states: DeviceStatus[] = [];
    scanner.onStatus((status) => states.push(status));
    await pty.send('690123');
    await pty.unplug();
    await waitFor('the error', () => scanner.status().state === 'error');
    expect(scanner.status().problem).toMatch(/设备不可用.*Not available/);
    // Long enough that some attempts to find it again have failed.
    await sleep(200);
    expect(scanner.status().state).toBe('error');
    await pty.plugIn();
    await waitFor('the recovery', () => scanner.status().state === 'ready');
    await pty.send('6923450657713\r\n');
    await waitFor('a scan after it', () => scans.length > 0);
    expect(texts()).toEqual(['6923450657713']);
    expect(states.at(0)?.state).toBe('error');
    expect(states.at(-1)).toEqual({ deviceId: 'scanner-1', kind: 'scanner', state: 'ready' });
  });

  it('survives being pulled and plugged many times, each time at another moment of a scan', async () => {
    await start();
    for (let round = 1; round <= 8; round += 1) {
      await pty.send('6'.repeat(round));
      await sleep(round % 3);
      await pty.unplug();
      await waitFor('the error', () => scanner.status().state === 'error');
      await pty.plugIn();
      await waitFor('the recovery', () => scanner.status().state === 'ready');
      await pty.send(`690123456789${round}\r\n`);
      await waitFor(`scan ${round}`, () => scans.length === round);
    }
  });

  it('stays closed after it was closed, also while it looks for a lost port', async () => {
    await start();
    await pty.unplug();
    await waitFor('the error', () => scanner.status().state === 'error');
    await scanner.close();
    await pty.plugIn();
    await sleep(200);
    expect(scanner.status()).toEqual({ deviceId: 'scanner-1', kind: 'scanner', state: 'closed' });
  });

  it('opens again after it was closed', async () => {
    await start();
    await scanner.close();
    await scanner.open();
    await pty.send('6901234567892\r\n');
    await waitFor('the scan', () => scans.length === 1);
  });

  it('starts without a port and finds it when it comes', async () => {
    await pty.unplug();
    scanner = new SerialScanner({
      deviceId: 'scanner-1',
      path: pty.path,
      baudRate: 9_600,
      terminator: 'LF',
      reconnect: FAST_RECONNECT,
    });
    await scanner.open();
    expect(scanner.status()).toMatchObject({ state: 'error', problem: expect.stringContaining(pty.path) });
    await pty.plugIn();
    await waitFor('the recovery', () => scanner.status().state === 'ready');
  });

  it('says that another program uses the port', async () => {
    await start();
    const second = new SerialScanner({
      deviceId: 'scanner-2',
      path: pty.path,
      baudRate: 9_600,
      terminator: 'LF',
      reconnect: FAST_RECONNECT,
    });
    await second.open();
    expect(second.status()).toMatchObject({
      state: 'error',
      problem: expect.stringContaining('another program'),
    });
    await second.close();
  });
});
