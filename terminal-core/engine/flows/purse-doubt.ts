import { fromHex } from '../../crypto/bytes.ts';
import { loadProofAmountMinor } from '../../crypto/index.ts';
import { nextStan } from '../../domain/identifiers.ts';
import { type AmountMinor, amountMinor } from '../../domain/money.ts';
import { PURSE_TRANSACTION_TYPE } from '../../domain/purse.ts';
import type { EngineEvent } from '../events.ts';
import { askCard, type Decision, type Input, reply } from '../inputs.ts';
import {
  answerOf,
  type CardOrder,
  type CardOutcome,
  type InitialisedCard,
  type LoggedTransaction,
  STATUS_MAC_WRONG,
} from '../purse/card.ts';
import { doubtOf, isInDoubt, needsProof } from '../purse/doubts.ts';
import type { Placement } from '../purse/events.ts';
import type { LoadProof, PurseFacts } from '../purse/facts.ts';
import { receiptOf } from '../receipt-text.ts';
import { type StateView, type Txn, terminalOf } from '../state.ts';
import { txnOf } from './answers.ts';
import { refuse } from './operator.ts';
import { checkProof } from './purse-sale.ts';

type Purpose<K extends CardOrder['purpose']['kind']> = Extract<CardOrder['purpose'], { kind: K }>;
interface Ended<K extends CardOrder['purpose']['kind']> {
  readonly purpose: Purpose<K>;
  readonly session: string;
  readonly outcome: CardOutcome;
}

/** A card is there that left something open: PROVE first, and only then what counter, balance and log say. */
export function decideSettleDoubt(
  state: StateView,
  input: Extract<Input, { kind: 'settle-doubt' }>,
): Decision {
  const { purse } = input;
  const txn = doubtOf(state, purse.applicationSerial);
  if (!txn) return reply({ kind: 'done' });
  // A record that is decided now would be in no batch that the host compares.
  if (terminalOf(state).settlement) return refuse(state, { command: input.kind, rule: 'settling' });
  const { txnId } = txn;
  if (needsProof(txn)) return takeProof(txn, purse.session);
  const { counter } = purseOf(txn);
  return askCard({
    session: purse.session,
    purpose: { kind: 'doubt-prove', txnId, balanceMinor: purse.balanceMinor },
    command: { kind: 'prove', transactionType: typeOf(txn), initialisedCounter: counter },
  });
}

export function decideDoubtProved(
  state: StateView,
  { purpose, session, outcome }: Ended<'doubt-prove'>,
): Decision {
  const txn = txnOf(state, purpose.txnId);
  if (!isInDoubt(txn)) return reply({ kind: 'transaction', txnId: txn.txnId });
  switch (outcome.kind) {
    case 'done': {
      const { tac, mac2 } = answerOf(outcome, 'prove');
      const { txnId, balanceMinor } = purpose;
      return askCard({
        session,
        purpose: { kind: 'doubt-proven-log', txnId, tac, mac2, balanceMinor },
        command: { kind: 'read-log' },
      });
    }
    case 'no-answer':
      return stays(txn);
    case 'refused':
      // "Not found" is never "not debited": a card forgets its proof. Counter and balance decide.
      return compare(txn, session, purpose.balanceMinor);
  }
}

/**
 * The card proves what it did at a counter, and not for whom. Where this till's command never reached it, another till may
 * have used it at that very counter since: then its log names that till, and the proof is none of ours.
 */
export function decideProvenLogged(
  state: StateView,
  { purpose, session, outcome }: Ended<'doubt-proven-log'>,
): Decision {
  const { txnId, tac, mac2, balanceMinor } = purpose;
  const txn = txnOf(state, txnId);
  if (!isInDoubt(txn)) return reply({ kind: 'transaction', txnId });
  if (outcome.kind === 'no-answer') return stays(txn);
  const records = outcome.kind === 'done' ? answerOf(outcome, 'read-log').records : [];
  const atCounter = records.filter((record) => isAtCounterOf(record, txn));
  const isOurs = atCounter.length === 0 || atCounter.some((record) => isRecordOf(record, txn));
  if (!isOurs) return compare(txn, session, balanceMinor);
  // A load's MAC2 was the host's.
  return txn.kind === 'purse-sale' ? checkProof(txn, { session, tac, mac2 }) : recovered(state, txn, { tac });
}

