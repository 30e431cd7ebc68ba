import type { Txn } from '../../../terminal-core/engine/state.ts';
import type { Told } from '../memories.ts';
import type { Checker } from './checker.ts';
import { namesOf } from './money.ts';
import { standsForPeople } from './standing.ts';

const KINDS_TOLD: Readonly<Record<Told['kind'], readonly Txn['kind'][]>> = {
  sale: ['cash-sale', 'purchase', 'offline-sale', 'purse-sale'],
  load: ['purse-load', 'load'],
  'card-service': ['card-service'],
  hold: ['pre-authorisation'],
  completion: ['completion'],
  void: ['void', 'cash-void'],
  refund: ['refund', 'cash-refund'],
};

/** What a cashier was told is approved exists and stands, or was voided afterwards by an approved void. */
export const toldStands: Checker = {
  name: 'told-stands',
  holds({ memories, tills }) {
    return memories.told.flatMap(({ amountMinor, kind, till, txnId }) => {
      const txn = tills[till]?.transactions.get(txnId);
      if (!txn)
        return [
          {
            detail: `a cashier was told that ${txnId} is approved; the journal has no such transaction`,
            about: [txnId],
          },
        ];
      const kindFits = KINDS_TOLD[kind].includes(txn.kind);
      if (standsForPeople(txn) && txn.amountMinor === amountMinor && kindFits) return [];
      return [
        {
          detail: `a cashier was told that ${txnId} is an approved ${kind} of ${amountMinor}; it is a ${txn.state} ${txn.kind}`,
          about: namesOf(txn),
        },
      ];
    });
  },
};

/** What nothing may be in when everything has come to rest; a purse whose card never came back is left to the host. */
const OPEN: readonly Txn['state'][] = [
  'sending',
  'unknown',
  'accepted-offline',
  'undeliverable',
  'pending',
  'debited',
  'authorised',
];

/** No outcome is open any more, and no record was given up: in the evening everything gets through. */
export const unknownsResolved: Checker = {
  name: 'unknowns-resolved',
  holds: ({ tills }) =>
    tills.flatMap(({ transactions }) =>
      [...transactions.values()]
        .filter(({ state }) => OPEN.includes(state))
        .map((txn) => ({ detail: `${txn.txnId} is still ${txn.state}`, about: namesOf(txn) })),
    ),
};

/** Titles of the receipts that prove a success. */
const SUCCESS =
  /SALE|LOAD|PART PAYMENT|PURCHASE|VOID|REFUND|PRE-AUTH|COMPLETION|CARD (ACTIVATED|BLOCKED|UNBLOCKED|REPLACED|GIVEN BACK)|LOSS REPORTED/;
const NOTICE = /REVERSAL NOTICE|DECLINED/;

/** A printed receipt means success and its absence means failure: a standing transaction has one, and no other has. */
export const receiptsMatch: Checker = {
  name: 'receipts-match',
  holds({ memories, tills }) {
    const problems = tills.flatMap(({ transactions }) =>
      [...transactions.values()].flatMap((txn) => {
        const text = txn.receipt ?? '';
        const proves = SUCCESS.test(text) && !NOTICE.test(text);
        if (proves === standsForPeople(txn)) return [];
        return [
          {
            detail: `${txn.txnId} is ${txn.state} and its receipt says ${proves ? 'success' : 'nothing or failure'}`,
            about: namesOf(txn),
          },
        ];
      }),
    );
    for (const { till, txnId } of memories.printed) {
      const txn = tills[till]?.transactions.get(txnId);
      if (!txn || !standsForPeople(txn)) {
        problems.push({
          detail: `a receipt was printed for ${txnId}, which is ${txn?.state ?? 'unknown'}`,
          about: [txnId],
        });
      }
    }
    return problems;
  },
};

/** A PIN that is right is never taken for a wrong one: the card would be locked for its owner. */
export const rightPinAccepted: Checker = {
  name: 'right-pin-accepted',
  holds({ hostTransactions, memories, tills }) {
    return memories.rightPins.flatMap(({ saleId, till }) =>
      [...(tills[till]?.transactions.values() ?? [])].flatMap((txn: Txn) => {
        if (txn.saleId !== saleId || txn.pinUsed !== true) return [];
        const atHost = hostTransactions.find(
          (each) =>
            each.terminalId === tills[till]?.terminalId &&
            each.stan === txn.stan &&
            each.batchNumber === txn.batchNumber &&
            (each.kind === 'purchase' || each.kind === 'pre-authorisation'),
        );
        if (atHost?.reason !== 'wrong-pin') return [];
        return [
          {
            detail: `${txn.txnId} was paid with the right PIN and refused for a wrong one`,
            about: namesOf(txn),
          },
        ];
      }),
    );
  },
};
