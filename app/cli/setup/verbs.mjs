import { existsSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { runNode24 } from './node24.mjs';
import { readTestReport } from './test-report.mjs';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const inRoot = (...parts) => join(root, ...parts);

/** What `node app/cli/bootstrap.mjs VERB` does. Any other first word is a command of `holdfast` itself. */
const verbs = {
  setup: async () => {
    process.stderr.write('holdfast: ready\n');
    return 0;
  },
  start: (args) => runCli(['till', '--demo', ...args]),
  holdfast: (args) => runCli(args, whereAsked()),
  build: () => runNode24(root, [inRoot('app', 'cli', 'build.ts')]),
  fuzz: (args) => runNode24(root, [inRoot('test', 'fuzz', 'codec.ts'), ...args]),
  screenshots: () => runNode24(root, [inRoot('test', 'e2e', 'screenshots.ts')]),
  conformance: runConformance,
  test: runTests,
  check: runChecks,
};

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function runVerb(args) {
  const [first, ...rest] = args;
  const verb = first !== undefined && Object.hasOwn(verbs, first) ? verbs[first] : undefined;
  await ensureInstalled(root);
  return verb === undefined ? runCli(args) : verb(rest);
}

function runCli(args, cwd = process.cwd()) {
  return runNode24(root, [inRoot('app', 'cli', 'main.ts'), ...args], { cwd });
}

/** `npm run` goes to the root of the checkout first; a file is meant from the folder that it was asked in. */
function whereAsked() {
  const { INIT_CWD: asked, npm_lifecycle_event: script } = process.env;
  const isFromNpm = script === 'holdfast' && process.cwd() === realpathSync(root);
  return isFromNpm && asked !== undefined && existsSync(asked) ? asked : process.cwd();
}

/** All test projects, or what `args` selects; then one plain line that sums them up. */
async function runTests(args) {
  const reportPath = inRoot('test-results', 'vitest.json');
  // A run that dies before it reports must not be judged by the report of an earlier one.
  rmSync(reportPath, { force: true });
  const exitCode = await runNode24(root, [
    inRoot('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--root',
    root,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportPath}`,
    ...args,
  ]);
  const result = readTestReport(reportPath, exitCode);
  process.stdout.write(
    `\nThe tests have ended: passed ${result.passed}, failed ${result.failed}, skipped ${result.skipped}.\n`,
  );
  return result.failed > 0 ? exitCode || 1 : exitCode;
}

const CONFORMANCE_HELP = `npm run conformance                          the suite, against the simulator
npm run conformance -- --prepare FOLDER      cards, purses and a description for another host
HOST=host:port CONFORMANCE=FOLDER/conformance.json npm run conformance
                                             the suite, against that host
Other arguments go to vitest, such as -t WORDS for the tests whose names have them.
`;

/** The host's conformance suite: against the simulator, or with HOST against another host, one test at a time. */
async function runConformance(args) {
  const [first, ...rest] = args;
  if (first === '--help' || first === '-h') {
    process.stdout.write(CONFORMANCE_HELP);
    return 0;
  }
  if (first === '--prepare')
    return runNode24(root, [inRoot('test', 'host', 'conformance', 'prepare.ts'), ...rest]);
  return runNode24(root, [
    inRoot('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--root',
    root,
    '--reporter=verbose',
    '--no-file-parallelism',
    'test/host/conformance',
    ...args,
  ]);
}

/** Types and lint; both run, so that one look shows all there is to do. */
async function runChecks() {
  const types = await runNode24(root, [
    inRoot('node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    inRoot('tsconfig.json'),
  ]);
  process.stdout.write(`types: ${types === 0 ? 'ok' : 'failed'}\n`);
  const lint = await runNode24(root, [
    inRoot('node_modules', '@biomejs', 'biome', 'bin', 'biome'),
    'check',
    root,
  ]);
  process.stdout.write(`lint: ${lint === 0 ? 'ok' : 'failed'}\n`);
  return types === 0 && lint === 0 ? 0 : 1;
}