/** What the card says of its counter and balance now. */
function compare(txn: Txn, session: string, balanceMinor: AmountMinor): Decision {
  return txn.kind === 'purse-load' ? takeProof(txn, session) : initialise(txn, session, balanceMinor);
}

/** An INITIALIZE moves nothing; it is asked for no more than the card has, or the card would not say its counter. */
function initialise(txn: Txn, session: string, balanceMinor: AmountMinor): Decision {
  return askCard({
    session,
    purpose: { kind: 'doubt-initialise', txnId: txn.txnId },
    command: {
      kind: 'initialise-purchase',
      amountMinor: amountMinor(Math.min(txn.amountMinor, balanceMinor)),
      terminalNumber: purseOf(txn).terminalNumber,
    },
  });
}

/** INITIALIZE FOR LOAD with the amount that proves to the host that it was made after MAC2 was out. */
export function takeProof(txn: Txn, session: string): Decision {
  return askCard({
    session,
    purpose: { kind: 'doubt-initialise', txnId: txn.txnId },
    command: {
      kind: 'initialise-load',
      amountMinor: proofAmountOf(txn),
      terminalNumber: purseOf(txn).terminalNumber,
    },
  });
}

function proofAmountOf(txn: Txn): AmountMinor {
  const { mac2 } = purseOf(txn);
  if (mac2 === undefined) throw new Error(`${txn.txnId} has no MAC2, so the card cannot be in doubt`);
  return loadProofAmountMinor(fromHex(mac2, 'MAC2'));
}

export function decideDoubtVerified(state: StateView, { purpose, outcome }: Ended<'doubt-verify'>): Decision {
  const { txnId, tac, mac2 } = purpose;
  const txn = txnOf(state, txnId);
  if (!isInDoubt(txn)) return reply({ kind: 'transaction', txnId });
  if (outcome.kind === 'refused' && outcome.statusWord === STATUS_MAC_WRONG)
    return reply({ kind: 'transaction', txnId }, [{ kind: 'purse-suspected', txnId, tac, mac2 }]);
  return recovered(state, txn, { tac, mac2 });
}

function recovered(
  state: StateView,
  txn: Txn,
  proof: Pick<Extract<EngineEvent, { kind: 'purse-recovered' }>, 'tac' | 'mac2'>,
): Decision {
  const { txnId } = txn;
  const receipt = receiptOf(state, { ...txn, purse: { ...purseOf(txn), tac: proof.tac } });
  return reply({ kind: 'transaction', txnId }, [
    { kind: 'purse-recovered', txnId, provenBy: 'prove', ...proof, ...placement(state, txn), receipt },
  ]);
}

/** The card's counter and balance now, beside those from before the transaction. */
export function decideDoubtInitialised(
  state: StateView,
  { purpose, session, outcome }: Ended<'doubt-initialise'>,
): Decision {
  const txn = txnOf(state, purpose.txnId);
  const { txnId } = txn;
  if (!isInDoubt(txn) && !needsProof(txn)) return reply({ kind: 'transaction', txnId });
  if (outcome.kind !== 'done') return stays(txn);
  if (txn.kind === 'purse-load') {
    const { initialised, mac1 } = answerOf(outcome, 'initialise-load');
    return loadCompared(txn, { session, initialised, mac1 });
  }
  const { initialised } = answerOf(outcome, 'initialise-purchase');
  const { counter, balanceMinor } = initialised;
  const { counter: before, balanceBeforeMinor } = purseOf(txn);
  const evidence = { counter, balanceMinor };
  if (counter === before && balanceMinor === balanceBeforeMinor)
    return reply({ kind: 'transaction', txnId }, [{ kind: 'purse-not-debited', txnId, evidence }]);
  if (counter === before + 1 && balanceMinor === balanceBeforeMinor - txn.amountMinor)
    return readLog(txn, session, evidence);
  return contradicts(txn, evidence);
}

