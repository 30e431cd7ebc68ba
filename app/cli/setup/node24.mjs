import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './setup-error.mjs';

const NODE_MAJOR = 24;
const ORPHAN_POLL_MS = 500;

/**
 * The Node that the program itself runs on: it comes with the packages, so that the one on the PATH may be older.
 * @param {string} root the checkout
 * @returns {string} the path of the executable
 */
export function findNode24(root) {
  const path = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(path)) {
    const probe = spawnSync(path, ['--version'], { encoding: 'utf8' });
    const version = probe.stdout?.trim() ?? '';
    if (version.startsWith(`v${NODE_MAJOR}.`)) return path;
    const found =
      probe.error === undefined
        ? `answers ${JSON.stringify(version)}`
        : `cannot be run (${probe.error.code})`;
    throw new SetupError(
      `${path} ${found} instead of v${NODE_MAJOR}: remove node_modules and run npm run setup.`,
    );
  }
  // Without install scripts the package has no executable; a Node of the right line on the PATH does as well.
  if (Number(process.versions.node.split('.')[0]) === NODE_MAJOR) return process.execPath;
  throw new SetupError(
    `Node ${NODE_MAJOR} is missing at ${path}; found Node ${process.versions.node}. npm ran without install scripts: ` +
      'run "npm rebuild node --ignore-scripts=false", or run this command with Node 24 on the PATH.',
  );
}

/**
 * Runs Node 24 in our place: same stdin, stdout and stderr, and its end is ours. What it compiles of our sources is kept, for it
 * and for all processes that it starts: a command is there in a third of the time.
 * @param {string} root the checkout
 * @param {string[]} args
 * @param {{ cwd?: string }} [options] where it runs; else where we do
 * @returns {Promise<number>} the exit code; when a signal ended it, the same signal ends this process
 */
export function runNode24(root, args, { cwd = process.cwd() } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(findNode24(root), args, {
      stdio: 'inherit',
      cwd,
      env: {
        NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'holdfast-compiled'),
        ...process.env,
      },
    });
    const forward = (signal) => {
      // On a terminal Ctrl-C reaches the whole process group; sending it again would look like a second, impatient one.
      if (signal === 'SIGINT' && hasTerminal()) return;
      child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    const orphanTimer = endWhenOrphaned(child);
    child.on('error', (error) =>
      reject(new SetupError(`Node ${NODE_MAJOR} could not be started: ${error.message}`)),
    );
    child.on('close', (code, signal) => {
      clearInterval(orphanTimer);
      for (const name of signals) process.off(name, forward);
      if (signal !== null) process.kill(process.pid, signal);
      resolve(code ?? 1);
    });
  });
}

/**
 * npm passes a signal on to the shell that it started us with, and that shell ends without passing it on. So under npm
 * the end of the shell is taken for the signal; started by hand, a program may outlive its shell.
 */
function endWhenOrphaned(child) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  return setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, ORPHAN_POLL_MS);
}

function hasTerminal() {
  return process.stdin.isTTY === true || process.stdout.isTTY === true || process.stderr.isTTY === true;
}
