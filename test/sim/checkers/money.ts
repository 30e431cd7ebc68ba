import { isCash } from '../../../terminal-core/engine/cash.ts';
import { isHold } from '../../../terminal-core/engine/holds.ts';
import type { Txn } from '../../../terminal-core/engine/state.ts';
import type { Checker } from './checker.ts';
import type { Evidence } from './evidence.ts';
import {
  chargeOf,
  hostKindOf,
  hostStateOf,
  keyOf,
  originalOf,
  standsAtHost,
  standsForPeople,
  standsInJournal,
} from './standing.ts';

/**
 * Every card holds what it held at first, on its own account or put aside for a pre-authorisation, less what all journals
 * say was charged, plus what they say was given back. A card and those that replaced it are one owner's.
 */
export const moneyConserved: Checker = {
  name: 'money-conserved',
  holds({ cards, hostCards, hostExceptions, hostHolds, hostTransactions, tills }) {
    const charged = new Map<string, number>();
    const owners = new Map(cards.map(({ panHash }) => [panHash, panHash]));
    for (const { transactions } of tills) {
      for (const txn of transactions.values()) {
        if (!standsInJournal(txn)) continue;
        if (txn.service === 'replace') join(owners, txn.panHash ?? '', txn.newPanHash ?? '');
        const panHash = txn.panHash ?? '';
        const charge = chargeOf(txn, originalOf(txn, transactions));
        charged.set(panHash, (charged.get(panHash) ?? 0) + charge);
      }
    }
    // Where a card could not pay any more, the exceptions account stands in for it.
    const standIn = new Map<number, number>();
    for (const each of hostExceptions) {
      if (each.kind !== 'card-short') continue;
      const cardId = hostTransactions.find(
        (transaction) => keyOf(transaction) === keyOf(each) && transaction.cardId !== null,
      )?.cardId;
      standIn.set(cardId ?? -1, (standIn.get(cardId ?? -1) ?? 0) + each.amountMinor);
    }
    const sums = new Map<
      string,
      { readonly names: string[]; held: number; onHold: number; expected: number }
    >();
    for (const card of cards) {
      const held = hostCards.find(({ panHash }) => panHash === card.panHash);
      if (!held) continue;
      const keys = new Set(
        hostTransactions
          .filter(({ cardId, kind }) => cardId === held.cardId && kind === 'pre-authorisation')
          .map(keyOf),
      );
      const heldMinor = hostHolds.reduce(
        (sum, hold) => sum + (keys.has(keyOf(hold)) ? hold.balanceMinor : 0),
        0,
      );
      const owner = owners.get(card.panHash) ?? '';
      const sum = sums.get(owner) ?? { names: [], held: 0, onHold: 0, expected: 0 };
      sum.names.push(card.pan.slice(-4));
      sum.held += held.balanceMinor;
      sum.onHold += heldMinor;
      sum.expected += card.balanceMinor - (charged.get(card.panHash) ?? 0) + (standIn.get(held.cardId) ?? 0);
      sums.set(owner, sum);
    }
    return [...sums.values()].flatMap(({ expected, held, names, onHold }) => {
      if (held + onHold === expected) return [];
      const detail = `card ${names.join(' and ')} has ${held} and ${onHold} on hold at the host; the journals make it ${expected}`;
      return [{ detail, about: [] }];
    });
  },
};

function join(owners: Map<string, string>, panHash: string, newPanHash: string): void {
  const [one, other] = [owners.get(panHash), owners.get(newPanHash)];
  if (one === undefined || other === undefined) return;
  for (const [each, owner] of owners) if (owner === other) owners.set(each, one);
}

/** The host's own audit: postings balance, balances follow from entries, voids and refunds fit their originals. */
export const hostAudited: Checker = {
  name: 'host-audit',
  holds: ({ hostAuditProblems }) => hostAuditProblems.map((detail) => ({ detail, about: [] })),
};

