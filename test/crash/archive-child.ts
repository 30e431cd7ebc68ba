import { replay } from '../../terminal-core/engine/replay.ts';
import { forgetCards } from '../../terminal-core/runtime/forget-cards.ts';
import { TerminalBench } from '../support/terminal-bench.ts';

// Sells and settles on a journal file, archives it, and is killed at the point of that name while it does.
const [file, point] = process.argv.slice(2);
if (file === undefined) throw new Error('expected FILE [POINT]');

const bench = await new TerminalBench(file).open();
for (let sale = 1; sale <= 5; sale += 1) await bench.pay(sale * 1_00);
await bench.terminal.run({ kind: 'settle', approval: { operatorCode: '2001', passwordMatches: true } });
forgetCards(bench.journal, bench.terminal.state);
bench.journal.archive({
  throughSeq: bench.journal.nextSeq() - 1,
  replay,
  nowMs: bench.nowMs,
  onPoint: (reached) => {
    if (reached === point) process.kill(process.pid, 'SIGKILL');
  },
});
