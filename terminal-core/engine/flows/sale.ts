import { nextStan } from '../../domain/identifiers.ts';
import type { NewTxn } from '../events.ts';
import {
  type Context,
  type Decision,
  type Input,
  type PricedBasket,
  reply,
  send,
  type TenderAsked,
} from '../inputs.ts';
import { transactionMessage } from '../messages.ts';
import { refusingOfflineRule, whyNotThisCard } from '../offline-rules.ts';
import { isUnderWay, reversalsOwed } from '../owed.ts';
import { receiptOf } from '../receipt-text.ts';
import { refusal } from '../refusals.ts';
import { parametersOf, type StateView, type TxnKind, terminalOf } from '../state.ts';
import { batchCount } from '../totals.ts';
import { basketFields, cardFields, newTxn, secretOf, unprintedFields } from './new-txn.ts';
import { permission, refuse } from './operator.ts';
import { earlierTender, whyNotTender } from './split-sale.ts';

/** DE48 counts debits and credits with three digits each: sales leave room for the voids of all that follows. */
export const BATCH_SALES_MAX = 900;

export function decidePayCash(
  state: StateView,
  input: Extract<Input, { kind: 'pay-cash' }>,
  context: Context,
): Decision {
  const { basket, receivedMinor, tender } = input;
  const before = earlierOutcome(state, basket, tender);
  if (before) return before;
  const may = permission(state, { action: 'sell' }, context);
  if (may.kind === 'refused') return refuse(state, { command: input.kind, ...may });
  const amountMinor = tender?.amountMinor ?? basket.totalMinor;
  if (amountMinor === 0) return refuse(state, { command: input.kind, rule: 'amount-zero' });
  const rule = tender && whyNotTender(state, basket, tender);
  if (rule) return refuse(state, { command: input.kind, rule });
  if (receivedMinor < amountMinor) return refuse(state, { command: input.kind, rule: 'cash-too-little' });
  const { batchNumber } = terminalOf(state);
  const draft: NewTxn = {
    ...newTxn(
      state,
      {
        kind: 'cash-sale',
        state: 'approved',
        amountMinor,
        operatorCode: may.operatorCode,
      },
      context,
    ),
    ...basketFields(basket, tender),
    ...unprintedFields(state, context, tender),
    receivedMinor,
    ...(batchNumber === undefined ? {} : { batchNumber }),
  };
  const txn: NewTxn = { ...draft, receipt: receiptOf(state, draft) };
  return reply({ kind: 'transaction', txnId: txn.txnId }, [{ kind: 'cash-sale-completed', txn }]);
}

export function decidePayCard(
  state: StateView,
  input: Extract<Input, { kind: 'pay-card' }>,
  context: Context,
): Decision {
  const { basket, presented, pin, tender } = input;
  const before = earlierOutcome(state, basket, tender);
  if (before) return before;
  const may = permission(state, { action: 'sell' }, context);
  if (may.kind === 'refused') return refuse(state, { command: input.kind, ...may });
  const terminal = terminalOf(state);
  const amountMinor = tender?.amountMinor ?? basket.totalMinor;
  if (amountMinor === 0) return refuse(state, { command: input.kind, rule: 'amount-zero' });
  const rule = tender && whyNotTender(state, basket, tender);
  if (rule) return refuse(state, { command: input.kind, rule });
  if (terminal.settlement) return refuse(state, { command: input.kind, rule: 'settling' });
  const cardRule = whyNotThisCard(state, presented.panHash);
  if (cardRule) return refuse(state, { command: input.kind, rule: cardRule });
  if (terminal.batchNumber === undefined || terminal.keySetId === undefined) {
    return refuse(state, { command: input.kind, rule: 'not-signed-on' });
  }
  if (batchCount(state) >= BATCH_SALES_MAX) {
    return refuse(state, { command: input.kind, rule: 'batch-full' });
  }
  // Reversals owed go before the next online transaction; while one cannot, the host is as good as not there.
  const online = context.linkUp && !terminal.signOnNeeded && reversalsOwed(state) === 0;
  if (!online) return acceptOffline(state, { ...input, operatorCode: may.operatorCode }, context);
  if (amountMinor >= parametersOf(state).pinRequiredFromMinor && !pin) return reply({ kind: 'pin-required' });
  const txn: NewTxn = {
    ...newTxn(
      state,
      { kind: 'purchase', state: 'sending', amountMinor, operatorCode: may.operatorCode },
      context,
    ),
    ...basketFields(basket, tender),
    ...unprintedFields(state, context, tender),
    ...cardFields(presented),
    stan: nextStan(terminal.lastStan),
    batchNumber: terminal.batchNumber,
    keySetId: terminal.keySetId,
    pinUsed: pin !== undefined,
  };
  return send(
    {
      purpose: {
        kind: 'request',
        txnId: txn.txnId,
        retry: { basket, presented, ...(tender ? { tender } : {}) },
      },
      message: transactionMessage(terminal, txn, { card: presented.card, ...(pin ? { pin } : {}) }),
      macKeySetId: terminal.keySetId,
    },
    [{ kind: 'transaction-sent', txn, secret: secretOf(presented) }],
  );
}