/** Both sides hold the same transactions, with the same amounts; neither has one that the other lacks. */
export const sidesAgree: Checker = {
  name: 'sides-agree',
  holds({ hostTransactions, tills }) {
    const atHost = new Map(hostTransactions.filter(standsAtHost).map((each) => [keyOf(each), each]));
    const problems = tills.flatMap(({ terminalId, transactions }) =>
      [...transactions.values()].filter(standsInJournal).flatMap((txn) => {
        const key = keyOf({ terminalId, ...txn });
        const other = atHost.get(key);
        atHost.delete(key);
        const about = namesOf(txn);
        if (!other)
          return [
            { detail: `${txn.txnId}, a ${txn.kind} that is ${txn.state}, is not booked at the host`, about },
          ];
        const same =
          other.kind === hostKindOf(txn, originalOf(txn, transactions)) &&
          other.amountMinor === txn.amountMinor &&
          other.state === hostStateOf(txn);
        if (same) return [];
        const detail = `${txn.txnId} is a ${txn.state} ${txn.kind} of ${txn.amountMinor} here and a ${other.state} ${other.kind} of ${other.amountMinor} at the host`;
        return [{ detail, about }];
      }),
    );
    for (const [key, { amountMinor, kind, stan, state }] of atHost) {
      const till = tills.find(({ terminalId }) => key.startsWith(terminalId));
      const txn = [...(till?.transactions.values() ?? [])].find(
        (each) => keyOf({ terminalId: till?.terminalId ?? '', ...each }) === key,
      );
      const here = txn ? `${txn.txnId} is ${txn.state}` : 'unknown to the terminal';
      problems.push({
        detail: `the host has a ${state} ${kind} of ${amountMinor}, ${key}; it is ${here}`,
        about: txn ? namesOf(txn) : [`stan=${stan}`],
      });
    }
    return problems;
  },
};

/** However often a customer tried, at most one payment stands. */
export const chargedOnce: Checker = {
  name: 'charged-once',
  holds({ hostTransactions, memories, tills }) {
    const atHost = new Set(
      hostTransactions.filter((each) => standsAtHost(each) && each.state === 'approved').map(keyOf),
    );
    return memories.intents.flatMap(({ saleIds, till }) => {
      const evidence = tills[till];
      if (!evidence) return [];
      const paid = [...evidence.transactions.values()].filter(
        (txn) =>
          saleIds.includes(txn.saleId ?? '') &&
          ((txn.kind === 'cash-sale' && txn.state === 'approved') ||
            // What turned out to be paid twice is owed back, and the till says so.
            (txn.kind === 'purse-sale' && standsForPeople(txn) && txn.purse?.otherTender !== true) ||
            atHost.has(keyOf({ ...evidence, ...txn }))),
      );
      if (paid.length <= 1) return [];
      const detail = `${saleIds[0]} was paid ${paid.length} times: ${paid.map((txn) => `${txn.txnId} (${txn.kind})`).join(', ')}`;
      return [{ detail, about: [...paid.flatMap(namesOf), ...saleIds] }];
    });
  },
};

/** The host holds money for every pre-authorisation that stands, never more than was asked for, and for no other. */
export const holdsAgree: Checker = {
  name: 'holds-agree',
  holds({ hostHolds, tills }) {
    const standing = new Map(
      tills.flatMap(({ terminalId, transactions }) =>
        [...transactions.values()].filter(isHold).map((txn) => [keyOf({ terminalId, ...txn }), txn] as const),
      ),
    );
    return hostHolds.flatMap((hold) => {
      const txn = standing.get(keyOf(hold));
      const isRight = txn
        ? hold.balanceMinor > 0 && hold.balanceMinor <= txn.amountMinor
        : hold.balanceMinor === 0;
      if (isRight) return [];
      const asked = txn ? `${txn.txnId} asked for ${txn.amountMinor}` : 'no pre-authorisation stands for it';
      return [
        {
          detail: `the host holds ${hold.balanceMinor} under ${keyOf(hold)}; ${asked}`,
          about: txn ? namesOf(txn) : [`stan=${hold.stan}`],
        },
      ];
    });
  },
};

