import { parseArgs } from 'node:util';
import type { Mutation } from '../../../test/sim/mutation.ts';
import { MUTATIONS } from '../../../test/sim/mutations/index.ts';
import { runSim, type SimReport } from '../../../test/sim/run-sim.ts';
import { tellShrunk } from '../../../test/sim/tell.ts';
import { argumentWords } from '../argument-words.ts';
import { counted } from '../counted.ts';
import type { CommandIo } from '../io.ts';

const HELP = `holdfast sim [--seeds N] [--from S] [--mutate NAME] [--json]

Plays whole store days from single numbers: the real engine, journal, codec and host on a virtual clock and a virtual
network that loses, doubles, delays and cuts, with crashes on both sides. Every evening everything heals, and checkers
compare what both sides are left with. The same seed is the same history. Exits 0 when nothing is violated.

  --seeds N      how many (default 100)
  --from S       the first one (default 1)
  --mutate NAME  plants a defect and exits 0 when it is found; --mutate list names them
  --json         one JSON object instead of the story
`;

const SEED_MAX = 999_999_999;
const BAR_WIDTH = 30;

interface Options {
  readonly from: number;
  readonly seeds: number;
  readonly mutate: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
}

export async function run(args: string[], io: CommandIo): Promise<number> {
  let options: Options;
  try {
    options = readOptions(args);
  } catch (error) {
    io.stderr.write(`holdfast sim: ${argumentWords(error)}\n`);
    return 2;
  }
  if (options.help) {
    io.stdout.write(HELP);
    return 0;
  }
  if (options.mutate === 'list') {
    io.stdout.write(listOfMutations());
    return 0;
  }
  const mutation = MUTATIONS.find(({ name }) => name === options.mutate);
  if (options.mutate !== undefined && !mutation) {
    io.stderr.write(`holdfast sim: --mutate is one of the names of --mutate list, not ${options.mutate}\n`);
    return 2;
  }
  return simulate(options, mutation, io);
}

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      seeds: { type: 'string', default: '100' },
      from: { type: 'string', default: '1' },
      mutate: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { from, help, json, mutate, seeds } = values;
  return {
    from: wholeNumber('--from', from, 0),
    seeds: wholeNumber('--seeds', seeds, 1),
    mutate,
    json,
    help,
  };
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= SEED_MAX)) {
    throw new Error(`${name} is a whole number from ${least} to ${SEED_MAX}, not ${text}`);
  }
  return value;
}

function listOfMutations(): string {
  const width = Math.max(...MUTATIONS.map(({ name }) => name.length));
  return MUTATIONS.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}\n`).join('');
}

async function simulate(options: Options, mutation: Mutation | undefined, io: CommandIo): Promise<number> {
  const { from, json, seeds } = options;
  const startedAtMs = performance.now();
  const bar = progressBar(io, seeds);
  const { report, shrunk } = await runSim({
    from,
    seeds,
    ...(mutation ? { mutation } : {}),
    onSeed: bar.show,
  });
  bar.clear();
  const elapsedMs = Math.round(performance.now() - startedAtMs);
  const [first] = report.violations;
  if (json) {
    io.stdout.write(
      `${JSON.stringify({ ...report, ...(mutation ? { mutation: mutation.name } : {}), elapsedMs })}\n`,
    );
  } else {
    if (shrunk && first) io.stdout.write(tellShrunk(shrunk, first));
    io.stdout.write(summary(report, { mutation, elapsedMs }));
  }
  const found = report.violations.length > 0;
  return found === (mutation !== undefined) ? 0 : 1;
}

function summary(
  report: SimReport,
  about: { readonly mutation: Mutation | undefined; readonly elapsedMs: number },
): string {
  const { days, faults, from, seeds, transactions, violations } = report;
  const failed = new Set(violations.map(({ seed }) => seed));
  const counts = Object.entries(faults).map(([kind, count]) => `${kind} ${count}`);
  const verdict = about.mutation
    ? `${about.mutation.name}: ${failed.size > 0 ? `found by seed ${[...failed][0]}` : 'NOT FOUND'}`
    : `${counted(violations.length, 'violation')}${failed.size > 0 ? ` in seeds ${[...failed].slice(0, 20).join(', ')}` : ''}`;
  return `seeds ${from} to ${from + seeds - 1}: ${counted(days, 'day')}, ${counted(transactions, 'transaction')}, ${(about.elapsedMs / 1000).toFixed(1)} s
faults: ${counts.join(', ')}
${verdict}
`;
}

/** On a terminal only; a pipe stays quiet. */
function progressBar(io: CommandIo, seeds: number) {
  const isTerminal = 'isTTY' in io.stderr && io.stderr.isTTY === true;
  return {
    show(done: number, violations: number): void {
      if (!isTerminal) return;
      const filled = Math.round((done / seeds) * BAR_WIDTH);
      const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
      io.stderr.write(`\r${bar} ${done}/${seeds} seeds, ${violations} violations `);
    },
    clear(): void {
      if (isTerminal) io.stderr.write('\r\x1b[2K');
    },
  };
}
