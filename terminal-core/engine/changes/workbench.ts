import type { Change } from '../../ports/journal.ts';
import { BENCH_EVENTS, type BenchEventKind, type EngineEvent } from '../events.ts';
import { strandedMinor } from '../split.ts';
import type { BenchAction, StateView, Txn } from '../state.ts';
import { nextState } from '../transitions.ts';
import { blockCard, closeClaim } from './blocked-cards.ts';
import { servedCard } from './card-desk.ts';
import { lookedAt, sentAsNew, withFacts } from './purse.ts';
import { freeOriginal, settleOriginal, txnChange, txnOf } from './transactions.ts';

export type BenchEvent = Extract<EngineEvent, { readonly kind: BenchEventKind }>;

const ACTION_OF = Object.fromEntries(
  Object.entries(BENCH_EVENTS).map(([action, kind]) => [kind, action]),
) as Readonly<Record<BenchEventKind, BenchAction>>; // fromEntries forgets the keys of the table that it turns round

/** What a deed at the workbench changes: always the history of the record, and what the action is about. */
export function benchChanges(state: StateView, event: BenchEvent, atMs: number): Change[] {
  const { kind, operatorCode, supervisorCode, note, receipt } = event;
  const before = txnOf(state, event.txnId);
  const txn: Txn = {
    ...before,
    benchSteps: [
      ...(before.benchSteps ?? []),
      {
        action: ACTION_OF[kind],
        atMs,
        operatorCode,
        ...(supervisorCode === undefined ? {} : { supervisorCode }),
        ...(note === undefined ? {} : { note }),
      },
    ],
  };
  const moved = (fields: Partial<Txn>): Change[] =>
    txnChange(txn, nextState(txn.kind, txn.state, kind), fields);
  switch (kind) {
    case 'card-blocked-here':
      return [...txnChange(txn, txn.state, {}), ...blockCard(state, txn)];
    case 'card-unblocked-here':
      return [...txnChange(txn, txn.state, {}), ...closeClaim(state, txn)];
    case 'claim-to-be-collected':
      return txnChange(txn, txn.state, { collectable: true });
    case 'claim-slip-made':
      return txnChange(txn, txn.state, receipt === undefined ? {} : { slip: receipt });
    case 'load-cash-given-back':
      return moved({});
    case 'tender-returned-otherwise':
      // The host has it booked: it stays in the batch and its totals as it is.
      return txnChange(txn, txn.state, { returnedMinor: strandedMinor(state, before) });
    case 'record-checked': {
      if (txn.purse) return txnChange({ ...txn, ...lookedAt(txn) }, txn.state, {});
      const { setAsideBecause: _checked, ...rest } = txn;
      return txnChange(rest, txn.state, {});
    }
    case 'claim-written-off':
      return [...moved({}), ...closeClaim(state, txn)];
    case 'delivery-asked-again':
      if (txn.purse) return txnChange(sentAsNew(txn), nextState(txn.kind, txn.state, kind), {});
      return moved({ deliveryFailures: 0 });
    case 'host-said-stands':
      if (txn.purse) return purseSaid(state, txn, event);
      return [
        ...moved(receipt === undefined ? {} : { receipt }),
        ...settleOriginal(state, txn),
        ...servedCard(state, txn),
      ];
    case 'host-said-undone':
      if (txn.purse) return purseSaid(state, txn, event);
      return [...moved(receipt === undefined ? {} : { receipt }), ...freeOriginal(state, txn)];
  }
}

/** What the acquirer said of a purse's record: the host knows it, whatever it has made of it. */
function purseSaid(state: StateView, txn: Txn, { kind, receipt }: BenchEvent): Change[] {
  const to = nextState(txn.kind, txn.state, kind);
  const told = withFacts(txn, { told: true });
  return [
    ...txnChange(sentAsNew(txn), to, { ...told, ...(receipt === undefined ? {} : { receipt }) }),
    // Of a load that the host never held: what it was to give back is free again.
    ...(txn.state === 'unknown' ? freeOriginal(state, txn) : []),
  ];
}
