import { parseArgs } from 'node:util';
import { argumentWords } from '../../app/cli/argument-words.ts';
import { dialects } from '../../terminal-core/iso8583/index.ts';
import { propertiesOf, tlvProperty } from './codec-properties.ts';

/**
 * `npm run fuzz`: the properties of the codec over a million cases, or `--cases N`. Every run has a seed of its own,
 * printed first; `--seed S` repeats one. Exit code 1 and the smallest counterexample when one does not hold.
 */
const USAGE =
  'npm run fuzz -- [--cases N] [--seed S]     N cases, else 1000000; S repeats the run that printed it\n';

const values = readOptions();
if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}

const cases = Number(values.cases);
const seed = values.seed === undefined ? Date.now() & 0x7fffffff : Number(values.seed);
if (!Number.isSafeInteger(cases) || cases < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write(`fuzz: expected --cases N and --seed S to be whole numbers\n${USAGE}`);
  process.exit(2);
}

const properties = [...Object.values(dialects).flatMap(propertiesOf), tlvProperty()];
const shares = properties.reduce((sum, { share }) => sum + share, 0);
const startMs = performance.now();
let done = 0;
let failures = 0;

process.stdout.write(`seed ${seed}\n`);
for (const { name, check, share } of properties) {
  const numRuns = Math.ceil((cases * share) / shares);
  const outcome = check({ numRuns, seed });
  done += outcome.numRuns;
  if (outcome.failure === undefined) continue;
  failures += 1;
  process.stdout.write(`${name}\n${outcome.failure}\n`);
}
const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
process.stdout.write(`${done} cases, ${failures} of ${properties.length} properties failed, ${seconds} s\n`);
process.exitCode = failures === 0 ? 0 : 1;

function readOptions() {
  try {
    return parseArgs({
      options: {
        cases: { type: 'string', default: '1000000' },
        seed: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`fuzz: ${argumentWords(error)}\n${USAGE}`);
    process.exit(2);
  }
}
