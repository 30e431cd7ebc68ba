import { isCash } from '../cash.ts';
import type { EngineEvent } from '../events.ts';
import { type Context, type Decision, type Input, type PresentedCard, reply } from '../inputs.ts';
import { cardFromSecret } from '../messages.ts';
import { refusal } from '../refusals.ts';
import { isHeld, openSales, type SplitSaleDoc, splitSaleOf, type TenderTxn, tendersOf } from '../split.ts';
import type { StateView, Txn } from '../state.ts';
import { batchCount } from '../totals.ts';
import { cashBackTxn } from './cash-back.ts';
import { permission, refuse } from './operator.ts';
import {
  BATCH_TRANSACTIONS_MAX,
  sendUndo,
  whyNotNow,
  whyNotTenderRefundable,
  whyNotTenderVoidable,
} from './undo.ts';

/**
 * The customer walks away from a sale that several tenders pay. From this durable step on it takes no tender and its cash
 * is handed back; the cards follow one by one (`undo-tender`), by themselves and over restarts, until nothing of the sale
 * is left. Asked for again, it says how far that is.
 */
export function decideCancelSale(
  state: StateView,
  input: Extract<Input, { kind: 'cancel-sale' }>,
  context: Context,
): Decision {
  const command = input.kind;
  const { saleId, approval } = input;
  const sale = splitSaleOf(state, saleId);
  if (!sale) return refuse(state, { command, rule: 'no-such-sale' });
  const said = reply({ kind: 'sale', saleId });
  if (sale.split.state === 'cancelling' || sale.split.state === 'cancelled') return said;
  const tenders = tendersOf(state, sale);
  const txns = tenders.map(({ txn }) => txn);
  // A claim that is being collected may be paid at this moment: what becomes of that comes first.
  if (txns.some((txn) => txn.state === 'sending' || isBeingCollected(txn)))
    return refuse(state, { command, rule: 'sale-in-progress' });
  const paid = tenders.filter(isHeld).map(({ txn }) => txn);
  // Cash is taken for a sale while a batch is being settled, too: that this batch is closed by now changes nothing for it.
  const isSettled = (txn: Txn): boolean => txn.settled && !(sale.split.state === 'open' && isCash(txn));
  if (paid.some((txn) => isSettled(txn) || txn.refundedMinor > 0 || txn.state === 'collected'))
    return refuse(state, { command, rule: 'sale-settled' });
  // Money that was taken is given back as by a void; where none was, there is nothing to approve.
  const may = permission(state, { action: paid.length === 0 ? 'sell' : 'void', approval }, context);
  if (may.kind === 'refused') return refuse(state, { command, ...may });
  const { operatorCode, supervisorCode } = may;
  const by = { operatorCode, ...(supervisorCode === undefined ? {} : { supervisorCode }) };
  const cashBack = paid.filter(isCash).map((original, offset): EngineEvent => {
    const { amountMinor } = original;
    const undo = { command: 'void', original, amountMinor, offset, ...by } as const;
    return { kind: 'cash-handed-back', txn: cashBackTxn(state, undo, context) };
  });
  return { ...said, events: [...may.events, { kind: 'sale-cancelling', saleId, ...by }, ...cashBack] };
}

/** The tenders of a sale that is being cancelled that are still to be undone and can be, without a person. */
export function tendersToUndo(state: StateView, sale: SplitSaleDoc): TenderTxn[] {
  if (sale.split.state !== 'cancelling') return [];
  const all = tendersOf(state, sale).filter(
    (each) => each.tender.undoDeclined === undefined && howToUndo(state, each) !== undefined,
  );
  // What the host puts off holds up none of the others.
  return [...all].sort(
    (a, b) => Number(a.tender.undoPutOff !== undefined) - Number(b.tender.undoPutOff !== undefined),
  );
}

/** The sales whose cancelling can go on by itself. */
export function salesToUndo(state: StateView): SplitSaleDoc[] {
  return openSales(state).filter((sale) => tendersToUndo(state, sale).length > 0);
}

