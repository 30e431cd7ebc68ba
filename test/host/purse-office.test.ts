import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../app/cli/commands/host.ts';

const PURSES = join(import.meta.dirname, '..', 'data', 'purses.json');
const SERIAL = '00001000751200000001';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'purse-office-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

async function host(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const exitCode = await run([...args, '--db', join(folder, 'host.db'), '--demo'], { stdin, stdout, stderr });
  return {
    exitCode,
    stdout: String(stdout.read() ?? ''),
    stderr: String(stderr.read() ?? ''),
  };
}

function changed(change: (file: { keys: Record<string, string>; purses: { balance: string }[] }) => void) {
  const file = JSON.parse(readFileSync(PURSES, 'utf8'));
  change(file);
  const name = join(folder, 'purses.json');
  writeFileSync(name, JSON.stringify(file));
  return name;
}

describe('holdfast host purses', () => {
  it('issues the purses of a file once, with its keys, and the books are right', async () => {
    const first = await host('purses', 'load', PURSES, '--json');
    expect(JSON.parse(first.stdout)).toEqual({ newKeys: 3, issued: 6, existing: 0, problems: [] });
    const again = await host('purses', 'load', PURSES, '--json');
    expect(JSON.parse(again.stdout)).toEqual({ newKeys: 0, issued: 0, existing: 6, problems: [] });
    const report = JSON.parse((await host('check', '--json')).stdout);
    expect(report).toMatchObject({ ok: true, purses: 6, problems: [], notes: [] });
  });

  it('lists and shows a purse with its shadow', async () => {
    await host('purses', 'load', PURSES);
    const list = JSON.parse((await host('purses', 'list', '--json')).stdout);
    expect(list[0]).toMatchObject({ applicationSerial: SERIAL, status: 'active', shadowMinor: 100_00 });
    const shown = await host('purses', 'show', SERIAL);
    expect(shown.stdout).toContain(`purse ${SERIAL}: active`);
  });

  it('puts a purse on the hotlist and takes it off', async () => {
    await host('purses', 'load', PURSES);
    expect((await host('purses', 'hotlist', SERIAL)).stdout).toContain('is hotlisted now');
    expect(JSON.parse((await host('purses', 'show', SERIAL, '--json')).stdout).status).toBe('hotlisted');
    await host('purses', 'unblock', SERIAL);
    expect(JSON.parse((await host('purses', 'show', SERIAL, '--json')).stdout).status).toBe('active');
  });

  it('issues nothing above what a purse may hold, to the fen', async () => {
    const file = changed(({ purses }) => {
      if (purses[0]) purses[0].balance = '1000.01';
      if (purses[1]) purses[1].balance = '1000.00';
    });
    const result = await host('purses', 'load', file);
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain(`purse ${SERIAL}: a purse holds at most 1000.00`);
    expect(result.stdout).toContain('5 purses issued');
  });

  it('says where a file is wrong and never what stands there', async () => {
    const file = changed(({ keys }) => {
      keys.load = 'A0A1A2A3';
    });
    const result = await host('purses', 'load', file);
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain('not right at keys.load: 16 bytes in upper-case hex');
    expect(result.stderr).not.toContain('A0A1A2A3');
  });

  it.each([
    ['show', '12'],
    ['dance', SERIAL],
    ['load', undefined],
  ])('does not take %s %s', async (action, argument) => {
    const result = await host('purses', action, ...(argument === undefined ? [] : [argument]));
    expect(result.exitCode).toBe(2);
  });

  it('says that there is no such purse', async () => {
    await host('purses', 'load', PURSES);
    const result = await host('purses', 'show', 'FFFFFFFFFFFFFFFFFFFF');
    expect([result.exitCode, result.stderr]).toEqual([
      1,
      'holdfast host: There is no purse FFFFFFFFFFFFFFFFFFFF.\n',
    ]);
  });
});
