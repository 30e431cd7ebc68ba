import type { ListedTransaction } from '../../../host-sim/store/transaction-lists.ts';
import { responseCode } from '../../../terminal-core/iso8583/index.ts';
import { moment, table, yuan } from './table.ts';

/** `code means` is the word for the host's answer: whether the terminal got it, the terminal's journal knows. */
export function transactionTable(transactions: readonly ListedTransaction[]): string {
  return table(transactions, [
    { title: 'time', value: (row) => moment(row.atMs) },
    { title: 'terminal', value: (row) => row.terminalId },
    { title: 'batch', value: (row) => row.batchNumber },
    { title: 'trace', value: (row) => row.stan },
    { title: 'what', value: (row) => (row.kind === 'unknown' ? `a ${row.mti}` : row.kind) },
    { title: 'state', value: (row) => row.state },
    { title: 'code', value: (row) => row.responseCode },
    { title: 'code means', value: (row) => responseCode(row.responseCode).text.en },
    { title: 'amount', value: (row) => yuan(row.amountMinor), align: 'right' },
    { title: 'card', value: (row) => row.panMasked ?? '-' },
    { title: 'reference', value: (row) => row.rrn ?? '-' },
    { title: 'why', value: (row) => row.reason ?? '' },
  ]);
}
