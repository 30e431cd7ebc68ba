import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Locale } from './till-options.ts';

const EXECUTABLES: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    'C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};

/** A browser that can show the till as a window of its own. @returns its path. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const names = EXECUTABLES[process.platform] ?? [];
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const paths = names.flatMap((name) =>
    /[\\/]/.test(name) ? [name] : folders.map((folder) => join(folder, name)),
  );
  return paths.find(isExecutable);
}

/** Whether a window could be seen: on Linux a display server has to be there. */
export function hasDisplay(env: NodeJS.ProcessEnv = process.env): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(env.DISPLAY) || Boolean(env.WAYLAND_DISPLAY);
}

export type WindowPlan =
  | { readonly kind: 'open'; readonly chromium: string }
  /** `reason` is the end of a sentence. */
  | { readonly kind: 'print'; readonly reason: string };

export function planWindow(env: NodeJS.ProcessEnv = process.env): WindowPlan {
  if (!hasDisplay(env)) return { kind: 'print', reason: 'there is no display' };
  // Chromium refuses to run its sandbox as root, and a till without the sandbox is not ours to start.
  if (process.getuid?.() === 0) return { kind: 'print', reason: 'a browser does not run as root' };
  const chromium = findChromium(env);
  return chromium === undefined
    ? { kind: 'print', reason: 'no Chromium was found' }
    : { kind: 'open', chromium };
}

/** The page's address with the language it starts in where nobody has chosen one yet. */
export function pageAddress(url: string, locale: Locale | undefined): string {
  if (locale === undefined) return url;
  const address = new URL(url);
  address.searchParams.set('locale', locale);
  return address.href;
}

/** Opens the till as a window without browser controls, with a profile of its own. */
export function openWindow(options: {
  readonly chromium: string;
  readonly url: string;
  readonly profileDir: string;
  readonly locale: Locale | undefined;
}): ChildProcess {
  const { chromium, locale, profileDir, url } = options;
  // Every user of the machine can read a command line, and the address holds the token of this launch: it goes through a
  // page that only this user can read.
  mkdirSync(profileDir, { recursive: true, mode: 0o700 });
  const page = join(profileDir, 'open.html');
  rmSync(page, { force: true });
  writeFileSync(page, `<meta http-equiv="refresh" content="0;url=${url}">`, { mode: 0o600 });
  const args = [
    `--app=${pathToFileURL(page).href}`,
    `--user-data-dir=${profileDir}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-sync',
    '--disable-background-networking',
    ...(locale === undefined ? [] : [`--lang=${locale}`]),
  ];
  return spawn(chromium, args, { stdio: 'ignore' });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
