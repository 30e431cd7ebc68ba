import { execFile, spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const projectRoot = join(import.meta.dirname, '..', '..');

interface Ended {
  /** -1 when a signal ended it. */
  readonly exitCode: number;
  readonly signal?: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Stands in for npm: counts its runs and lays down what `npm ci` would, with a Node 24 that is the real one. */
const FAKE_NPM = `
import { appendFileSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
appendFileSync('npm-runs.txt', process.argv.slice(2).join(' ') + '\\n');
console.log('added 1 package');
await new Promise((resolve) => setTimeout(resolve, 500));
if (process.env.FAKE_NPM_FAILS) process.exit(1);
rmSync('node_modules', { recursive: true, force: true });
mkdirSync('node_modules/node/bin', { recursive: true });
if (!process.env.FAKE_NPM_WITHOUT_SCRIPTS) symlinkSync(${JSON.stringify(process.execPath)}, 'node_modules/node/bin/node');
`;

/** A program in place of the real one: says what it was given. */
const FAKE_MAIN = `
console.log(JSON.stringify(process.argv.slice(2)));
if (process.argv[2] === 'fail') process.exitCode = 3;
if (process.argv[2] === 'die') process.kill(process.pid, 'SIGTERM');
`;

describe('setting up a checkout', () => {
  let checkout: string;

  beforeEach(() => {
    checkout = mkdtempSync(join(tmpdir(), 'holdfast-setup-test-'));
    mkdirSync(join(checkout, 'app/cli'), { recursive: true });
    cpSync(join(projectRoot, 'app/cli/bootstrap.mjs'), join(checkout, 'app/cli/bootstrap.mjs'));
    cpSync(join(projectRoot, 'app/cli/setup'), join(checkout, 'app/cli/setup'), { recursive: true });
    writeFileSync(join(checkout, 'package.json'), '{"type":"module"}');
    writeLockfile('1.0.0');
    mkdirSync(join(checkout, 'fake-npm'));
    writeFileSync(join(checkout, 'fake-npm/npm-cli.js'), FAKE_NPM);
    writeFileSync(join(checkout, 'app/cli/main.ts'), FAKE_MAIN);
  });

  afterEach(() => rmSync(checkout, { recursive: true, force: true }));

  function writeLockfile(version: string): void {
    const lock = { packages: { '': {}, 'node_modules/thing': { version } } };
    writeFileSync(join(checkout, 'package-lock.json'), JSON.stringify(lock));
  }

  function holdfast(
    args: string[],
    env: NodeJS.ProcessEnv = {},
    nodeArgs: string[] = [],
    cwd = tmpdir(),
  ): Promise<Ended> {
    const options = {
      cwd,
      env: { PATH: process.env.PATH, HOME: '', npm_execpath: join(checkout, 'fake-npm/npm-cli.js'), ...env },
    };
    return new Promise((resolve) => {
      const command = [...nodeArgs, join(checkout, 'app/cli/bootstrap.mjs'), ...args];
      execFile(process.execPath, command, options, (error, stdout, stderr) => {
        resolve({
          exitCode: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
          signal: error?.signal ?? undefined,
          stdout,
          stderr,
        });
      });
    });
  }

  function npmRuns(): string[] {
    const path = join(checkout, 'npm-runs.txt');
    return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
  }

  it('installs from the lockfile once and keeps the notices out of stdout', async () => {
    const first = await holdfast(['holdfast', 'iso', '--flag']);
    expect(first).toMatchObject({ exitCode: 0, stdout: '["iso","--flag"]\n' });
    expect(first.stderr).toMatch(/installing the packages/);
    const second = await holdfast(['iso']);
    expect(second).toMatchObject({ exitCode: 0, stdout: '["iso"]\n', stderr: '' });
    expect(npmRuns()).toHaveLength(1);
    expect(npmRuns()[0]).toMatch(/^ci /);
  });

  it('installs again when the lockfile changed', async () => {
    await holdfast(['setup']);
    writeLockfile('1.0.1');
    await holdfast(['setup']);
    expect(npmRuns()).toHaveLength(2);
  });

  it('keeps packages that somebody installed by hand from the same lockfile', async () => {
    mkdirSync(join(checkout, 'node_modules'));
    cpSync(join(checkout, 'package-lock.json'), join(checkout, 'node_modules/.package-lock.json'));
    await holdfast(['setup']);
    expect(npmRuns()).toEqual([]);
  });

  it('installs once when two start at the same time', async () => {
    const both = await Promise.all([holdfast(['a']), holdfast(['b'])]);
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(both.map(({ stdout }) => stdout)).toEqual(['["a"]\n', '["b"]\n']);
    expect(npmRuns()).toHaveLength(1);
    expect(existsSync(join(checkout, '.holdfast/install.lock'))).toBe(false);
  });

  it('takes over the lock of a setup that was killed', async () => {
    mkdirSync(join(checkout, '.holdfast/install.lock'), { recursive: true });
    writeFileSync(join(checkout, '.holdfast/install.lock/owner'), String(deadProcessId()));
    expect((await holdfast(['a'])).exitCode).toBe(0);
  });

  it('says what to do when the install fails, and tries again the next time', async () => {
    const failed = await holdfast(['a'], { FAKE_NPM_FAILS: '1' });
    expect(failed).toMatchObject({ exitCode: 1, stdout: '' });
    expect(failed.stderr).toMatch(/npm ci did not finish \(1\).*Check the network/s);
    expect((await holdfast(['a'])).exitCode).toBe(0);
  });

  it('runs a command that npm was asked for in the folder that it was asked in', async () => {
    writeFileSync(join(checkout, 'app/cli/main.ts'), 'console.log(process.cwd());');
    const asked = realpathSync(mkdtempSync(join(checkout, 'asked-')));
    const env = { INIT_CWD: asked, npm_lifecycle_event: 'holdfast' };
    expect(await holdfast(['holdfast'], env, [], checkout)).toMatchObject({ stdout: `${asked}\n` });
    // Started from somewhere else by a program that npm started: where it is, is where it is meant to be.
    const elsewhere = await holdfast(['holdfast'], env);
    expect(elsewhere).toMatchObject({ stdout: `${realpathSync(tmpdir())}\n` });
  });

  it('says what the conformance suite takes', async () => {
    const { exitCode, stdout } = await holdfast(['conformance', '--help']);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/--prepare FOLDER.*HOST=host:port/s),
    });
  });

  it('ends as the program ended: with its exit code, or by its signal', async () => {
    expect(await holdfast(['fail'])).toMatchObject({ exitCode: 3, signal: undefined });
    expect(await holdfast(['die'])).toMatchObject({ exitCode: -1, signal: 'SIGTERM' });
  });

  it('ends the program when npm was ended, whose shell does not pass the signal on', async () => {
    writeFileSync(
      join(checkout, 'app/cli/main.ts'),
      `process.on('SIGTERM', () => { console.log('closed'); process.exit(0); });
       setInterval(() => {}, 1000);
       console.log('up');`,
    );
    const script = `"${process.execPath}" "${join(checkout, 'app/cli/bootstrap.mjs')}" x; true`;
    const env = {
      PATH: process.env.PATH,
      npm_execpath: join(checkout, 'fake-npm/npm-cli.js'),
      npm_lifecycle_event: 'start',
    };
    const shell = spawn('sh', ['-c', script], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    let said = '';
    shell.stdout.on('data', (chunk) => {
      said += String(chunk);
      if (String(chunk).includes('up')) shell.kill('SIGTERM');
    });
    await new Promise((resolve) => shell.stdout.once('close', resolve));
    expect(said).toBe('up\nclosed\n');
  });

  it('refuses a Node that is too old in one line that names both versions', async () => {
    const old = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'18.19.0'})`;
    const ended = await holdfast(['start'], {}, ['--import', old]);
    expect(ended).toMatchObject({ exitCode: 1, stdout: '' });
    expect(ended.stderr).toMatch(
      /^holdfast needs Node 20 or newer.*found 18\.19\.0: install a newer Node.*\n$/,
    );
    expect(npmRuns()).toEqual([]);
  });

  it('names the remedy when npm ran without install scripts', async () => {
    const twenty = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.1.0'})`;
    const ended = await holdfast(['a'], { FAKE_NPM_WITHOUT_SCRIPTS: '1' }, ['--import', twenty]);
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toMatch(/Node 24 is missing.*npm rebuild node --ignore-scripts=false/);
  });
});

