import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSealKeyFile } from './seal-key-file.ts';

describe('the sealing key of the browser shell', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-seal-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is made once, for its owner alone, and stays the same', () => {
    const dataDir = join(folder, 'new');
    const first = openSealKeyFile(dataDir);
    const second = openSealKeyFile(dataDir);
    expect(first.kind === 'key' && first.sealKey).toHaveLength(32);
    expect(second).toEqual(first);
    expect(statSync(join(dataDir, 'seal.key')).mode & 0o777).toBe(0o600);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  });

  it('is refused when other users may read it', () => {
    openSealKeyFile(folder);
    chmodSync(join(folder, 'seal.key'), 0o640);
    expect(openSealKeyFile(folder)).toMatchObject({
      kind: 'unusable',
      problem: expect.stringContaining('chmod 600'),
    });
  });

  it('is refused and left alone when it is damaged', () => {
    const path = join(folder, 'seal.key');
    writeFileSync(path, 'abc', { mode: 0o600 });
    expect(openSealKeyFile(folder)).toMatchObject({
      kind: 'unusable',
      problem: expect.stringContaining('backup'),
    });
    expect(readFileSync(path, 'utf8')).toBe('abc');
  });
});
