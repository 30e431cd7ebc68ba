import type { Txn } from '../../../terminal-core/engine/state.ts';
import type { Figure, TakingsDoc } from '../../../terminal-core/engine/takings.ts';
import type { Checker, Problem } from './checker.ts';
import type { TillEvidence } from './evidence.ts';
import { originalOf } from './standing.ts';

/** What was ever sold and handed back in cash, and sold by card, is in the Z reports and what came after them, once. */
export const reportsAddUp: Checker = {
  name: 'reports-add-up',
  holds: ({ tills }) => tills.flatMap((till) => [...numbersOf(till), ...sumsOf(till)]),
};

/** Z reports count up from 1 without gaps, and each carries the head that the chain had when it was made. */
function numbersOf({ entries, name }: TillEvidence): Problem[] {
  return entries
    .filter(({ kind }) => kind === 'z-report-made')
    .flatMap(({ payload, seq }, index) => {
      const detail = `${name}: the Z report at entry ${seq} has number ${String(payload.number)}, and is the ${index + 1}. one`;
      const isChained = entries.slice(0, seq - 1).some(({ hash }) => hash === payload.journalHead);
      if (payload.number === index + 1 && isChained) return [];
      return [
        {
          detail: isChained ? detail : `${name}: Z ${index + 1} carries a head that the chain never had`,
          about: [],
        },
      ];
    });
}

const EVER_PAID: readonly Txn['state'][] = ['approved', 'voided'];
/** Its cash lay in the drawer, whatever became of it. */
const LOAD_TAKEN: readonly Txn['state'][] = ['approved', 'voided', 'load-refused', 'reversed'];
const PURSE_LOADED: readonly Txn['state'][] = [
  'approved',
  'recovered',
  'credited-without-tac',
  'delivered',
  'rejected',
];
type Counts = (txn: Txn, original: Txn | undefined) => boolean;

function isRefundOf(...kinds: readonly Txn['kind'][]): Counts {
  return (txn, original) =>
    txn.kind === 'refund' &&
    txn.state === 'approved' &&
    original !== undefined &&
    kinds.includes(original.kind);
}

const ROWS: readonly (readonly [keyof TakingsDoc['tally'], Counts])[] = [
  ['cash/sale', (txn) => txn.kind === 'cash-sale'],
  ['cash/void', (txn) => txn.kind === 'cash-void'],
  ['cash/refund', (txn) => txn.kind === 'cash-refund'],
  ['cash/load', isCashTakenForLoad],
  ['cash/surrender', (txn) => txn.service === 'surrender' && txn.state === 'approved' && txn.amountMinor > 0],
  [
    'card/sale',
    (txn) => txn.kind === 'purchase' && txn.originalTxnId === undefined && EVER_PAID.includes(txn.state),
  ],
  [
    'card/collected',
    (txn) => txn.kind === 'purchase' && txn.originalTxnId !== undefined && EVER_PAID.includes(txn.state),
  ],
  ['card/refund', isRefundOf('purchase', 'completion')],
  ['offline-card/refund', isRefundOf('offline-sale')],
  ['offline-card/sale', (txn) => txn.kind === 'offline-sale'],
];

/** Of a purse also what was ever in doubt, because its owner had paid for it by then. */
function isCashTakenForLoad(txn: Txn): boolean {
  if (txn.kind === 'load') return LOAD_TAKEN.includes(txn.state);
  const isForCash = txn.kind === 'purse-load' && txn.originalTxnId === undefined;
  return isForCash && (PURSE_LOADED.includes(txn.state) || txn.purse?.cause !== undefined);
}

function sumsOf({ entries, name, takings, transactions }: TillEvidence): Problem[] {
  const periods = entries
    .filter(({ kind }) => kind === 'z-report-made')
    // The journal gives back what the engine put in.
    .map(({ payload }) => payload.takings as unknown as TakingsDoc);
  const tallies = [...periods, ...(takings ? [takings] : [])].map(({ tally }) => tally);
  return ROWS.flatMap(([key, counts]): Problem[] => {
    const told = add(tallies.map((tally) => tally[key] ?? { count: 0, minor: 0 }));
    const own = add(
      [...transactions.values()]
        .filter((txn) => counts(txn, originalOf(txn, transactions)))
        .map(({ amountMinor }) => ({ count: 1, minor: amountMinor })),
    );
    if (told.count === own.count && told.minor === own.minor) return [];
    const detail = `${name}: reports tell of ${told.count}×${told.minor} ${key}, the journal holds ${own.count}×${own.minor}`;
    return [{ detail, about: [] }];
  });
}

function add(figures: readonly Figure[]): Figure {
  return figures.reduce((sum, each) => ({ count: sum.count + each.count, minor: sum.minor + each.minor }), {
    count: 0,
    minor: 0,
  });
}
