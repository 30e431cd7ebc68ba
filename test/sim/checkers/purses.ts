import type { Txn } from '../../../terminal-core/engine/state.ts';
import type { PurseMove } from '../purses.ts';
import type { Checker, Problem } from './checker.ts';
import type { Evidence, PurseEvidence } from './evidence.ts';
import { namesOf } from './money.ts';

/** States in which a terminal says that the card was debited, and those in which it says that it was not. */
const PAID: readonly Txn['state'][] = [
  'debited',
  'approved',
  'recovered',
  'debited-without-tac',
  'delivered',
  'rejected',
  'suspect',
];
const NOT_PAID: readonly Txn['state'][] = ['declined', 'not-debited'];
const LOADED: readonly Txn['state'][] = [
  'approved',
  'recovered',
  'credited-without-tac',
  'delivered',
  'rejected',
];
const NOT_LOADED: readonly Txn['state'][] = [
  'declined',
  'not-sent',
  'unknown',
  'uncredited',
  'not-credited',
  'reversed',
];

/**
 * What a terminal says of a card's money is what the card did: paid is debited, not paid is not, nothing the card did is
 * unknown to the terminal that asked for it, and nothing is claimed twice.
 */
export const purseSalesTrue: Checker = {
  name: 'purse-sales-true',
  holds: (evidence) =>
    statements(evidence, { kind: 'purse-sale', move: 'purchase', yes: PAID, no: NOT_PAID }),
};

/** The same of loads. */
export const purseLoadsTrue: Checker = {
  name: 'purse-loads-true',
  holds: (evidence) =>
    statements(evidence, { kind: 'purse-load', move: 'load', yes: LOADED, no: NOT_LOADED }),
};

/** Whoever asks a card for its proof by the right counter gets it, unless the card has lost it. */
export const purseProofsTaken: Checker = {
  name: 'purse-proofs-taken',
  holds: ({ purses, tills }) =>
    tills.flatMap(({ entries, transactions }) =>
      entries.flatMap(({ kind, payload }): Problem[] => {
        const txn = kind === 'purse-moved-without-tac' ? transactions.get(String(payload.txnId)) : undefined;
        const card = txn && purses.find(({ serial }) => serial === txn.purse?.applicationSerial);
        const move = card && moveOf(card, txn, txn.kind === 'purse-load' ? 'load' : 'purchase');
        if (!move || move.isProofLost) return [];
        return [problem(txn, 'it was taken without the proof that the card had')];
      }),
    ),
};

function statements(
  { purses, tills }: Evidence,
  about: {
    readonly kind: Txn['kind'];
    readonly move: PurseMove['kind'];
    readonly yes: readonly Txn['state'][];
    readonly no: readonly Txn['state'][];
  },
): Problem[] {
  const problems: Problem[] = [];
  const claimed = new Map<PurseMove, Txn>();
  for (const { transactions } of tills) {
    for (const txn of transactions.values()) {
      if (txn.kind !== about.kind) continue;
      const card = purses.find(({ serial }) => serial === txn.purse?.applicationSerial);
      const move = card && moveOf(card, txn, about.move);
      const earlier = move && claimed.get(move);
      const says = about.yes.includes(txn.state) ? true : about.no.includes(txn.state) ? false : undefined;
      if (says === true && !move)
        problems.push(problem(txn, `the terminal says ${txn.state}, and the card did nothing`));
      else if (says === false && move)
        problems.push(problem(txn, `the terminal says ${txn.state}, and the card did it`));
      else if (says === true && earlier)
        problems.push(problem(txn, `it claims what ${earlier.txnId} claims`));
      // One that is open may be this move or, at the same counter, another's.
      if (move && says !== false) claimed.set(move, txn);
    }
  }
  for (const card of purses) {
    for (const move of card.moves) {
      if (move.kind !== about.move || claimed.has(move)) continue;
      problems.push({
        detail: `card …${card.serial.slice(-4)} made a ${move.kind} of ${move.amountMinor} at counter ${move.counter} that no terminal knows`,
        about: [],
      });
    }
  }
  return problems;
}