/** Cash that was handed back for a sale never comes to more than was paid, and a voided sale was handed back once. */
export const cashBackWithinSale: Checker = {
  name: 'cash-back-within-sale',
  holds({ tills }) {
    return tills.flatMap(({ transactions }) =>
      [...transactions.values()].flatMap((sale) => {
        if (sale.kind !== 'cash-sale') return [];
        const back = [...transactions.values()].filter(
          (txn) => isCash(txn) && txn.originalTxnId === sale.txnId,
        );
        const backMinor = back.reduce((sum, txn) => sum + txn.amountMinor, 0);
        const expected = sale.state === 'voided' ? sale.amountMinor : sale.refundedMinor;
        if (backMinor === expected && backMinor <= sale.amountMinor) return [];
        const detail = `${sale.txnId} of ${sale.amountMinor} is ${sale.state}, and ${backMinor} was handed back for it`;
        return [{ detail, about: [sale, ...back].flatMap(namesOf) }];
      }),
    );
  },
};

/** Refunds of one sale never come to more than it, also while they are under way. */
export const refundsWithinOriginal: Checker = {
  name: 'refund-within-original',
  holds({ tills }) {
    return tills.flatMap(({ entries, transactions }) => {
      const refunded = new Map<string, number>();
      return entries.flatMap(({ kind, payload }) => {
        if (kind !== 'transaction-sent') return [];
        const txn = payload.txn as unknown as Txn;
        const original = transactions.get(txn.originalTxnId ?? '');
        const ended = transactions.get(txn.txnId);
        if (txn.kind !== 'refund' || !original) return [];
        const before = refunded.get(original.txnId) ?? 0;
        if (ended?.state === 'approved' || ended?.state === 'unknown') {
          refunded.set(original.txnId, before + txn.amountMinor);
        }
        if (before + txn.amountMinor <= original.amountMinor) return [];
        const detail = `${txn.txnId} asks for ${txn.amountMinor} back of ${original.txnId} (${original.amountMinor}, ${before} refunded)`;
        return [{ detail, about: [txn.txnId, original.txnId] }];
      });
    });
  },
};

/** What differs needs a person; nothing may differ but what no system can prevent. */
export const noExceptions: Checker = {
  name: 'no-exceptions',
  holds: ({ hostExceptions, tills }: Evidence) =>
    hostExceptions
      .filter((exception) => !isInevitable(exception, tills))
      .map(({ amountMinor, kind, stan, terminalId }) => ({
        detail: `the host wrote down ${kind} for ${terminalId} trace ${stan}, ${amountMinor}`,
        about: [`stan=${stan}`],
      })),
};

function isInevitable(
  { kind, stan, terminalId }: Evidence['hostExceptions'][number],
  tills: Evidence['tills'],
): boolean {
  // A void that was taken back after the customer had spent its money elsewhere.
  if (kind === 'card-short') return true;
  // A till whose clock jumped ahead by more than a day: its sales are paid, and a person is told about the clock.
  if (kind === 'purse-dated-ahead') return true;
  // A purse that its owner took away in the middle of a sale, and that a later record has told the host about since.
  if (kind !== 'purse-doubt-debited') return false;
  const till = tills.find((each) => each.terminalId === terminalId);
  return [...(till?.transactions.values() ?? [])].some(
    (txn) =>
      txn.kind === 'purse-sale' &&
      (txn.purse?.firstStan === stan || (txn.stan === stan && txn.state === 'unresolved')),
  );
}

export function namesOf(txn: Txn): string[] {
  return [
    txn.txnId,
    ...(txn.saleId === undefined ? [] : [txn.saleId]),
    ...(txn.stan === undefined ? [] : [`stan=${txn.stan}`]),
  ];
}
