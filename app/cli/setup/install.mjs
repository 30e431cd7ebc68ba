import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join, sep } from 'node:path';
import { withInstallLock } from './install-lock.mjs';
import { SetupError } from './setup-error.mjs';

/** Holds the SHA-256 of the lockfile that node_modules was made from. Inside node_modules, so that it goes with it. */
const STAMP = join('node_modules', '.holdfast-lockfile-sha256');

/**
 * Makes node_modules what package-lock.json says, if it is not: nothing else is touched, nothing is installed globally.
 * Notices go to stderr.
 * @param {string} root the checkout
 */
export async function ensureInstalled(root) {
  if (isFresh(root)) return;
  const lock = {
    lockPath: join(root, '.holdfast', 'install.lock'),
    onWait: () => notice('another start is installing the packages, waiting for it …'),
  };
  await withInstallLock(lock, async () => {
    // The one that held the lock before us may have done the work.
    if (isFresh(root)) return;
    await installFromLockfile(root);
    writeFileSync(join(root, STAMP), lockfileSha256(root));
  });
}

function isFresh(root) {
  const sha256 = lockfileSha256(root);
  if (readText(join(root, STAMP)) === sha256) return true;
  if (!matchesHiddenLockfile(root)) return false;
  // Somebody ran npm by hand and got the same packages: keep them.
  writeFileSync(join(root, STAMP), sha256);
  return true;
}

/**
 * npm records what it put into node_modules in a hidden lockfile, written last. Every package of the lockfile that is
 * not optional (those depend on the machine) must be there in the same version.
 */
function matchesHiddenLockfile(root) {
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  const wanted = readPackages(join(root, 'package-lock.json')) ?? {};
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional === true || installed[path]?.version === entry.version,
  );
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

async function installFromLockfile(root) {
  notice('setting up: installing the packages of package-lock.json (first start or changed lockfile) …');
  const startedMs = Date.now();
  rmSync(join(root, STAMP), { force: true });
  const { command, prefixArgs, shell } = findNpm(root);
  // Under `npm run --silent` the log level is inherited; an install that fails must still say why.
  const args = [
    ...prefixArgs,
    'ci',
    '--include=dev',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--loglevel=error',
  ];
  const exit = await run(command, args, { cwd: root, shell, env: installEnvironment(root) });
  if (exit !== 0) {
    throw new SetupError(
      `npm ci did not finish (${exit}); its words are above. Check the network and the npm registry setting, ` +
        'then run the same command again.',
    );
  }
  notice(`setting up: done in ${Math.round((Date.now() - startedMs) / 1000)} s`);
}

function run(command, args, options) {
  return new Promise((resolve, reject) => {
    // No stdin, so that nothing can ask; stdout goes to stderr, because ours belongs to the command that follows.
    const child = spawn(command, args, { ...options, stdio: ['ignore', 2, 2] });
    child.on('error', (error) =>
      reject(
        new SetupError(
          `npm could not be started (${error.code}): install npm, it comes with Node (https://nodejs.org).`,
        ),
      ),
    );
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
}

/** The npm that runs us if there is one, else the one on the PATH; on a Node outside node_modules, which npm ci removes. */
function findNpm(root) {
  const script = process.env.npm_execpath;
  if (script !== undefined && /npm-cli\.c?js$/.test(script) && existsSync(script)) {
    return { command: nodeOutside(join(root, 'node_modules')), prefixArgs: [script], shell: false };
  }
  return { command: 'npm', prefixArgs: [], shell: process.platform === 'win32' };
}

function nodeOutside(nodeModules) {
  if (!isInside(process.execPath, nodeModules)) return process.execPath;
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const candidate = join(folder, name);
    if (folder !== '' && existsSync(candidate) && !isInside(candidate, nodeModules)) return candidate;
  }
  return process.execPath;
}

function isInside(path, folder) {
  return path.startsWith(folder + sep);
}

/** npm wants a home to write its cache to; a service account or a container may have none. */
function installEnvironment(root) {
  const env = { ...process.env };
  const nodeModulesBin = join(root, 'node_modules', '.bin');
  env.PATH = (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== nodeModulesBin)
    .join(delimiter);
  if (!hasWritableHome()) {
    const home = join(tmpdir(), `holdfast-setup-${process.getuid?.() ?? 'user'}`);
    mkdirSync(home, { recursive: true, mode: 0o700 });
    env.HOME = home;
    env.npm_config_cache = join(home, 'npm-cache');
    env.npm_config_userconfig ??= join(home, '.npmrc');
  }
  return env;
}

function hasWritableHome() {
  try {
    if (homedir() === '') return false;
    accessSync(homedir(), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function lockfileSha256(root) {
  const path = join(root, 'package-lock.json');
  const text = readText(path);
  if (text === undefined)
    throw new SetupError(`${path} is missing: this is not a whole checkout, fetch it again.`);
  return createHash('sha256').update(text).digest('hex');
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function notice(text) {
  process.stderr.write(`holdfast: ${text}\n`);
}
