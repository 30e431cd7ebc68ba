import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal, verifyJournal } from '../../terminal-core/journal/index.ts';
import { type Acknowledged, journalOptions, seededRandom, startAppending } from './journal-support.ts';

const KILLS = 20;

describe('a journal whose process is killed', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-journal-kill-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('has every acknowledged entry after each of many kills at random moments', async () => {
    const file = join(folder, 'journal.db');
    const random = seededRandom(1);
    const all: Acknowledged[] = [];
    for (let round = 0; round < KILLS; round += 1) {
      const child = startAppending(file, { checkpointEvery: round % 2 === 0 ? 0 : 17 });
      await child.reached(1);
      await new Promise((resolve) => setTimeout(resolve, random(40)));
      await child.kill();
      all.push(...child.acknowledged);

      const opened = openJournal(journalOptions(file));
      if (!opened.ok) throw new Error(`round ${round}: ${opened.error.code} ${opened.error.detail}`);
      const hashes = new Map(Array.from(opened.journal.entries(), (entry) => [entry.seq, entry.hash]));
      opened.journal.close();
      expect(all.filter(({ seq, head }) => hashes.get(seq) !== head)).toEqual([]);
    }
    expect(all.length).toBeGreaterThan(KILLS);
    const report = verifyJournal(file);
    expect(report).toMatchObject({ ok: true, clearPans: 0, sealed: report.entries });
    expect(report.entries).toBeGreaterThanOrEqual(all.length);
  });

  it('refuses a second process while the first one lives, lets verify read, and opens when the first one is dead', async () => {
    const file = join(folder, 'journal.db');
    const child = startAppending(file);
    await child.reached(5);
    expect(openJournal(journalOptions(file))).toMatchObject({
      ok: false,
      error: { code: 'locked-by-other-process' },
    });
    expect(verifyJournal(file)).toMatchObject({ ok: true, problems: [], headFile: 'head' });
    const before = child.acknowledged.length;
    await child.reached(before + 5);
    await child.kill();
    const opened = openJournal(journalOptions(file));
    expect(opened.ok).toBe(true);
    if (opened.ok) opened.journal.close();
  });
});
