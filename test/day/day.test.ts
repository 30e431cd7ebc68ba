import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readCards } from '../../app/cli/day/card-file.ts';
import { dayOfSeed, readDayScript, writeDayScript } from '../../app/cli/day/day-script.ts';
import type { DayReport } from '../../app/cli/day/run-day.ts';
import { readCatalogue } from '../../terminal-core/runtime/till/catalogue.ts';

const MAIN_FILE = fileURLToPath(new URL('../../app/cli/main.ts', import.meta.url));
const DATA = fileURLToPath(new URL('../data/', import.meta.url));
/** A day takes seconds of work, its script none. */
const DAYS = Array.from({ length: 8 }, (_, index) => index + 1);
const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const folder = mkdtempSync(join(tmpdir(), 'holdfast-day-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function day(args: readonly string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [MAIN_FILE, 'day', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    chunks.stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    chunks.stderr += chunk;
  });
  const [exitCode] = (await once(child, 'close')) as [number];
  return { exitCode, ...chunks };
}

function goods() {
  const { products } = readCatalogue(readFileSync(join(DATA, 'catalogue.csv'), 'utf8'));
  return { products, cards: readCards(readFileSync(join(DATA, 'cards.csv'), 'utf8')) };
}

describe('holdfast day', () => {
  it.concurrent.each(DAYS)('balances for seed %i, with something of everything in it', async (seed) => {
    const { exitCode, stdout, stderr } = await day(['--seed', String(seed), '--json']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const report = JSON.parse(stdout) as DayReport;
    for (const count of [
      'onlineApproved',
      'offlineAccepted',
      'reversed',
      'voided',
      'refunded',
      'uploaded',
    ] as const) {
      expect(report[count], count).toBeGreaterThanOrEqual(1);
    }
    expect(report).toMatchObject({
      seed,
      settlement: { result: 'balanced' },
      journal: { verified: true },
      ledger: { balanced: true },
      unsent: 0,
      reversalsOwed: 0,
      rejected: 0,
    });
  });

  it('is the same day for the same seed', async () => {
    const [first, second] = await Promise.all([
      day(['--seed', '7', '--json']),
      day(['--seed', '7', '--json']),
    ]);
    expect(second.stdout).toBe(first.stdout);
  });

  it('plays a script, tells its story and writes each receipt', async () => {
    const script = join(folder, 'script.csv');
    writeFileSync(
      script,
      `action,ref,card,basket,amount
sign-on
cash,c1,,6901234341805*2,
sale,s1,8890121000010074,6901234341805*3 6902890181071,
void,s1
settle
`,
    );
    const { exitCode, stdout } = await day(['--script', script, '--receipts', folder]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('s1: 10.00 approved online.');
    expect(stdout).toContain('void of s1: 10.00 approved online.');
    expect(readdirSync(folder).filter((name) => name.endsWith('.svg'))).toHaveLength(4);
  });

  it('names each line of a script that it cannot read', async () => {
    const script = join(folder, 'broken.csv');
    writeFileSync(
      script,
      'action,ref,card,basket,amount\nsign-on\nsale,s1,12,6901234341805,\nrefund,s9,,,1.00\ndance\n',
    );
    const { exitCode, stderr } = await day(['--script', script]);
    expect(exitCode).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([
      `${script}:3: A card number is 12 to 19 digits`,
      `${script}:4: No earlier sale has the ref s9`,
      `${script}:5: There is no action dance; expected one of cash, sale, kill-in-sale, void, refund, sign-on, kill, restart, cut, heal, lose-answer, upload, settle, next-day`,
    ]);
  });

  it('says in one line what it expected when an argument is wrong', async () => {
    const { exitCode, stderr } = await day(['--seed', 'many']);
    expect(exitCode).toBe(2);
    expect(stderr).toBe('holdfast day: --seed is a whole number, not many\n');
  });
});

describe('a day script', () => {
  it('comes back from its file as it was', () => {
    for (const seed of SEEDS) {
      const steps = dayOfSeed(seed, goods());
      expect(readDayScript(writeDayScript(steps))).toEqual({ ok: true, steps });
    }
  });

  it('in test/data is the day of seed 1', () => {
    const script = readDayScript(readFileSync(join(DATA, 'day.csv'), 'utf8'));
    expect(script).toEqual({ ok: true, steps: dayOfSeed(1, goods()) });
  });
});
