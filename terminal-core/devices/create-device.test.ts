import { describe, expect, it } from 'vitest';
import { createDevices } from './create-device.ts';
import { DEVICES_MAX } from './device-config.ts';

function problemsOf(list: unknown): readonly string[] {
  const created = createDevices(list);
  return created.kind === 'invalid' ? created.problems : [];
}

describe('createDevices', () => {
  it('makes every kind of device from its entry, with defaults for what is left out', () => {
    const created = createDevices([
      { kind: 'serial-scanner', deviceId: 'scanner-1', path: '/dev/ttyUSB0' },
      { kind: 'hid-scanner', deviceId: 'scanner-2', vendorId: 0x0c2e },
      { kind: 'serial-magstripe', deviceId: 'reader-1', path: 'COM3' },
      { kind: 'escpos-printer', deviceId: 'printer-1', transport: { kind: 'tcp', host: '192.0.2.7' } },
      { kind: 'escpos-printer', deviceId: 'printer-2', transport: { kind: 'serial', path: '/dev/ttyS0' } },
      { kind: 'escpos-printer', deviceId: 'printer-3', transport: { kind: 'file', path: '/dev/usb/lp0' } },
      { kind: 'simulated-scanner', deviceId: 'scanner-3' },
      { kind: 'simulated-card-reader', deviceId: 'reader-2' },
      { kind: 'simulated-smart-card-reader', deviceId: 'chip-1' },
      { kind: 'pcsc-reader', deviceId: 'chip-2', customerReader: 'ACR', samReader: 'SAM' },
      { kind: 'simulated-printer', deviceId: 'printer-4' },
    ]);
    if (created.kind === 'invalid') throw new Error(created.problems.join('\n'));
    expect(created.scanners.map((device) => device.deviceId)).toEqual([
      'scanner-1',
      'scanner-2',
      'scanner-3',
    ]);
    expect(created.cardReaders.map((device) => device.deviceId)).toEqual(['reader-1', 'reader-2']);
    expect(created.smartCardReaders.map((device) => device.deviceId)).toEqual(['chip-1', 'chip-2']);
    expect(created.printers).toHaveLength(4);
    expect(created.all).toHaveLength(11);
    for (const device of created.all) expect(device.status().state).toBe('closed');
  });

  it('names the entry with an unknown kind', () => {
    const [problem] = problemsOf([
      { kind: 'simulated-scanner', deviceId: 'a' },
      { kind: 'abacus', deviceId: 'b' },
    ]);
    expect(problem).toBe('devices[1] (b): kind: unknown kind "abacus"');
  });

  it('names the entry with an unknown transport', () => {
    const [problem] = problemsOf([{ kind: 'escpos-printer', deviceId: 'p', transport: { kind: 'pigeon' } }]);
    expect(problem).toBe('devices[0] (p): transport.kind: unknown kind "pigeon"');
  });

  it.each([
    ['an empty path', { path: '' }, 'path'],
    ['a path with a control character', { path: '/dev/tty\u0000' }, 'path'],
    ['a path that is no text', { path: 3 }, 'path'],
    ['a baud rate of nothing', { baudRate: 0 }, 'baudRate'],
    ['a misspelt setting', { baudrate: 9600 }, 'baudrate'],
    ['a terminator that does not exist', { terminator: 'TAB' }, 'terminator'],
  ])('names the entry and the setting with %s', (_what, change, setting) => {
    const entry = { kind: 'serial-scanner', deviceId: 'scanner-1', path: '/dev/ttyUSB0', ...change };
    const problems = problemsOf([entry]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('devices[0] (scanner-1)');
    expect(problems[0]).toContain(setting);
  });

  it('names an entry without a name by its place, and entries that are no objects', () => {
    expect(problemsOf([{ kind: 'simulated-printer' }])[0]).toMatch(/^devices\[0\]: deviceId/);
    expect(problemsOf([null])[0]).toMatch(/^devices\[0\]: /);
    expect(problemsOf({})[0]).toMatch(/expected a list/);
  });

  it('refuses one name twice and one port twice', () => {
    const scanner = { kind: 'serial-scanner', deviceId: 'a', path: '/dev/ttyUSB0' };
    expect(problemsOf([scanner, { ...scanner, path: '/dev/ttyUSB1' }])[0]).toContain('deviceId "a"');
    expect(problemsOf([scanner, { ...scanner, deviceId: 'b' }])).toEqual([
      'b: path "/dev/ttyUSB0" is also that of a',
    ]);
  });

  it('takes the most devices and refuses one more', () => {
    const many = (count: number): unknown[] =>
      Array.from({ length: count }, (_, index) => ({ kind: 'simulated-scanner', deviceId: `s${index}` }));
    expect(problemsOf(many(DEVICES_MAX))).toEqual([]);
    expect(problemsOf(many(DEVICES_MAX + 1))[0]).toContain(`at most ${DEVICES_MAX}`);
  });

  it('finds all problems at once and makes no device', () => {
    expect(problemsOf([{ kind: 'abacus' }, { kind: 'simulated-scanner', deviceId: 'B!' }])).toHaveLength(2);
  });
});