/** The online counter counts loads alone: as it was, and no load has reached the card. Its MAC1 proves that to the host. */
function loadCompared(
  txn: Txn,
  now: { readonly session: string; readonly initialised: InitialisedCard; readonly mac1: LoadProof['mac1'] },
): Decision {
  const { txnId } = txn;
  const { counter, balanceMinor, keyVersion, algorithm, random } = now.initialised;
  const { counter: before, balanceBeforeMinor } = purseOf(txn);
  if (counter === before) {
    const proof = {
      amountMinor: proofAmountOf(txn),
      balanceMinor,
      keyVersion,
      algorithm,
      random,
      mac1: now.mac1,
    };
    return reply({ kind: 'transaction', txnId }, [{ kind: 'purse-not-credited', txnId, proof }]);
  }
  const evidence = { counter, balanceMinor };
  const isCredited = counter === before + 1 && balanceMinor === balanceBeforeMinor + txn.amountMinor;
  return isInDoubt(txn) && isCredited ? readLog(txn, now.session, evidence) : contradicts(txn, evidence);
}

function readLog(txn: Txn, session: string, evidence: Purpose<'doubt-log'>['evidence']): Decision {
  return askCard({
    session,
    purpose: { kind: 'doubt-log', txnId: txn.txnId, evidence },
    command: { kind: 'read-log' },
  });
}

export function decideDoubtLogged(state: StateView, { purpose, outcome }: Ended<'doubt-log'>): Decision {
  const { txnId, evidence } = purpose;
  const txn = txnOf(state, txnId);
  if (!isInDoubt(txn)) return reply({ kind: 'transaction', txnId });
  if (outcome.kind === 'no-answer') return stays(txn);
  const records = outcome.kind === 'done' ? answerOf(outcome, 'read-log').records : [];
  if (!records.some((record) => isRecordOf(record, txn))) return contradicts(txn, evidence);
  return reply({ kind: 'transaction', txnId }, [
    {
      kind: 'purse-moved-without-tac',
      txnId,
      evidence,
      ...placement(state, txn),
      receipt: receiptOf(state, txn),
    },
  ]);
}

/** Cards differ in whether they log the counter from before or after. */
function isAtCounterOf(record: LoggedTransaction, txn: Txn): boolean {
  const { counter } = purseOf(txn);
  const isAt = record.counter === counter || record.counter === counter + 1;
  return isAt && record.transactionType === typeOf(txn);
}

function isRecordOf(record: LoggedTransaction, txn: Txn): boolean {
  const { terminalNumber, date, time } = purseOf(txn);
  return (
    isAtCounterOf(record, txn) &&
    record.amountMinor === txn.amountMinor &&
    record.terminalNumber === terminalNumber &&
    record.date === date &&
    record.time === time
  );
}

function contradicts(txn: Txn, evidence: Purpose<'doubt-log'>['evidence']): Decision {
  const { txnId } = txn;
  return reply({ kind: 'transaction', txnId }, [
    { kind: 'purse-unresolved', txnId, because: 'evidence', evidence },
  ]);
}

/** The card was pulled away again, or would not say: it may try once more. */
function stays(txn: Txn): Decision {
  return reply({ kind: 'still-in-doubt', txnId: txn.txnId });
}

/** The host may have the record already, or its batch is closed: what is known now goes up under numbers of its own. */
function placement(state: StateView, txn: Txn): { readonly placement?: Placement } {
  const { batchNumber, keySetId, lastStan } = terminalOf(state);
  const mayBeThere = txn.state === 'unresolved' || txn.settled || txn.batchNumber !== batchNumber;
  if (!mayBeThere || batchNumber === undefined || keySetId === undefined) return {};
  return { placement: { stan: nextStan(lastStan), batchNumber, keySetId } };
}

export function typeOf(txn: Txn): number {
  return txn.kind === 'purse-load' ? PURSE_TRANSACTION_TYPE.load : PURSE_TRANSACTION_TYPE.purchase;
}

export function purseOf(txn: Pick<Txn, 'txnId' | 'purse'>): PurseFacts {
  if (!txn.purse) throw new Error(`${txn.txnId} is not of a purse`);
  return txn.purse;
}
