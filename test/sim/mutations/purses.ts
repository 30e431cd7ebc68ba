import type { EngineEvent } from '../../../terminal-core/engine/events.ts';
import type { Mutation } from '../mutation.ts';

export const doubtNotPaid: Mutation = {
  name: 'doubt-treated-as-not-paid',
  summary: 'a purse that was pulled away during its debit is taken for one that did not pay',
  decide: (real) => (state, input, context) => {
    const decision = real(state, input, context);
    const events = decision.events.map(
      (event): EngineEvent =>
        event.kind === 'purse-doubted'
          ? { kind: 'purse-declined', txnId: event.txnId, statusWord: '6985' }
          : event,
    );
    const isLoad = decision.events.some(
      (event) =>
        event.kind === 'purse-doubted' && state.get('transactions', event.txnId)?.kind === 'purse-load',
    );
    // A load has no such way: there it would be no defect of this rule but a broken table.
    return isLoad ? decision : { ...decision, events };
  },
};

export const proveWithWrongCounter: Mutation = {
  name: 'prove-with-the-wrong-counter',
  summary: 'PROVE asks for the counter that INITIALIZE gave, which is that of the transaction before',
  decide: (real) => (state, input, context) => {
    const decision = real(state, input, context);
    const { next } = decision;
    if (next.kind !== 'card' || next.order.command.kind !== 'prove') return decision;
    const { command } = next.order;
    const wrong = { ...command, initialisedCounter: command.initialisedCounter - 1 };
    return { ...decision, next: { ...next, order: { ...next.order, command: wrong } } };
  },
};

export const doubtClosedAsNotPaid: Mutation = {
  name: 'doubt-closed-as-not-paid',
  summary:
    'a purse that has not come back when the batch is closed is called not charged, instead of left to the host',
  decide: (real) => (state, input, context) => {
    const decision = real(state, input, context);
    const events = decision.events.map((event): EngineEvent => {
      const txn = event.kind === 'purse-unresolved' ? state.get('transactions', event.txnId) : undefined;
      if (event.kind !== 'purse-unresolved' || txn?.kind !== 'purse-sale' || !txn.purse) return event;
      const { balanceBeforeMinor: balanceMinor, counter } = txn.purse;
      return { kind: 'purse-not-debited', txnId: txn.txnId, evidence: { counter, balanceMinor } };
    });
    return { ...decision, events };
  },
};
