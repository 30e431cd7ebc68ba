import { describe, expect, it, vi } from 'vitest';
import type { CardRead, DeviceStatus, Scan } from '../../ports/devices.ts';
import { SimulatedCardReader } from './simulated-card-reader.ts';
import { SIMULATED_PAPERS_MAX, SimulatedPrinter } from './simulated-printer.ts';
import { SimulatedScanner } from './simulated-scanner.ts';

const reconnect = { firstMs: 5, maxMs: 10 };

describe('simulated devices', () => {
  it('scan only while they are open and plugged in, and come back by themselves', async () => {
    const scanner = new SimulatedScanner({ deviceId: 'scanner-1', reconnect });
    const scans: Scan[] = [];
    const states: DeviceStatus['state'][] = [];
    scanner.onScan((scan) => scans.push(scan));
    const stop = scanner.onStatus((status) => states.push(status.state));
    scanner.scan('too early');
    await scanner.open();
    scanner.scan('6901234567892', ']E0');
    scanner.scan('\u0007');
    scanner.unplug();
    scanner.scan('unplugged');
    scanner.plugIn();
    await vi.waitFor(() => expect(scanner.status().state).toBe('ready'));
    scanner.scan('6923450657713');
    await scanner.close();
    scanner.scan('closed');
    expect(scans).toEqual([
      { deviceId: 'scanner-1', text: '6901234567892', symbology: ']E0' },
      { deviceId: 'scanner-1', text: '6923450657713' },
    ]);
    expect(states).toEqual(['ready', 'error', 'ready', 'closed']);
    stop();
    await scanner.open();
    expect(states).toHaveLength(4);
    await scanner.close();
  });

  it('read cards and tell misreads as a real reader does', async () => {
    const reader = new SimulatedCardReader({ deviceId: 'reader-1', reconnect });
    const reads: CardRead[] = [];
    reader.onCard((read) => reads.push(read));
    await reader.open();
    reader.swipe(';6217000012344021=2912?');
    reader.swipe(';E?');
    expect(reads[0]).toMatchObject({ kind: 'card', deviceId: 'reader-1', card: { expiry: '2912' } });
    expect(reads[1]).toEqual({ kind: 'misread', deviceId: 'reader-1', problem: 'bad-track' });
    await reader.close();
  });

  it('keep the latest receipts as text, and fail without paper', async () => {
    const printer = new SimulatedPrinter({ deviceId: 'printer-1', reconnect });
    expect((await printer.print(Buffer.from('x\n'))).kind).toBe('failed');
    await printer.open();
    printer.takeOutPaper();
    expect(await printer.print(Buffer.from('x\n'))).toMatchObject({
      kind: 'failed',
      problem: expect.stringContaining('Out of paper'),
    });
    printer.putInPaper();
    for (let index = 0; index <= SIMULATED_PAPERS_MAX; index += 1)
      await printer.print(Buffer.from(`${index}\n`));
    expect(printer.papers).toHaveLength(SIMULATED_PAPERS_MAX);
    expect(printer.papers.at(-1)?.lines).toEqual([String(SIMULATED_PAPERS_MAX)]);
    await printer.close();
  });
});
