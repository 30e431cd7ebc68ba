import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { nativePcscApi } from '../../../terminal-core/devices/pcsc-api.ts';
import { electronExecutable } from '../electron-runtime.ts';
import { findChromium, hasDisplay } from '../till/open-window.ts';

/**
 * `ok`: there. `missing`: not there, and the till runs without it. `failed`: the till cannot run like this.
 */
export type CheckState = 'ok' | 'missing' | 'failed';

export interface Check {
  readonly name: string;
  readonly state: CheckState;
  /** What was found. */
  readonly found: string;
  /** What to do about it; not with `ok`. */
  readonly remedy?: string;
}

/** A till writes about 4 KiB a sale; below this the day may not end well. */
const DISK_FREE_BYTES_MIN = 500 * 1024 * 1024;
const NODE_MAJOR = 24;
/** When this program was written: a clock before it is wrong. */
const CLOCK_MS_MIN = Date.UTC(2026, 0, 1);
const CLOCK_YEARS_MAX = 20;
const YEAR_MS = 365 * 86_400_000;

export interface Machine {
  readonly env: NodeJS.ProcessEnv;
  readonly dataDir: string;
  readonly nowMs: number;
  readonly nodeVersion: string;
}

/** Everything `holdfast doctor` looks at, in the order it shows it. Nothing is opened, claimed or changed. */
export async function runChecks(machine: Machine): Promise<Check[]> {
  return [
    runtime(machine.nodeVersion),
    database(),
    dataFolder(machine.dataDir),
    disk(machine.dataDir),
    clock(machine.nowMs),
    electron(machine.env),
    chromium(machine.env),
    display(machine.env),
    await serialPorts(),
    await hidDevices(),
    smartCards(),
    printers(),
  ];
}

export function runtime(nodeVersion: string): Check {
  const name = 'runtime';
  if (nodeVersion.split('.')[0] === String(NODE_MAJOR))
    return { name, state: 'ok', found: `Node ${nodeVersion}` };
  const remedy = `run it through npm (npm run holdfast), which brings Node ${NODE_MAJOR}`;
  return { name, state: 'failed', found: `Node ${nodeVersion}`, remedy };
}

