import type { EngineEvent } from '../../../terminal-core/engine/events.ts';
import { evolve } from '../../../terminal-core/engine/evolve.ts';
import { reply } from '../../../terminal-core/engine/inputs.ts';
import { DraftState } from '../../../terminal-core/engine/memory-state.ts';
import { reversalNoticeOf } from '../../../terminal-core/engine/receipt-text.ts';
import type { Mutation } from '../mutation.ts';

export const noReversalAfterTimeout: Mutation = {
  name: 'no-reversal-after-timeout',
  summary: 'a payment that gets no answer is taken for declined, and no reversal is owed',
  decide: (real) => (state, input, context) => {
    const decision = real(state, input, context);
    if (input.kind !== 'exchange-ended' || input.outcome.kind !== 'no-answer') return decision;
    const events = decision.events.map(
      (event): EngineEvent =>
        event.kind === 'outcome-unknown' && state.get('transactions', event.txnId)?.kind !== 'refund'
          ? { kind: 'transaction-declined', txnId: event.txnId, responseCode: '98' }
          : event,
    );
    return { ...decision, events };
  },
};

export const reversalSentOnce: Mutation = {
  name: 'reversal-sent-once',
  summary: 'a reversal is taken off the list when it is sent, answered or not',
  decide: (real) => (state, input, context) => {
    const decision = real(state, input, context);
    if (input.kind !== 'exchange-ended' || input.exchange.purpose.kind !== 'reversal') return decision;
    const txn = state.get('transactions', input.exchange.purpose.txnId);
    if (txn?.state !== 'unknown' || input.outcome.kind === 'answered') return decision;
    const { txnId } = txn;
    const receipt = reversalNoticeOf(state, txn, 'done');
    return reply({ kind: 'transaction', txnId }, [
      { kind: 'reversal-answered', txnId, responseCode: '00', receipt },
    ]);
  },
};

export const noRecovery: Mutation = {
  name: 'no-recovery-after-crash',
  summary: 'a start leaves what was under way at a crash as it is',
  decide: (real) => (state, input, context) =>
    input.kind === 'recover' ? reply({ kind: 'done' }) : real(state, input, context),
};

export const repeatWithNewTrace: Mutation = {
  name: 'repeat-with-new-trace',
  summary: 'what is delivered again goes out under a new trace number',
  decide: (real) => {
    let made = 500_000;
    return (state, input, context) => {
      const decision = real(state, input, context);
      if (input.kind !== 'deliver' || decision.next.kind !== 'send') return decision;
      made += 1;
      const { exchange } = decision.next;
      const message = { ...exchange.message, fields: { ...exchange.message.fields, 11: String(made) } };
      return { ...decision, next: { kind: 'send', exchange: { ...exchange, message } } };
    };
  },
};

export const journalAfterSend: Mutation = {
  name: 'journal-after-send',
  summary: 'a request is journalled together with its outcome, and not before its bytes leave',
  decide: (real) => {
    const heldBack = new Map<string, readonly EngineEvent[]>();
    return (state, input, context) => {
      if (input.kind === 'exchange-ended' && input.exchange.purpose.kind === 'request') {
        const { txnId } = input.exchange.purpose;
        const before = heldBack.get(txnId) ?? [];
        heldBack.delete(txnId);
        const draft = new DraftState(state);
        for (const event of before)
          draft.changes.push(...evolve(draft, { seq: 1, atMs: context.nowMs, event }));
        const decision = real(draft, input, context);
        return { ...decision, events: [...before, ...decision.events] };
      }
      const decision = real(state, input, context);
      if (decision.next.kind !== 'send' || decision.next.exchange.purpose.kind !== 'request') return decision;
      heldBack.set(decision.next.exchange.purpose.txnId, decision.events);
      return { ...decision, events: [] };
    };
  },
};
