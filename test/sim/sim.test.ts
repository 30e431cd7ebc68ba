import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { run } from '../../app/cli/commands/sim.ts';
import { FAULT_KINDS } from './faults.ts';
import { MUTATIONS } from './mutations/index.ts';
import { planOfSeed } from './plan.ts';
import { runPlan } from './run-seed.ts';
import { runSim } from './run-sim.ts';
import { VirtualTime } from './virtual-time.ts';

const SEEDS = 300;

/** Runs the command and gives back what it printed. */
async function holdfastSim(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await run(args, { stdin: new PassThrough(), stdout, stderr });
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

/** Far more than it takes: a machine that is busy with something else is no reason to fail. */
const TIMEOUT_MS = 600_000;

describe('the simulator', { timeout: TIMEOUT_MS }, () => {
  it(`violates nothing in ${SEEDS} seeds, and every kind of fault happens`, async () => {
    const { code, out, err } = await holdfastSim('--seeds', String(SEEDS), '--json');
    const report = JSON.parse(out) as {
      faults: Record<string, number>;
      violations: unknown[];
      transactions: number;
    };
    expect(report.violations).toEqual([]);
    for (const kind of FAULT_KINDS) expect(report.faults[kind], kind).toBeGreaterThan(0);
    expect(report).toMatchObject({ from: 1, seeds: SEEDS });
    expect(report.transactions).toBeGreaterThan(SEEDS * 10);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it('plays the same seed the same way, to the last line', async () => {
    for (const seed of [7, 8, 9]) {
      const [first, second] = [await runPlan(planOfSeed(seed)), await runPlan(planOfSeed(seed))];
      expect(second.lines).toEqual(first.lines);
      expect(second.traceHash).toBe(first.traceHash);
    }
  });

  it('plays different seeds differently', async () => {
    const hashes = new Set<string>();
    for (let seed = 1; seed <= 10; seed += 1) hashes.add((await runPlan(planOfSeed(seed))).traceHash);
    expect(hashes.size).toBe(10);
  });
});

describe('a planted bug', { timeout: TIMEOUT_MS }, () => {
  it.each(MUTATIONS)(`$name is found within ${SEEDS} seeds: $summary`, async (mutation) => {
    let found = false;
    for (let seed = 1; seed <= SEEDS && !found; seed += 1) {
      found = (await runPlan(planOfSeed(seed), mutation)).violations.length > 0;
    }
    expect(found).toBe(true);
  });

  it('is told as a short story with the command that replays it', async () => {
    const { code, out } = await holdfastSim('--seeds', '20', '--mutate', 'double-key-charges');
    expect(code).toBe(0);
    expect(out).toMatch(/seed \d+ violates charged-once: sale-\S+ was paid 2 times/);
    expect(out).toMatch(/replay: holdfast sim --seeds 1 --from \d+ --mutate double-key-charges/);
    expect(out).toMatch(/cashier is told: \S+ is approved/);
    expect(out.split('\n').length).toBeLessThan(90);
  });

  it('shrinks to fewer errands than its seed had, and still fails in the same way', async () => {
    const mutation = MUTATIONS.find(({ name }) => name === 'host-without-deduplication');
    if (!mutation) throw new Error('The mutation has another name');
    const { report, shrunk } = await runSim({ from: 1, seeds: SEEDS, mutation });
    const [first] = report.violations;
    const count = (plan: ReturnType<typeof planOfSeed>) =>
      plan.days.reduce((sum, day) => sum + day.tills.reduce((all, till) => all + till.errands.length, 0), 0);
    expect(shrunk?.result.violations[0]?.invariant).toBe(first?.invariant);
    expect(count(shrunk?.plan ?? planOfSeed(1))).toBeLessThanOrEqual(5);
  });

  it('that is not found fails the command', async () => {
    // One seed is not enough for this one.
    const { code, out } = await holdfastSim(
      '--seeds',
      '1',
      '--from',
      '1',
      '--mutate',
      'hotlist-ignored',
      '--json',
    );
    expect(JSON.parse(out)).toMatchObject({ mutation: 'hotlist-ignored', violations: [] });
    expect(code).toBe(1);
  });
});

describe('holdfast sim', () => {
  it('names the planted bugs, one a line', async () => {
    const { code, out } = await holdfastSim('--mutate', 'list');
    expect(code).toBe(0);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(MUTATIONS.map(({ name }) => name));
  });

  it.each([
    [['--seeds', 'many'], /--seeds is a whole number/],
    [['--seeds', '0'], /--seeds is a whole number from 1/],
    [['--mutate', 'nothing-like-it'], /--mutate is one of/],
    [['--what'], /what/],
  ])('refuses %j in one line', async (args, words) => {
    const { code, err } = await holdfastSim(...args);
    expect(code).toBe(2);
    expect(err).toMatch(words);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});

describe('virtual time', () => {
  it('lets things happen in the order of their times, and in the order of planning at the same time', async () => {
    const time = new VirtualTime(0);
    const happened: string[] = [];
    for (const [name, delayMs] of [
      ['c', 30],
      ['a', 10],
      ['d', 30],
      ['b', 20],
    ] as const) {
      time.after(delayMs, () => happened.push(`${name}${time.nowMs()}`));
    }
    time.after(15, () => happened.push('never'))();
    await time.run(() => happened.length === 4);
    expect(happened).toEqual(['a10', 'b20', 'c30', 'd30']);
  });

  it('says so when nothing is left to happen', async () => {
    await expect(new VirtualTime(0).run(() => false)).rejects.toThrow('Nothing is left to happen');
  });
});
