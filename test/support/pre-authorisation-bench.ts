import { amountMinor } from '../../terminal-core/domain/money.ts';
import type { Reply } from '../../terminal-core/engine/inputs.ts';
import type { Txn } from '../../terminal-core/engine/state.ts';
import { approve, TerminalBench } from './terminal-bench.ts';

export const OTHER_PAN = '8890121000010207';
export const NO_TOTALS = { debitCount: 0, debitMinor: 0, creditCount: 0, creditMinor: 0 };

let holds = 0;

/** Asks for a hold under a sale id of its own. */
export function hold(bench: TerminalBench, heldMinor: number, pan?: string): Promise<Reply> {
  holds += 1;
  return bench.terminal.run({
    kind: 'pre-authorise',
    saleId: `hold-${holds}`,
    amountMinor: amountMinor(heldMinor),
    presented: bench.card(pan),
  });
}

export function complete(bench: TerminalBench, txn: Txn, chargedMinor: number, pan?: string): Promise<Reply> {
  return bench.terminal.run({
    kind: 'complete',
    txnId: txn.txnId,
    amountMinor: amountMinor(chargedMinor),
    presented: bench.card(pan),
  });
}

export function voidOf(bench: TerminalBench, txn: Txn, pan?: string): Promise<Reply> {
  return bench.terminal.run({ kind: 'void', txnId: txn.txnId, presented: bench.card(pan) });
}

export function now(bench: TerminalBench, txn: Txn): Txn {
  return bench.txn({ kind: 'transaction', txnId: txn.txnId });
}

/** Settles, and signs on to a host that agrees which batch is next. */
export async function settleAndSignOn(bench: TerminalBench): Promise<Reply> {
  const settled = await bench.terminal.run({ kind: 'settle' });
  const { host } = bench;
  bench.host = (exchange) => {
    const outcome = approve(exchange);
    if (outcome.kind === 'answered') outcome.message.fields[60] = `00${bench.batchNumber()}003`;
    return outcome;
  };
  await bench.terminal.run({ kind: 'terminal-sign-on' });
  bench.host = host;
  return settled;
}

/** A bench whose supervisor has one hold of 200.00. */
export async function held(): Promise<{ bench: TerminalBench; txn: Txn }> {
  const bench = await new TerminalBench().open();
  return { bench, txn: bench.txn(await hold(bench, 200_00)) };
}
