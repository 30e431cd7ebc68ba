import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { project } from '../../terminal-core/engine/project.ts';
import { openJournal, verifyJournal } from '../../terminal-core/journal/index.ts';
import { restoreDataFolder } from '../../terminal-core/runtime/restore-journal.ts';
import { TerminalBench } from '../support/terminal-bench.ts';

const CHILD = fileURLToPath(new URL('./restore-child.ts', import.meta.url));

describe('a restore whose process is killed', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-restore-kill-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['built', 'kept-aside', 'log-removed', 'database-in-place'])(
    'at %s starts no other journal in its place, and the next restore brings back as much',
    async (point) => {
      const file = join(folder, 'journal.sqlite');
      const hashes = await damagedWithLog(file);
      const child = spawnSync(process.execPath, [CHILD, folder, point], { encoding: 'utf8' });
      expect(child.signal, child.stderr).toBe('SIGKILL');

      const bytes = (clear: Uint8Array): Uint8Array => clear;
      const opened = openJournal({ file, seal: bytes, unseal: bytes, nowMs: () => 0 });
      expect(opened.ok).toBe(false);
      const again = restoreDataFolder(folder, { nowMs: Date.UTC(2026, 10, 23) });
      expect(again.kind).toBe('restored');
      expect(verifyJournal(file, { project })).toMatchObject({ ok: true, projectionDifferences: [] });
      const { journal } = new TerminalBench(file);
      const restored = Array.from(journal.entries(), ({ hash }) => hash);
      journal.close();
      expect(restored.slice(0, hashes.length)).toEqual(hashes);
    },
  );
});

/**
 * A journal whose last sales are in its log, with damage in what its copy has, and a head file that names one entry more
 * than there is. @returns the hashes that can be brought back.
 */
async function damagedWithLog(file: string): Promise<readonly string[]> {
  const bench = await new TerminalBench(file).open();
  await bench.pay(1_00);
  await bench.journal.copy();
  await bench.pay(2_00);
  await bench.pay(3_00);
  const hashes = Array.from(bench.journal.entries(), ({ hash }) => hash);
  const kept = `${file}-kept`;
  for (const suffix of ['', '-wal']) copyFileSync(`${file}${suffix}`, `${kept}${suffix}`);
  await bench.pay(4_00);
  bench.journal.close();
  for (const suffix of ['', '-wal']) {
    if (existsSync(`${kept}${suffix}`)) cpSync(`${kept}${suffix}`, `${file}${suffix}`);
    rmSync(`${kept}${suffix}`, { force: true });
  }
  const damaged = readFileSync(file);
  damaged.fill(0x5a, 0, 40);
  writeFileSync(file, damaged);
  // With its log the database can still be read, without it nothing can: what a killed restore kept aside is needed.
  return hashes;
}
