import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openWindow, pageAddress } from './open-window.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-window-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the window of the browser shell', () => {
  it('gets the token by a page that only its user can read, not by its command line', async () => {
    const chromium = join(folder, 'browser.sh');
    const seen = join(folder, 'seen');
    writeFileSync(chromium, `#!/bin/sh\nprintf '%s\\n' "$@" > ${seen}\n`, { mode: 0o700 });
    const profileDir = join(folder, 'profile');
    const window = openWindow({
      chromium,
      url: 'http://127.0.0.1:8600/?token=secret',
      profileDir,
      locale: 'en',
    });
    await new Promise((resolve) => window.once('exit', resolve));
    const args = readFileSync(seen, 'utf8');
    expect(args).not.toContain('secret');
    expect(args).toContain(`--app=file://${join(profileDir, 'open.html')}`);
    expect(readFileSync(join(profileDir, 'open.html'), 'utf8')).toContain('token=secret');
    expect(statSync(join(profileDir, 'open.html')).mode & 0o077).toBe(0);
  });

  it('is told the language of --locale by its address, which is left alone without one', () => {
    const url = 'http://127.0.0.1:8600/?token=a-b_c';
    expect(pageAddress(url, 'en')).toBe(`${url}&locale=en`);
    expect(pageAddress(url, undefined)).toBe(url);
  });
});
