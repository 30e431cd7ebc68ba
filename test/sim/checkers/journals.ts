import type { BatchTotals, Txn } from '../../../terminal-core/engine/state.ts';
import type { Checker } from './checker.ts';
import { namesOf } from './money.ts';
import { countsInBatch, isCredit, isInTotals, originalOf } from './standing.ts';

/** The hash chain holds, and every document follows from the entries alone. */
export const journalsVerify: Checker = {
  name: 'journal-verifies',
  holds: ({ tills }) =>
    tills.flatMap(({ name, report }) => {
      if (report.ok) return [];
      const { clearPanPlaces, problems, projectionDifferences } = report;
      return [
        {
          detail: `${name}: ${JSON.stringify({ problems, projectionDifferences, clearPanPlaces }).slice(0, 600)}`,
          about: [],
        },
      ];
    }),
};

/** No card number in the clear but in the sealed column, on either side. */
export const noClearCardNumber: Checker = {
  name: 'no-clear-card-number',
  holds({ cards, hostTexts, tills }) {
    const texts = [
      ...hostTexts.map((text) => ({ where: 'the host', text })),
      ...tills.flatMap(({ entries, name, transactions }) => [
        ...entries.map(({ payload, seq }) => ({
          where: `${name} entry ${seq}`,
          text: JSON.stringify(payload),
        })),
        ...[...transactions.values()].map((txn) => ({
          where: `${name} ${txn.txnId}`,
          text: JSON.stringify(txn),
        })),
      ]),
    ];
    const numbers = new RegExp(cards.map(({ pan }) => pan).join('|'));
    return texts
      .filter(({ text }) => numbers.test(text))
      .map(({ where }) => ({ detail: `a clear card number in ${where}`, about: [] }));
  },
};

/** Card data is erased once the batch is closed and nothing is owed for it; of a refused sale it stays, for collecting. */
export const cardDataErased: Checker = {
  name: 'card-data-erased',
  holds: ({ tills }) =>
    tills.flatMap(({ entries, transactions }) =>
      [...transactions.values()].flatMap((txn) => {
        if (!txn.settled || txn.state === 'rejected' || txn.secretSeq === undefined) return [];
        if (entries[txn.secretSeq - 1]?.secretState !== 'sealed') return [];
        return [{ detail: `${txn.txnId} is settled and its card number is still kept`, about: namesOf(txn) }];
      }),
    ),
};

/** A closed batch has the same totals on both sides, and they are those of its transactions. */
export const batchesAgree: Checker = {
  name: 'batch-totals-agree',
  holds({ hostBatches, tills }) {
    return tills.flatMap(({ entries, name, terminal, terminalId, transactions }) => {
      const closed = entries.filter(({ kind }) => kind === 'batch-closed');
      const problems = closed.flatMap(({ payload }) => {
        const { batchNumber, totals } = payload as unknown as { batchNumber: string; totals: BatchTotals };
        const host = hostBatches.find(
          (batch) => batch.terminalId === terminalId && batch.batchNumber === batchNumber,
        );
        const inBatch = [...transactions.values()].filter(
          (txn) => txn.batchNumber === batchNumber && isInTotals(txn, originalOf(txn, transactions)),
        );
        const own = totalsOf(inBatch.filter(countsInBatch), transactions);
        const texts = [totals, own, host?.terminalTotals, host?.hostTotals].map(normal);
        if (host?.state === 'closed' && new Set(texts).size === 1) return [];
        return [
          {
            detail: `${name} batch ${batchNumber} (${host?.state ?? 'absent'} at the host): closed with ${texts.join(', ')}`,
            about: [...inBatch.flatMap(namesOf), 'settlement', 'batch-closed'],
          },
        ];
      });
      const closedHere = new Set(closed.map(({ payload }) => payload.batchNumber));
      const onlyThere = hostBatches.filter(
        (batch) =>
          batch.terminalId === terminalId &&
          batch.state === 'closed' &&
          !closedHere.has(batch.batchNumber) &&
          // A settlement that nobody has brought to its end yet: the terminal still asks.
          !(terminal.settlement && terminal.batchNumber === batch.batchNumber),
      );
      return [
        ...problems,
        ...onlyThere.map(({ batchNumber }) => ({
          detail: `${name} batch ${batchNumber} is closed at the host only`,
          about: [],
        })),
      ];
    });
  },
};

function totalsOf(inBatch: readonly Txn[], transactions: ReadonlyMap<string, Txn>): BatchTotals {
  const isToCard = (txn: Txn): boolean => isCredit(txn, originalOf(txn, transactions));
  const [debits, credits] = [inBatch.filter((txn) => !isToCard(txn)), inBatch.filter(isToCard)];
  const minor = (list: readonly Txn[]) => list.reduce((total, txn) => total + txn.amountMinor, 0);
  return {
    debitCount: debits.length,
    debitMinor: minor(debits) as BatchTotals['debitMinor'],
    creditCount: credits.length,
    creditMinor: minor(credits) as BatchTotals['creditMinor'],
  };
}

function normal(totals: BatchTotals | string | null | undefined): string {
  const value = typeof totals === 'string' ? (JSON.parse(totals) as BatchTotals) : totals;
  return value
    ? `${value.debitCount}×${value.debitMinor} −${value.creditCount}×${value.creditMinor}`
    : 'nothing';
}