describe('the last line of a test run', () => {
  function summary(report: unknown, testsExit: number, checksExit: number): Promise<Ended> {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-report-test-'));
    const path = join(folder, 'report.json');
    if (report !== undefined) writeFileSync(path, JSON.stringify(report));
    const script = join(projectRoot, 'app/cli/setup/ci-summary.mjs');
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [script, path, String(testsExit), String(checksExit)],
        (error, stdout, stderr) => {
          rmSync(folder, { recursive: true });
          resolve({ exitCode: error === null ? 0 : 1, stdout, stderr });
        },
      );
    });
  }

  const green = {
    numPassedTests: 5,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
  };
  const brokenFile = { status: 'failed', assertionResults: [] };

  it.each([
    ['all green', green, 0, 0, '5 passed, 0 failed\n', 0],
    ['skipped ones', { ...green, numPendingTests: 2 }, 0, 0, '5 passed, 0 failed, 2 skipped\n', 0],
    ['a failed test', { ...green, numFailedTests: 1 }, 1, 0, '5 passed, 1 failed\n', 1],
    ['a file that does not load', { ...green, testResults: [brokenFile] }, 1, 0, '5 passed, 1 failed\n', 1],
    ['an error outside the tests', green, 1, 0, '5 passed, 1 failed\n', 1],
    ['wrong types or lint', green, 0, 1, '5 passed, 1 failed\n', 1],
    ['no report at all', undefined, 1, 0, '0 passed, 1 failed\n', 1],
  ])('counts %s', async (_what, report, testsExit, checksExit, stdout, exitCode) => {
    expect(await summary(report, testsExit, checksExit)).toMatchObject({ stdout, exitCode });
  });
});

/** The process id of a program that has ended. */
function deadProcessId(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}
