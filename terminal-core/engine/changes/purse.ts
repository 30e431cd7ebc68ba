import { amountMinor } from '../../domain/money.ts';
import type { Change } from '../../ports/journal.ts';
import type { Placement, PurseEvent } from '../purse/events.ts';
import type { PurseFacts } from '../purse/facts.ts';
import { put, type StateView, type Txn, terminalOf } from '../state.ts';
import { nextState } from '../transitions.ts';
import { freeOriginal, newTxn, pendOriginal, txnChange, txnOf } from './transactions.ts';

/** What an event of the electronic purse changes. */
export function evolvePurse(state: StateView, event: PurseEvent): Change[] {
  if ('txn' in event)
    return [
      ...newTxn(state, event.txn),
      ...(event.kind === 'purse-load-sent' ? pendOriginal(state, event.txn) : []),
    ];
  const before = txnOf(state, event.txnId);
  const to = nextState(before.kind, before.state, event.kind);
  // What the card says now is another record, and nothing was ever said against that one.
  const txn = to === before.state ? before : sentAsNew(before);
  const change = (facts: Partial<PurseFacts>, fields: Partial<Txn> = {}): Change[] =>
    txnChange(txn, to, { ...fields, ...withFacts(txn, facts) });
  switch (event.kind) {
    case 'purse-debited':
      return change({ tac: event.tac, mac2: event.mac2 });
    case 'purse-approved':
      return change({}, { receipt: event.receipt });
    case 'purse-suspected':
      return [
        ...lastStan(state, event.placement),
        ...txnChange(untold(txn), to, {
          ...placed(event.placement),
          ...withFacts(untold(txn), {
            tac: event.tac,
            mac2: event.mac2,
            ...firstName(txn, event.placement),
          }),
        }),
      ];
    case 'purse-declined':
      return change({ statusWord: event.statusWord });
    case 'purse-doubted':
      return change({ cause: event.cause });
    case 'purse-recovered': {
      const { tac, mac2, provenBy, placement, receipt } = event;
      return [
        ...lastStan(state, placement),
        ...change(
          { tac, provenBy, ...(mac2 === undefined ? {} : { mac2 }), ...firstName(txn, placement) },
          { receipt, ...placed(placement) },
        ),
        ...givenBack(state, txn),
      ];
    }
    case 'purse-moved-without-tac': {
      const { evidence, placement, receipt } = event;
      return [
        ...lastStan(state, placement),
        ...change(
          { provenBy: 'log', evidence, ...firstName(txn, placement) },
          { receipt, ...placed(placement) },
        ),
        ...givenBack(state, txn),
      ];
    }
    case 'purse-not-debited':
      return change({ evidence: event.evidence });
    case 'purse-unresolved':
      return change({
        unresolvedBecause: event.because,
        ...(event.evidence === undefined ? {} : { evidence: event.evidence }),
      });
    case 'purse-other-tender':
      return change({ otherTender: true });
    case 'purse-load-authorised': {
      const { mac2, date, time, rrn } = event;
      return change({ mac2, date, time }, rrn === undefined ? {} : { rrn });
    }
    case 'purse-credited':
      return [...change({ tac: event.tac }, { receipt: event.receipt }), ...givenBack(state, txn)];
    case 'purse-uncredited':
      return change({ ...event.answer });
    case 'purse-not-credited':
      return [...change({ proof: event.proof }), ...freeOriginal(state, txn)];
    case 'purse-proof-refused':
      return change({});
  }
}

export function withFacts(txn: Txn, facts: Partial<PurseFacts>): Pick<Txn, 'purse'> {
  if (!txn.purse) throw new Error(`${txn.txnId} is not of a purse`);
  return { purse: { ...txn.purse, ...facts } };
}

export function sentAsNew(txn: Txn): Txn {
  const { deliveryFailures: _failures, setAsideBecause: _because, ...rest } = txn;
  return rest;
}

/** The host heard something else of it before. */
function untold(txn: Txn): Txn {
  if (!txn.purse) return txn;
  const { told: _before, ...purse } = txn.purse;
  return { ...txn, purse };
}

/** The host has this record as the state now says it, or will never take it. */
export function toldHost(txn: Txn, event: 'advice-delivered' | 'advice-rejected'): Partial<Txn> {
  if (!txn.purse) return {};
  return withFacts(txn, { told: true, ...(event === 'advice-rejected' ? { recordRefused: true } : {}) });
}

/** Somebody has looked at a record of no payment that the host refused. */
export function lookedAt(txn: Txn): Partial<Txn> {
  if (!txn.purse) return {};
  const { recordRefused: _seen, ...purse } = txn.purse;
  return { purse };
}

/** A record that goes up anew is in the batch that is open now, and owed again. */
export function placed(placement: Placement | undefined): Partial<Txn> {
  return placement === undefined ? {} : { ...placement, settled: false };
}

/** It keeps the name under which it was first made. */
export function firstName(txn: Txn, placement: Placement | undefined): Partial<PurseFacts> {
  if (placement === undefined) return {};
  const { firstBatchNumber, firstStan } = txn.purse ?? {};
  const batchNumber = firstBatchNumber ?? txn.batchNumber;
  const stan = firstStan ?? txn.stan;
  return {
    ...(batchNumber === undefined ? {} : { firstBatchNumber: batchNumber }),
    ...(stan === undefined ? {} : { firstStan: stan }),
  };
}

export function lastStan(state: StateView, placement: Placement | undefined): Change[] {
  if (placement === undefined) return [];
  return [put('terminal', 'terminal', { ...terminalOf(state), lastStan: placement.stan })];
}

/** A load that gives a purse sale back has reached the card. */
function givenBack(state: StateView, txn: Txn): Change[] {
  if (txn.kind !== 'purse-load' || txn.originalTxnId === undefined) return [];
  const { pendingTxnId: _free, ...original } = txnOf(state, txn.originalTxnId);
  return txnChange(original, original.state, {
    refundedMinor: amountMinor(original.refundedMinor + txn.amountMinor),
  });
}

/** Nothing is sent under the keys of its batch any more; what the card still decides goes up under those of that day. */
export function letKeysGo(txn: Txn): Change[] {
  const { keySetId: _done, ...rest } = txn;
  return txnChange(rest, txn.state, { settled: true });
}