/**
 * Tier 2 (docs/domain.md 4): accepted against the card's balance certificate when no rule refuses. The one durable step holds the
 * sale, what it spends of the certificate and the receipt's text: after it the goods may go.
 */
export function acceptOffline(
  state: StateView,
  sale: Pick<Extract<Input, { kind: 'pay-card' }>, 'basket' | 'presented' | 'tender'> & {
    readonly operatorCode: string;
  },
  context: Context,
): Decision {
  const { basket, presented, operatorCode, tender } = sale;
  const amountMinor = tender?.amountMinor ?? basket.totalMinor;
  const terminal = terminalOf(state);
  const held = state.get('certificates', presented.panHash);
  const rule = refusingOfflineRule(state, {
    panHash: presented.panHash,
    amountMinor,
    nowMs: context.nowMs,
  });
  if (rule !== undefined) return refuse(state, { command: 'pay-card', rule });
  if (!held || terminal.batchNumber === undefined || terminal.keySetId === undefined) {
    return refuse(state, { command: 'pay-card', rule: 'not-signed-on' });
  }
  const draft: NewTxn = {
    ...newTxn(state, { kind: 'offline-sale', state: 'accepted-offline', amountMinor, operatorCode }, context),
    ...basketFields(basket, tender),
    ...unprintedFields(state, context, tender),
    ...cardFields(presented),
    stan: nextStan(terminal.lastStan),
    batchNumber: terminal.batchNumber,
    keySetId: terminal.keySetId,
    certificateBase64: held.certificateBase64,
  };
  const txn: NewTxn = { ...draft, receipt: receiptOf(state, draft) };
  return reply({ kind: 'transaction', txnId: txn.txnId }, [
    { kind: 'offline-sale-accepted', txn, secret: secretOf(presented) },
  ]);
}

/**
 * A key pressed twice, or a screen that asks again after a lost connection: the same `saleId` gets the outcome it has, and
 * is never charged a second time.
 */
export function earlierOutcome(
  state: StateView,
  asked: Pick<PricedBasket, 'saleId' | 'totalMinor'> & { readonly of?: NoPayment },
  tender?: TenderAsked,
): Decision | undefined {
  if (tender) return earlierTender(state, asked, tender);
  const sale = state.get('sales', asked.saleId);
  // One payment must not pass for all of them.
  if (sale?.split) return reply(refusal('sale-differs'));
  const txn = sale && state.get('transactions', sale.txnId);
  if (!txn) return undefined;
  // An amount that is only held, or was put on a card, must never pass for one that was paid.
  const sameThing = noPayment(txn.kind) === asked.of;
  if (!sameThing || sale.amountMinor !== asked.totalMinor) return reply(refusal('sale-differs'));
  if (isUnderWay(txn)) return reply(refusal('sale-in-progress'));
  if (txn.state === 'voided') return reply(refusal('sale-voided'));
  return reply({ kind: 'transaction', txnId: txn.txnId });
}

/** What has a `saleId` and is no payment. */
export type NoPayment = 'pre-authorisation' | 'purse-load';

export function noPayment(kind: TxnKind): NoPayment | undefined {
  return kind === 'pre-authorisation' || kind === 'purse-load' ? kind : undefined;
}