/** In a process of its own: with a wrong build it would end this one instead of throwing. */
function database(): Check {
  const name = 'database';
  const script =
    "const D = require('better-sqlite3'); console.log(new D(':memory:').prepare('select sqlite_version()').pluck().get())";
  try {
    const version = execFileSync(process.execPath, ['-e', script], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { name, state: 'ok', found: `SQLite ${version.trim()}` };
  } catch (error) {
    const remedy = 'remove node_modules and run npm run setup';
    return { name, state: 'failed', found: `better-sqlite3 does not load: ${firstLine(error)}`, remedy };
  }
}

/** Looks at the folder, or at the nearest one above it that is there, without making anything. */
export function dataFolder(dataDir: string): Check {
  const name = 'data folder';
  const nearest = nearestExisting(dataDir);
  if (!isWritableFolder(nearest)) {
    const remedy = `make ${nearest} a folder that this user can write, or name another one with --data`;
    return { name, state: 'failed', found: `${nearest} cannot be used`, remedy };
  }
  return { name, state: 'ok', found: nearest === dataDir ? dataDir : `${dataDir} (will be made)` };
}

function disk(dataDir: string): Check {
  const name = 'disk';
  const { bavail, bsize } = statfsSync(nearestExisting(dataDir));
  return diskOf(bavail * bsize, name);
}

export function diskOf(freeBytes: number, name = 'disk'): Check {
  const found = `${(freeBytes / 1024 ** 3).toFixed(1)} GiB free`;
  if (freeBytes >= DISK_FREE_BYTES_MIN) return { name, state: 'ok', found };
  return { name, state: 'failed', found, remedy: 'free at least 0.5 GiB: a full disk stops the till' };
}

export function clock(nowMs: number): Check {
  const name = 'clock';
  const found = `${new Date(nowMs).toISOString()} (${Intl.DateTimeFormat().resolvedOptions().timeZone})`;
  if (nowMs > CLOCK_MS_MIN && nowMs < CLOCK_MS_MIN + CLOCK_YEARS_MAX * YEAR_MS)
    return { name, state: 'ok', found };
  return {
    name,
    state: 'failed',
    found,
    remedy: 'set the clock: receipts, certificates and limits depend on it',
  };
}

function electron(env: NodeJS.ProcessEnv): Check {
  const name = 'Electron';
  const lookup = electronExecutable(env);
  if (lookup.kind === 'found') return { name, state: 'ok', found: lookup.path };
  const remedy = 'not needed: the browser shell takes its place; "npx install-electron" fetches it';
  return { name, state: 'missing', found: lookup.reason, remedy };
}

function chromium(env: NodeJS.ProcessEnv): Check {
  const name = 'Chromium';
  const path = findChromium(env);
  if (path !== undefined) return { name, state: 'ok', found: path };
  const remedy = 'install Chromium or Chrome, or open the printed address in another browser';
  return { name, state: 'missing', found: 'not found', remedy };
}

function display(env: NodeJS.ProcessEnv): Check {
  const name = 'display';
  if (!hasDisplay(env)) {
    return {
      name,
      state: 'missing',
      found: 'none',
      remedy: 'the till prints its address instead of opening a window',
    };
  }
  return { name, state: 'ok', found: env.WAYLAND_DISPLAY ?? env.DISPLAY ?? process.platform };
}

async function serialPorts(): Promise<Check> {
  return devices('serial ports', 'plug in a serial or USB-serial device, or use the keyboard', async () => {
    const { SerialPort } = await import('serialport');
    return (await SerialPort.list()).map(({ manufacturer, path }) =>
      manufacturer ? `${path} (${manufacturer})` : path,
    );
  });
}

async function hidDevices(): Promise<Check> {
  return devices('HID devices', 'plug in a scanner in HID-POS mode, or use it as a keyboard', async () => {
    const { devicesAsync } = await import('node-hid');
    const found = await devicesAsync();
    return [
      ...new Set(
        found.map(({ product, productId, vendorId }) =>
          `${hex(vendorId)}:${hex(productId)} ${product ?? ''}`.trim(),
        ),
      ),
    ];
  });
}

/** Lists with a native package, which may not load on this machine: that is a finding, not an end. */
async function devices(name: string, remedy: string, list: () => Promise<string[]>): Promise<Check> {
  try {
    const found = await list();
    return found.length > 0
      ? { name, state: 'ok', found: found.join(', ') }
      : { name, state: 'missing', found: 'none', remedy };
  } catch (error) {
    return { name, state: 'missing', found: `cannot be listed: ${firstLine(error)}`, remedy };
  }
}

function smartCards(): Check {
  try {
    const session = nativePcscApi.open();
    const names = session.readers().map(({ name }) => name);
    session.close();
    return smartCardsOf({ kind: 'readers', names });
  } catch (error) {
    return smartCardsOf({ kind: 'failed', problem: firstLine(error) });
  }
}

/** What was found of chip card readers. Neither a missing driver nor a missing service keeps a till from running. */
export function smartCardsOf(
  found:
    | { readonly kind: 'readers'; readonly names: readonly string[] }
    | { readonly kind: 'failed'; readonly problem: string },
): Check {
  const name = 'PC/SC';
  if (found.kind === 'failed') {
    const remedy = /not built/.test(found.problem)
      ? 'only chip cards need it; afterwards start pcscd and plug in a reader'
      : 'only chip cards need it: install pcscd and start it (systemctl start pcscd)';
    return { name, state: 'missing', found: found.problem, remedy };
  }
  if (found.names.length > 0) return { name, state: 'ok', found: found.names.join(', ') };
  return { name, state: 'missing', found: 'no reader', remedy: 'plug in a chip card reader to take purses' };
}

/** Receipt printers on the kernel's own USB printer nodes; serial and network ones are in the till's configuration. */
function printers(): Check {
  const name = 'printers';
  const remedy = 'receipts are shown on the screen; a serial or network printer is named in devices.json';
  if (process.platform !== 'linux')
    return { name, state: 'missing', found: 'not looked for on this system', remedy };
  const folder = '/dev/usb';
  const nodes = existsSync(folder) ? readdirSync(folder).filter((file) => /^lp\d+$/.test(file)) : [];
  if (nodes.length === 0) return { name, state: 'missing', found: 'no USB printer', remedy };
  return { name, state: 'ok', found: nodes.map((node) => join(folder, node)).join(', ') };
}

function isWritableFolder(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}

function hex(id: number): string {
  return id.toString(16).padStart(4, '0');
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
