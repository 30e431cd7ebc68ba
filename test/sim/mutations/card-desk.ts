import type { EngineEvent } from '../../../terminal-core/engine/events.ts';
import type { Decide, Mutation } from '../mutation.ts';

/** The terminal makes up the answer to a request of this kind that was lost. */
function madeUp(kind: 'load' | 'card-service'): (real: Decide) => Decide {
  return (real) => (state, input, context) => {
    const decision = real(state, input, context);
    const events = decision.events.map(
      (event): EngineEvent =>
        event.kind === 'outcome-unknown' && state.get('transactions', event.txnId)?.kind === kind
          ? { kind: 'transaction-declined', txnId: event.txnId, responseCode: '98' }
          : event,
    );
    return { ...decision, events };
  };
}

export const loadTakenForDeclined: Mutation = {
  name: 'load-taken-for-declined',
  summary:
    'a load that gets no answer is taken for declined: no confirmation is owed, and the cash goes back',
  decide: madeUp('load'),
};

export const serviceTakenForDeclined: Mutation = {
  name: 'service-taken-for-declined',
  summary: 'a card service that gets no answer is taken for declined, and no reversal is owed',
  decide: madeUp('card-service'),
};
