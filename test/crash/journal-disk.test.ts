import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from '../../terminal-core/journal/index.ts';
import { journalOptions, startAppending } from './journal-support.ts';

describe('a journal on a disk that stops taking writes', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-journal-disk-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('refuses what does not fit, and after a restart has exactly what it acknowledged', async () => {
    const file = join(folder, 'journal.db');
    const child = startAppending(file, { fileKiB: 2000 });
    await child.ended();
    expect(child.stderr()).toBe('');
    expect(new Set(child.failures)).toEqual(new Set(['io-error']));
    expect(child.acknowledged.length).toBeGreaterThan(50);

    const opened = openJournal(journalOptions(file));
    if (!opened.ok) throw new Error(`${opened.error.code}: ${opened.error.detail}`);
    const stored = Array.from(opened.journal.entries(), ({ seq, hash }) => ({ seq, head: hash }));
    expect(stored).toEqual(child.acknowledged);
    expect(opened.journal.append([{ atMs: 1, kind: 'more', payload: {} }], []).ok).toBe(true);
    opened.journal.close();
  });
});
