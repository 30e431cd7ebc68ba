import { parseArgs } from 'node:util';
import { type Batch, findBatch, listBatches } from '../../../host-sim/batches/batches.ts';
import { type BatchTotals, hostTotals } from '../../../host-sim/batches/totals.ts';
import { exceptionsOfBatch } from '../../../host-sim/exceptions/exceptions.ts';
import { listBatchTransactions } from '../../../host-sim/store/transaction-lists.ts';
import type { CommandIo } from '../io.ts';
import { exceptionTable, explained } from './exceptions.ts';
import { COMMON_OPTIONS, CommandProblem, printJson, withStore } from './office.ts';
import { moment, table, yuan } from './table.ts';
import { transactionTable } from './transaction-table.ts';

const LIST_MAX = 500;

/** `holdfast host batches list | show TID BATCH`. */
export async function batches(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: COMMON_OPTIONS,
  });
  const [action = 'list', terminalId, batchNumber] = positionals;
  if (action === 'list') {
    const rows = await withStore(values, (store) => store.transaction((tx) => listBatches(tx, LIST_MAX)));
    if (values.json) printJson(io, rows.map(withTotals));
    else io.stdout.write(batchTable(rows));
    return 0;
  }
  if (action !== 'show' || terminalId === undefined || batchNumber === undefined) {
    throw new CommandProblem('host batches takes list, or show with a terminal id and a batch number', 2);
  }
  const number = batchNumber.padStart(6, '0');
  const found = await withStore(values, (store) =>
    store.transaction(async (tx) => {
      const batch = await findBatch(tx, terminalId, number);
      if (!batch) throw new CommandProblem(`Terminal ${terminalId} has no batch ${number}.`);
      return {
        batch,
        now: await hostTotals(tx, terminalId, number),
        transactions: await listBatchTransactions(tx, terminalId, number),
        exceptions: (await exceptionsOfBatch(tx, terminalId, number)).map(explained),
      };
    }),
  );
  if (values.json) {
    printJson(io, {
      ...withTotals(found.batch),
      totalsNow: found.now,
      transactions: found.transactions,
      exceptions: found.exceptions,
    });
    return 0;
  }
  io.stdout.write(`${batchTable([found.batch])}\n${transactionTable(found.transactions)}\n`);
  io.stdout.write(comparison(found.batch, found.now));
  io.stdout.write(
    found.exceptions.length === 0 ? 'Nothing is wrong with this batch.\n' : exceptionTable(found.exceptions),
  );
  return 0;
}

/** Whose debits and credits differ, and by how much. */
function comparison(batch: Batch, now: BatchTotals): string {
  const [terminal, host] = [totalsIn(batch.terminalTotals), totalsIn(batch.hostTotals)];
  if (!terminal || !host) {
    return `Not settled. The host has ${now.debitCount}/${yuan(now.debitMinor)} debits and ${now.creditCount}/${yuan(now.creditMinor)} credits.\n`;
  }
  const lines = (['debit', 'credit'] as const).flatMap((side) => {
    const [ours, theirs] = [host, terminal].map((totals) => ({
      count: totals[`${side}Count`],
      minor: totals[`${side}Minor`],
    }));
    if (!ours || !theirs || (ours.count === theirs.count && ours.minor === theirs.minor)) return [];
    return `The ${side}s differed at settlement: terminal ${theirs.count}/${yuan(theirs.minor)}, host ${ours.count}/${yuan(ours.minor)}.\n`;
  });
  return lines.join('');
}

function withTotals(batch: Batch) {
  return { ...batch, terminalTotals: totalsIn(batch.terminalTotals), hostTotals: totalsIn(batch.hostTotals) };
}

function totalsIn(json: string | null): BatchTotals | null {
  // Written by the host from a BatchTotals and by nobody else.
  return json === null ? null : (JSON.parse(json) as BatchTotals);
}

function batchTable(rows: readonly Batch[]): string {
  const totals = (json: string | null) => {
    const found = totalsIn(json);
    return found
      ? `${found.debitCount}/${yuan(found.debitMinor)} ${found.creditCount}/${yuan(found.creditMinor)}`
      : '-';
  };
  return table(rows, [
    { title: 'terminal', value: (row) => row.terminalId },
    { title: 'batch', value: (row) => row.batchNumber },
    { title: 'state', value: (row) => (row.closedBy ? `${row.state} (${row.closedBy})` : row.state) },
    { title: 'opened', value: (row) => moment(row.openedAtMs) },
    { title: 'closed', value: (row) => moment(row.closedAtMs) },
    { title: 'terminal: debits credits', value: (row) => totals(row.terminalTotals) },
    { title: 'host: debits credits', value: (row) => totals(row.hostTotals) },
  ]);
}