function moveOf(card: PurseEvidence, txn: Txn, kind: PurseMove['kind']): PurseMove | undefined {
  return card.moves.find(
    (move) =>
      move.kind === kind &&
      move.counter === txn.purse?.counter &&
      move.terminalNumber === txn.purse.terminalNumber &&
      move.toldAt === `${txn.purse.date ?? ''}${txn.purse.time ?? ''}` &&
      move.amountMinor === txn.amountMinor,
  );
}

function problem(txn: Txn, what: string): Problem {
  return { detail: `${txn.txnId}, ${txn.kind} of ${txn.amountMinor}: ${what}`, about: namesOf(txn) };
}

/**
 * The host pays merchants for what cards have paid and for nothing else, says "not debited" of nothing that was, and its
 * shadow of a card is the card, but for what nobody has told it yet.
 */
export const pursesAtHostTrue: Checker = {
  name: 'purses-at-host-true',
  holds({ hostLoads, hostPurchases, purses, tills }) {
    const problems: Problem[] = [];
    for (const card of purses) {
      const told = <T extends { readonly serial: string }>(records: readonly T[]): T[] =>
        records.filter(({ serial }) => serial === card.serial);
      const moves = (kind: PurseMove['kind'], record: { counter: number; amountMinor: number }): boolean =>
        card.moves.some(
          (move) =>
            move.kind === kind && move.counter === record.counter && move.amountMinor === record.amountMinor,
        );
      for (const record of told(hostPurchases)) {
        const paid = record.state === 'booked' || record.state === 'withheld';
        if (paid && !moves('purchase', record))
          problems.push(atHost(card, record, 'is paid for, and the card paid nothing'));
        if (record.state === 'not-debited' && isOwn(card, record, tills))
          problems.push(atHost(card, record, 'is said not to be debited, and it was'));
      }
      for (const record of told(hostLoads)) {
        if (record.state === 'credited' && !moves('load', record))
          problems.push(atHost(card, record, 'is credited, and the card got nothing'));
        if (record.state === 'reversed' && loadedBy(card, record, tills))
          problems.push(atHost(card, record, 'is taken back, and the card has it'));
      }
      const booked = told(hostPurchases).filter(({ state }) => state === 'booked' || state === 'withheld');
      const twice = booked.find((record, index) =>
        booked.slice(0, index).some(({ counter }) => counter === record.counter),
      );
      if (twice) problems.push(atHost(card, twice, 'is paid for twice'));
    }
    return problems;
  },
};

type Record_ = {
  readonly counter: number;
  readonly amountMinor: number;
  readonly state: string;
  readonly stan: string;
};

function atHost(card: PurseEvidence, record: Record_, what: string): Problem {
  return {
    detail: `card …${card.serial.slice(-4)} counter ${record.counter}, ${record.amountMinor}, ${record.state} at the host: ${what}`,
    about: [`stan=${record.stan}`],
  };
}

/** The card did it for the very transaction that the record is of. */
function isOwn(
  card: PurseEvidence,
  record: Record_ & { readonly terminalId: string },
  tills: Evidence['tills'],
): boolean {
  return ownTransactions(card, record, tills).some((txn) => moveOf(card, txn, 'purchase') !== undefined);
}

function loadedBy(
  card: PurseEvidence,
  record: Record_ & { readonly terminalId: string },
  tills: Evidence['tills'],
): boolean {
  return ownTransactions(card, record, tills).some((txn) => moveOf(card, txn, 'load') !== undefined);
}

function ownTransactions(
  card: PurseEvidence,
  record: Record_ & { readonly terminalId: string },
  tills: Evidence['tills'],
): Txn[] {
  const till = tills.find(({ terminalId }) => terminalId === record.terminalId);
  return [...(till?.transactions.values() ?? [])].filter(
    (txn) =>
      txn.purse?.applicationSerial === card.serial &&
      txn.purse.counter === record.counter &&
      (txn.stan === record.stan || txn.purse.firstStan === record.stan),
  );
}
