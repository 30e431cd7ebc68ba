import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { project } from '../../terminal-core/engine/project.ts';
import { replay } from '../../terminal-core/engine/replay.ts';
import { verifyArchives, verifyJournal } from '../../terminal-core/journal/index.ts';
import { TerminalBench } from '../support/terminal-bench.ts';

const CHILD = fileURLToPath(new URL('./archive-child.ts', import.meta.url));

describe('an archiving whose process is killed', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-archive-kill-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['archive-written', 0],
    ['entries-removed', 1],
  ])('at %s leaves a whole journal, and the next archiving brings it to its end', (point, done) => {
    const file = join(folder, 'journal.sqlite');
    const child = spawnSync(process.execPath, [CHILD, file, point], { encoding: 'utf8' });
    expect(child.signal, child.stderr).toBe('SIGKILL');
    const archive = `${file}-archive-0000000001`;
    expect(existsSync(archive)).toBe(true);
    const killed = verifyJournal(file, { project });
    expect(killed).toMatchObject({ ok: true, projectionDifferences: [] });
    expect(killed.archivedThrough > 0).toBe(done === 1);

    const { journal } = new TerminalBench(file);
    const throughSeq = journal.nextSeq() - 1;
    const again = journal.archive({ throughSeq, replay, nowMs: 1_790_000_000_000 });
    expect(again).toMatchObject({ kind: 'archived' });
    journal.close();
    const report = verifyJournal(file, { project });
    expect(report).toMatchObject({ ok: true, projectionDifferences: [] });
    const archives =
      done === 1
        ? [archive, `${file}-archive-${String(killed.archivedThrough + 1).padStart(10, '0')}`]
        : [archive];
    expect(
      verifyArchives(archives, { replay, anchor: report.anchor }).flatMap(({ problems }) => problems),
    ).toEqual([]);
  });
});
