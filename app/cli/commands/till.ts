import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { listCopies } from '../../../terminal-core/journal/index.ts';
import { JOURNAL_FILE } from '../../../terminal-core/runtime/sealed-journal.ts';
import { electronExecutable } from '../electron-runtime.ts';
import type { CommandIo } from '../io.ts';
import { runBrowserTill } from '../till/browser-till.ts';
import { type DemoHost, startDemoHost } from '../till/demo-host.ts';
import { takeDemoOrders } from '../till/demo-orders.ts';
import { DemoPurses } from '../till/demo-purses.ts';
import { runElectronTill } from '../till/electron-till.ts';
import { hasDisplay } from '../till/open-window.ts';
import { tillFiles } from '../till/till-files.ts';
import { parseTillOptions, TILL_HELP, type TillOptions } from '../till/till-options.ts';

const CLOSE_TIMEOUT_MS = 15_000;

/** `holdfast till`. @returns 0 after a good close, 1 when it could not start or lost its host process, 2 for bad arguments. */
export async function run(args: string[], io: CommandIo): Promise<number> {
  const parsed = parseTillOptions(args, process.env);
  if (parsed.kind === 'help') {
    io.stdout.write(TILL_HELP);
    return 0;
  }
  if (parsed.kind === 'wrong') {
    io.stderr.write(`holdfast till: ${parsed.problem}\n`);
    return 2;
  }
  const notify = (text: string): void => void io.stderr.write(`holdfast: ${text}\n`);
  const { options } = parsed;
  const shell = chooseShell(options);
  if (shell.kind === 'missing') {
    io.stderr.write(`holdfast till: ${shell.problem}\n`);
    return 1;
  }
  if (isNotSetUp(options)) {
    io.stderr.write(
      `holdfast till: ${options.dataDir} is not set up yet: take --demo, or for the first start ` +
        '--provisioning FILE --catalogue FILE --operators FILE; --help says more\n',
    );
    return 1;
  }
  const closing = untilAskedToClose(notify);
  let demoHost: DemoHost | undefined;
  if (options.demo) {
    const started = await startDemoHost(join(options.dataDir, 'host'));
    if (started.kind === 'failed') {
      io.stderr.write(`holdfast till: the demo's host did not start: ${started.problem}\n`);
      return 1;
    }
    demoHost = started.host;
  }
  const purses = demoHost && demoPursesFor(options, shell);
  const orders =
    demoHost && takeDemoOrders({ stdin: io.stdin, demo: { network: demoHost.network, purses }, notify });
  let stopping = false;
  void demoHost?.ended.then(() => {
    if (!stopping) notify('the host simulator has ended; the till is offline from now on');
  });
  try {
    const run = { options, demoHost, purses, io, notify, closing };
    const problem = await (shell.kind === 'electron'
      ? runElectronTill(run, shell.path)
      : runBrowserTill(run));
    if (problem === undefined) return 0;
    io.stderr.write(`holdfast till: ${problem}\n`);
    return 1;
  } finally {
    stopping = true;
    orders?.stop();
    await demoHost?.stop();
  }
}

/** Nothing of a journal is there, not even what a lost one leaves, and not all is given that a first one needs. */
function isNotSetUp(options: TillOptions): boolean {
  const names = existsSync(options.dataDir) ? readdirSync(options.dataDir) : [];
  const hadJournal =
    names.some((name) => name.startsWith(JOURNAL_FILE)) ||
    listCopies(join(options.dataDir, JOURNAL_FILE)).length > 0;
  if (options.demo || hadJournal) return false;
  // A catalogue that was named and is not there is said by its name.
  const hasCatalogue =
    options.catalogueFile !== undefined || existsSync(tillFiles(options, undefined).catalogue);
  return options.provisioningFile === undefined || !hasCatalogue;
}

type ChosenShell =
  | { readonly kind: 'electron'; readonly path: string }
  | { readonly kind: 'browser' }
  | { readonly kind: 'missing'; readonly problem: string };

function chooseShell({ shell }: TillOptions): ChosenShell {
  const electron = electronExecutable();
  if (shell === 'electron' && electron.kind === 'missing')
    return { kind: 'missing', problem: `--shell electron: ${electron.reason}; --shell browser needs none` };
  const canBe = shell === 'electron' || (shell === 'auto' && canShowElectron());
  return canBe && electron.kind === 'found' ? { kind: 'electron', path: electron.path } : { kind: 'browser' };
}

/** A devices file of the till's own says what readers there are; and Electron's core is another process. */
function demoPursesFor(options: TillOptions, shell: ChosenShell): DemoPurses | undefined {
  const hasOwnDevices = tillFiles(options, undefined).devices !== undefined;
  return shell.kind === 'browser' && !hasOwnDevices
    ? new DemoPurses(join(options.dataDir, 'purses'))
    : undefined;
}

/** Electron's sandbox, as Chromium's, does not start for root. */
function canShowElectron(): boolean {
  return hasDisplay() && process.getuid?.() !== 0;
}

/** Ctrl-C, or whoever ends us: everything is closed in order, once; a till that hangs there is ended after a while. */
function untilAskedToClose(notify: (text: string) => void): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (): void => {
      if (asked) return;
      asked = true;
      notify('closing the till …');
      setTimeout(() => {
        notify('the till does not close; ending it. What was sold is in its journal.');
        process.exit(1);
      }, CLOSE_TIMEOUT_MS).unref();
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  });
}
