import { restoreDataFolder } from '../../terminal-core/runtime/restore-journal.ts';

// Restores the journal in a data folder, and is killed at the point of that name while it does.
const [dataDir, point] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('expected DATA [POINT]');

restoreDataFolder(dataDir, {
  nowMs: Date.UTC(2026, 10, 22),
  onPoint: (reached) => {
    if (reached === point) process.kill(process.pid, 'SIGKILL');
  },
});
