import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { report, run } from '../commands/doctor.ts';
import { clock, dataFolder, diskOf, runtime, smartCardsOf } from './checks.ts';

/** A file where a folder would have to be. */
const NO_FOLDER = '/dev/null/holdfast';

function output(): { stream: Writable; text: () => string } {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream, text: () => text };
}

async function doctor(...args: string[]) {
  const stdout = output();
  const stderr = output();
  const exitCode = await run(args, { stdin: process.stdin, stdout: stdout.stream, stderr: stderr.stream });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

describe('holdfast doctor', () => {
  it.each([
    [runtime('24.1.0'), 'ok'],
    [runtime('20.19.0'), 'failed'],
    [diskOf(2 * 1024 ** 3), 'ok'],
    [diskOf(100 * 1024 ** 2), 'failed'],
    [clock(Date.UTC(2026, 10, 21)), 'ok'],
    [clock(Date.UTC(1970, 0, 1)), 'failed'],
    [clock(Date.UTC(2099, 0, 1)), 'failed'],
    [dataFolder('/tmp/holdfast/not/there/yet'), 'ok'],
    [smartCardsOf({ kind: 'readers', names: ['ACS ACR38U 00 00'] }), 'ok'],
    [smartCardsOf({ kind: 'readers', names: [] }), 'missing'],
    [smartCardsOf({ kind: 'failed', problem: 'PC/SC service not running' }), 'missing'],
  ])('judges %j as %s', (check, state) => {
    expect(check.state).toBe(state);
    expect(check.remedy !== undefined).toBe(state !== 'ok');
  });

  it('looks at everything and says in JSON whether the till can run', async () => {
    const { exitCode, stdout } = await doctor('--json', '--data', '/tmp');
    const { checks, ok } = JSON.parse(stdout);
    expect(ok).toBe(true);
    expect(exitCode).toBe(0);
    expect(checks.map(({ name }: { name: string }) => name)).toEqual([
      'runtime',
      'database',
      'data folder',
      'disk',
      'clock',
      'Electron',
      'Chromium',
      'display',
      'serial ports',
      'HID devices',
      'PC/SC',
      'printers',
    ]);
  });

  it('ends with 1 and names what stands in the way', async () => {
    const { exitCode, stdout } = await doctor('--data', NO_FOLDER);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/✗ data folder +\/dev\/null cannot be used/);
    expect(stdout).toMatch(/The till cannot run here: data folder\.\n$/);
  });

  it('says that a till runs without what is only missing', () => {
    const missing = { name: 'Electron', state: 'missing', found: 'not there', remedy: 'not needed' } as const;
    expect(report([missing], output().stream)).toBe(
      '– Electron  not there\n            not needed\n\nThe till can run here.\n',
    );
  });

  it('answers bad arguments in one line with exit 2', async () => {
    expect(await doctor('--nose')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: "holdfast doctor: Unknown option '--nose'; --help says what is expected\n",
    });
  });
});
