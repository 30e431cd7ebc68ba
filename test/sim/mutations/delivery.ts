import type { EngineEvent } from '../../../terminal-core/engine/events.ts';
import type { TerminalDoc } from '../../../terminal-core/engine/state.ts';
import { cup, decode, type IsoMessage } from '../../../terminal-core/iso8583/index.ts';
import type { Mutation } from '../mutation.ts';
import { seenThrough } from './view.ts';

export const uploadRemovesBeforeAnswer: Mutation = {
  name: 'upload-removes-before-answer',
  summary: 'an offline sale is taken off the list when it is sent, and not when the host has acknowledged it',
  decide: (real) => (state, input, context) => {
    const decision = real(state, input, context);
    if (input.kind !== 'deliver' || decision.next.kind !== 'send') return decision;
    if (decision.next.exchange.purpose.kind !== 'advice') return decision;
    const delivered: EngineEvent = { kind: 'advice-delivered', txnId: input.txnId, responseCode: '00' };
    return { ...decision, events: [...decision.events, delivered] };
  },
};

export const settlementNotResumed: Mutation = {
  name: 'settlement-not-resumed',
  summary: 'after a restart the terminal has forgotten that it was settling, and starts over',
  decide: (real) => {
    let isFirst = true;
    let forgotten: string | undefined;
    return (state, input, context) => {
      const { settlement } = state.get('terminal', 'terminal') ?? {};
      if (isFirst) forgotten = settlement?.stan;
      isFirst = false;
      if (settlement === undefined || settlement.stan !== forgotten) return real(state, input, context);
      const amnesiac = seenThrough(state, (collection, doc) => {
        if (collection !== 'terminal') return doc;
        const { settlement: _gone, ...rest } = doc as TerminalDoc;
        // The cast gives back the type that the comparison above has established.
        return rest as typeof doc;
      });
      return real(amnesiac, input, context);
    };
  },
};

export const settlesWithDebts: Mutation = {
  name: 'settles-with-debts',
  summary: 'a batch is settled although the host has not answered everything',
  decide: (real) => (state, input, context) => {
    if (input.kind !== 'settle') return real(state, input, context);
    const open = ['unknown', 'accepted-offline', 'sending'];
    const clean = seenThrough(state, (collection, doc) =>
      collection === 'transactions' && 'state' in doc && open.includes(doc.state) ? undefined : doc,
    );
    return real(clean, input, context);
  },
};

export const macNotChecked: Mutation = {
  name: 'mac-not-checked',
  summary: 'any MAC of an answer is taken for right',
  keys: (real) => ({
    ...real,
    macMatches: () => true,
  }),
};

export const lateAnswerAccepted: Mutation = {
  name: 'late-answer-accepted',
  summary: 'an approval that comes late is believed although the reversal is owed, and ends it',
  exchanger: (real, onStray) => {
    const late = new Map<unknown, IsoMessage>();
    onStray((frame) => {
      const decoded = decode(cup, frame);
      if (decoded.ok && decoded.message.mti === '0210') late.set(decoded.message.fields[11], decoded.message);
    });
    return {
      linkStatus: () => real.linkStatus(),
      async perform(exchange) {
        const outcome = await real.perform(exchange);
        const message = late.get(exchange.message.fields[11]);
        const hasEnded = outcome.kind === 'answered' || exchange.purpose.kind !== 'reversal';
        return hasEnded || !message ? outcome : { kind: 'answered', message };
      },
    };
  },
};

export const diskFullIgnored: Mutation = {
  name: 'disk-full-ignored',
  summary: 'a journal that could not be written is taken for written',
  journal: (real) => ({
    ...real,
    append(entries, changes) {
      const result = real.append(entries, changes);
      const seq = real.nextSeq();
      return result.ok ? result : { ok: true, firstSeq: seq, lastSeq: seq, head: real.head() };
    },
  }),
};

export const cardDataKept: Mutation = {
  name: 'card-data-kept',
  summary: 'card numbers are not erased when their batch is closed',
  journal: (real) => ({ ...real, eraseSecrets: () => 0 }),
};

export const stickTakenForDelivered: Mutation = {
  name: 'stick-taken-for-delivered',
  summary: 'what was written to a stick is taken for delivered, whether the stick arrives or not',
  decide: (real) => (state, input, context) => {
    const decision = real(state, input, context);
    if (input.kind !== 'batch-exported') return decision;
    const written = [...state.live('transactions')].filter((txn) => txn.state === 'accepted-offline');
    const events = written.map(
      ({ txnId }): EngineEvent => ({ kind: 'advice-delivered', txnId, responseCode: '00' }),
    );
    return { ...decision, events: [...decision.events, ...events] };
  },
};
