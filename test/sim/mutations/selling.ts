import { amountMinor } from '../../../terminal-core/domain/money.ts';
import type { EngineEvent } from '../../../terminal-core/engine/events.ts';
import { receiptOf } from '../../../terminal-core/engine/receipt-text.ts';
import type { CertificateDoc } from '../../../terminal-core/engine/state.ts';
import type { Mutation } from '../mutation.ts';
import { seenThrough } from './view.ts';

export const doubleKeyCharges: Mutation = {
  name: 'double-key-charges',
  summary: 'the same sale asked for twice is charged twice',
  decide: (real) => (state, input, context) => {
    if (input.kind !== 'pay-cash' && input.kind !== 'pay-card') return real(state, input, context);
    return real(
      seenThrough(state, (collection, doc) => (collection === 'sales' ? undefined : doc)),
      input,
      context,
    );
  },
};

export const capAgainstYesterday: Mutation = {
  name: 'cap-against-yesterday',
  summary: 'offline caps look at what was spent when the certificate came, and not at what was spent since',
  decide: (real) => (state, input, context) => {
    if (input.kind !== 'pay-card') return real(state, input, context);
    const before = seenThrough(state, (collection, doc) => {
      if (collection !== 'certificates') return doc;
      const held = doc as CertificateDoc;
      // The cast gives back the type that the comparison above has established.
      return { ...held, spentMinor: amountMinor(0), spentCount: 0 } as typeof doc;
    });
    return real(before, input, context);
  },
};

export const hotlistIgnored: Mutation = {
  name: 'hotlist-ignored',
  summary: 'cards on the hotlist are taken',
  decide: (real) => (state, input, context) =>
    real(
      seenThrough(state, (collection, doc) => (collection === 'hotlist' ? undefined : doc)),
      input,
      context,
    ),
};

export const refundAboveOriginal: Mutation = {
  name: 'refund-above-original',
  summary: 'a refund is compared with the sale alone, and not with what was refunded of it before',
  decide: (real) => (state, input, context) => {
    if (input.kind !== 'refund') return real(state, input, context);
    const generous = seenThrough(state, (collection, doc) =>
      collection === 'transactions'
        ? ({ ...doc, refundedMinor: 0, amountMinor: 999_999_99 } as typeof doc)
        : doc,
    );
    return real(generous, input, context);
  },
};

export const undoWhileUndoing: Mutation = {
  name: 'undo-while-undoing',
  summary: 'a second void or refund of a sale starts while the first is on its way',
  decide: (real) => (state, input, context) => {
    if (input.kind !== 'void' && input.kind !== 'refund') return real(state, input, context);
    const free = seenThrough(state, (collection, doc) => {
      if (collection !== 'transactions' || !('pendingTxnId' in doc)) return doc;
      const { pendingTxnId: _hidden, ...rest } = doc;
      // The cast gives back the type that the comparison above has established.
      return rest as typeof doc;
    });
    return real(free, input, context);
  },
};

export const receiptBeforeOutcome: Mutation = {
  name: 'receipt-before-outcome',
  summary: 'a payment of unknown outcome gets the receipt of a success',
  decide: (real) => (state, input, context) => {
    const decision = real(state, input, context);
    const events = decision.events.map((event): EngineEvent => {
      const txn = event.kind === 'outcome-unknown' ? state.get('transactions', event.txnId) : undefined;
      if (event.kind !== 'outcome-unknown' || txn?.kind !== 'purchase') return event;
      return { ...event, receipt: receiptOf(state, { ...txn, responseCode: '00' }) };
    });
    // The reversal's answer would put things right: here it leaves the receipt alone.
    return {
      ...decision,
      events: events.map((event) => {
        if (event.kind !== 'reversal-answered') return event;
        return { ...event, receipt: state.get('transactions', event.txnId)?.receipt ?? event.receipt };
      }),
    };
  },
};

export const cardNumberInClear: Mutation = {
  name: 'card-number-in-clear',
  summary: 'the masked card number of a transaction is not masked',
  decide: (real) => (state, input, context) => {
    const decision = real(state, input, context);
    const events = decision.events.map((event) =>
      'secret' in event ? { ...event, txn: { ...event.txn, maskedPan: event.secret.pan } } : event,
    );
    return { ...decision, events };
  },
};