function isBeingCollected(txn: Txn): boolean {
  return txn.state === 'rejected' && txn.pendingTxnId !== undefined;
}

type Undo = 'void' | 'refund' | 'drop-claim';

/** An offline tender is delivered first; what is on its way is waited for. */
function howToUndo(state: StateView, each: TenderTxn): Undo | undefined {
  const { txn } = each;
  if (!isHeld(each)) return undefined;
  if (txn.state === 'rejected') return isBeingCollected(txn) ? undefined : 'drop-claim';
  if (whyNotTenderVoidable(state, txn) === undefined) return 'void';
  return whyNotTenderRefundable(txn) === undefined ? 'refund' : undefined;
}

/**
 * Undoes the next tender of a sale that is being cancelled: by void, or by refund where its batch was settled after the
 * host declined the void. The card need not be there while its sealed number is.
 */
export function decideUndoTender(
  state: StateView,
  input: Extract<Input, { kind: 'undo-tender' }>,
  context: Context,
): Decision {
  const { saleId, presented, pin } = input;
  const sale = splitSaleOf(state, saleId);
  if (!sale) return reply(refusal('no-such-sale'));
  const next = nextTender(state, sale, presented);
  if (next === undefined) return reply({ kind: 'sale', saleId });
  if (next === 'different-card') return reply(refusal('different-card'));
  const { txn: original, how } = next;
  if (how === 'drop-claim') {
    const { txnId } = original;
    return reply({ kind: 'transaction', txnId }, [{ kind: 'claim-dropped', txnId }]);
  }
  const card = presented ?? sealedCard(original, context);
  if (!card) return reply(refusal('card-needed'));
  const rule = whyNotNow(state, { original, presented: card }, context);
  // Not journalled: it is tried again and again by itself.
  if (rule) return reply(refusal(rule));
  const { operatorCode, supervisorCode } = sale.split.cancelledBy ?? { operatorCode: original.operatorCode };
  return sendUndo(
    state,
    {
      command: how,
      original,
      amountMinor: original.amountMinor,
      presented: card,
      operatorCode,
      ...(supervisorCode === undefined ? {} : { supervisorCode }),
      ...(pin ? { pin } : {}),
    },
    context,
  );
}

/** With a card in hand: the tender that it paid, also one that the host declined to undo without it. */
function nextTender(
  state: StateView,
  sale: SplitSaleDoc,
  presented: PresentedCard | undefined,
): { readonly txn: Txn; readonly how: Undo } | 'different-card' | undefined {
  if (sale.split.state !== 'cancelling') return undefined;
  const all = presented
    ? tendersOf(state, sale).filter(({ txn }) => txn.panHash === presented.panHash)
    : tendersToUndo(state, sale);
  if (presented && all.length === 0) return 'different-card';
  for (const each of all) {
    const how = howToUndo(state, each);
    if (how !== undefined) return { txn: each.txn, how };
  }
  return undefined;
}

/** The card that paid, by its sealed number; undefined when that is gone. */
export function sealedCard(txn: Txn, context: Context): PresentedCard | undefined {
  const secret = txn.secretSeq === undefined ? undefined : context.openSecret(txn.secretSeq);
  if (!secret || txn.panHash === undefined) return undefined;
  return { card: cardFromSecret(secret, txn), panHash: txn.panHash };
}

/**
 * Money whose sale may yet be finished or cancelled belongs into this batch, and so does what undoes it, unless the host
 * puts that off: it is a refund after the settlement then.
 */
export function keepsFromSettling(state: StateView, sale: SplitSaleDoc): boolean {
  if (sale.split.state === 'open') return true;
  // Not one void more fits into this batch.
  if (batchCount(state) >= BATCH_TRANSACTIONS_MAX) return false;
  return tendersToUndo(state, sale).some(({ tender }) => tender.undoPutOff === undefined);
}
