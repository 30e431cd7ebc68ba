import { amountMinor, sumAmounts, ZERO } from '../domain/money.ts';
import type { BilingualText } from '../domain/text.ts';
import {
  composeReceipt,
  type ReceiptCard,
  type ReceiptHead,
  type ReceiptInput,
  type ReceiptOriginal,
  type ReceiptPurse,
  type ReceiptTender,
} from '../receipts/index.ts';
import { isCash } from './cash.ts';
import type { NewTxn } from './events.ts';
import { splitSaleOf, tendersOf, worthOf } from './split.ts';
import { type BatchTotals, type SettlementOutcome, type StateView, type Txn, terminalOf } from './state.ts';
import { cashTotals } from './totals.ts';

/**
 * The receipt's source text, journalled with the outcome that it proves: a reprint years later, by another version, is
 * the same to the byte.
 */
export function receiptOf(state: StateView, txn: NewTxn | Txn): string {
  return composeReceipt(receiptInput(state, txn), { language: 'both' });
}

/** A notice for the customer that a payment is being undone, or has been: no proof of payment. */
export function reversalNoticeOf(state: StateView, txn: Txn, noticeState: 'owed' | 'done'): string {
  const { amountMinor: amount } = txn;
  return composeReceipt(
    {
      kind: 'reversal-notice',
      ...head(state, txn),
      ...trace(txn),
      amountMinor: amount,
      card: card(txn),
      state: noticeState,
    },
    { language: 'both' },
  );
}

/** What the customer of a refused offline sale still owes, and why. */
export function claimSlipOf(
  state: StateView,
  txn: Txn,
  slip: { readonly operatorCode: string; readonly atMs: number; readonly reason: BilingualText },
): string {
  return composeReceipt(
    {
      kind: 'claim-slip',
      ...head(state, slip),
      ...trace(txn),
      amountMinor: txn.amountMinor,
      card: card(txn),
      original: { atMs: wallClockMs(state, txn) },
      reason: slip.reason,
    },
    { language: 'both' },
  );
}

export function settlementReceiptOf(
  state: StateView,
  settlement: {
    readonly result: SettlementOutcome;
    readonly totals: BatchTotals;
    readonly batchNumber: string;
    readonly atMs: number;
    readonly journalHead: string;
  },
): string {
  const { totals, atMs, ...rest } = settlement;
  const { cashCount, cashMinor, cashBackCount, cashBackMinor } = cashTotals(state);
  const operatorCode = terminalOf(state).operatorCode ?? '';
  return composeReceipt(
    {
      kind: 'settlement',
      ...head(state, { operatorCode, atMs }),
      ...rest,
      ...totals,
      cashCount,
      cashMinor: amountMinor(cashMinor),
      ...(cashBackCount === 0 ? {} : { cashBackCount, cashBackMinor: amountMinor(cashBackMinor) }),
    },
    { language: 'both' },
  );
}

function receiptInput(state: StateView, txn: NewTxn | Txn): ReceiptInput {
  const common = head(state, txn);
  const goods = { lines: txn.lines ?? [], totalMinor: txn.amountMinor, taxMinor: txn.taxMinor ?? ZERO };
  const balance = txn.balanceMinor === undefined ? {} : { balanceMinor: txn.balanceMinor };
  if (txn.tenderId !== undefined) return tenderReceipt(state, txn);
  switch (txn.kind) {
    case 'load':
      return {
        kind: 'load',
        ...common,
        ...trace(txn),
        amountMinor: txn.amountMinor,
        card: card(txn),
        ...balance,
      };
    case 'card-service': {
      const { newMaskedPan, service } = txn;
      if (service === undefined) throw new Error(`${txn.txnId} is no service`);
      return {
        kind: 'card-service',
        service,
        ...common,
        ...trace(txn),
        card: card(txn),
        ...(newMaskedPan === undefined ? {} : { newLast4: newMaskedPan.slice(-4) }),
        ...(service === 'surrender' ? { paidOutMinor: txn.amountMinor } : balance),
      };
    }
    case 'pre-authorisation':
      return {
        kind: 'pre-authorisation',
        ...common,
        ...trace(txn),
        amountMinor: txn.amountMinor,
        card: card(txn),
        ...balance,
      };
    case 'cash-sale': {
      const receivedMinor = txn.receivedMinor ?? txn.amountMinor;
      const changeMinor = amountMinor(receivedMinor - txn.amountMinor);
      return { kind: 'cash-sale', ...common, ...goods, receivedMinor, changeMinor };
    }
    case 'cash-void':
    case 'cash-refund': {
      const sale = txn.originalTxnId === undefined ? undefined : state.get('transactions', txn.originalTxnId);
      const original = sale === undefined ? {} : { atMs: wallClockMs(state, sale) };
      return { kind: txn.kind, ...common, amountMinor: txn.amountMinor, original };
    }
    case 'purchase':
      return { kind: 'purchase', ...common, ...goods, ...trace(txn), card: card(txn), ...balance };
    case 'offline-sale':
      return { kind: 'offline-sale', ...common, ...goods, ...trace(txn), card: card(txn) };
    case 'purse-sale':
      return { kind: 'purse-sale', ...common, ...goods, ...trace(txn), purse: purse(txn) };
    case 'purse-load': {
      const original =
        txn.originalTxnId === undefined ? undefined : state.get('transactions', txn.originalTxnId);
      return {
        kind: 'purse-load',
        ...common,
        ...trace(txn),
        amountMinor: txn.amountMinor,
        purse: purse(txn),
        ...(original ? { original: originalOf(state, original) } : {}),
      };
    }
    case 'void':
    case 'refund':
    case 'completion': {
      const original =
        txn.originalTxnId === undefined ? undefined : state.get('transactions', txn.originalTxnId);
      const about = {
        ...(original?.stan === undefined ? {} : { stan: original.stan }),
        rrn: original?.rrn ?? '',
        ...(original === undefined ? {} : { atMs: wallClockMs(state, original) }),
      };
      const { kind, amountMinor: amount } = txn;
      const of = original?.kind;
      return {
        kind,
        ...(kind === 'void' && (of === 'pre-authorisation' || of === 'completion' || of === 'load')
          ? { of }
          : {}),
        ...common,
        ...trace(txn),
        amountMinor: amount,
        card: card(txn),
        original: about,
        ...balance,
      };
    }
  }
}

/** Of the tender that completes its sale: the receipt of the whole sale. Of any before it: a slip that says what is left. */
function tenderReceipt(state: StateView, txn: NewTxn | Txn): ReceiptInput {
  const sale = splitSaleOf(state, txn.saleId ?? '');
  const before = sale
    ? tendersOf(state, sale).filter((each) => each.txn.txnId !== txn.txnId && worthOf(each).paidMinor > 0)
    : [];
  const totalMinor = txn.saleTotalMinor ?? txn.amountMinor;
  const dueMinor = totalMinor - sumAmounts(before.map((each) => worthOf(each).paidMinor));
  const leftMinor = amountMinor(Math.max(0, dueMinor - txn.amountMinor));
  // One that turns up when the others have paid all is no part of what was bought.
  if (leftMinor > 0 || dueMinor <= 0)
    return { kind: 'tender', ...head(state, txn), tender: receiptTender(txn), totalMinor, leftMinor };
  return {
    kind: 'split-sale',
    ...head(state, txn),
    lines: txn.lines ?? [],
    totalMinor,
    taxMinor: txn.taxMinor ?? ZERO,
    tenders: [...before.map((each) => each.txn), txn].map(receiptTender),
  };
}

function receiptTender(txn: NewTxn | Txn): ReceiptTender {
  const { amountMinor: amount, balanceMinor } = txn;
  if (isCash(txn)) {
    const receivedMinor = txn.receivedMinor ?? amount;
    const changeMinor = amountMinor(receivedMinor - amount);
    return { paidBy: 'cash', amountMinor: amount, receivedMinor, changeMinor };
  }
  return {
    paidBy: txn.kind === 'offline-sale' ? 'card-offline' : 'card',
    amountMinor: amount,
    ...trace(txn),
    card: card(txn),
    ...(balanceMinor === undefined ? {} : { balanceMinor }),
  };
}

export function head(
  state: StateView,
  of: { readonly operatorCode: string; readonly supervisorCode?: string; readonly atMs: number },
): ReceiptHead {
  const terminal = terminalOf(state);
  return {
    merchantNameZh: terminal.merchantNameZh,
    merchantNameEn: terminal.merchantNameEn,
    merchantId: terminal.merchantId,
    terminalId: terminal.terminalId,
    operatorCode: of.operatorCode,
    ...(of.supervisorCode === undefined ? {} : { supervisorCode: of.supervisorCode }),
    atMs: wallClockMs(state, of),
    utcOffsetMinutes: terminal.utcOffsetMinutes,
    ...(terminal.isForTraining ? { isTraining: true } : {}),
  };
}

/** Paper and wire show the host's time, as learnt at sign-on. */
function wallClockMs(state: StateView, of: { readonly atMs: number }): number {
  return of.atMs + terminalOf(state).hostClockOffsetMs;
}

function trace(txn: NewTxn | Txn): { stan: string; batchNumber?: string; rrn?: string; authCode?: string } {
  return {
    stan: txn.stan ?? '',
    ...(txn.batchNumber === undefined ? {} : { batchNumber: txn.batchNumber }),
    ...(txn.rrn === undefined ? {} : { rrn: txn.rrn }),
    ...(txn.authCode === undefined ? {} : { authCode: txn.authCode }),
  };
}

function card(txn: NewTxn | Txn): ReceiptCard {
  return {
    last4: (txn.maskedPan ?? '').slice(-4),
    entryMode: txn.entryMode ?? 'keyed',
    ...(txn.pinUsed === undefined ? {} : { pinUsed: txn.pinUsed }),
  };
}

function purse(txn: NewTxn | Txn): ReceiptPurse {
  const facts = txn.purse;
  if (!facts) throw new Error(`${txn.txnId} is not of a purse`);
  const { terminalNumber, balanceBeforeMinor, counter, tac, terminalSerial } = facts;
  const movedMinor = txn.kind === 'purse-load' ? txn.amountMinor : -txn.amountMinor;
  return {
    last4: facts.applicationSerial.slice(-4),
    terminalNumber,
    balanceBeforeMinor,
    balanceAfterMinor: amountMinor(balanceBeforeMinor + movedMinor),
    counter,
    ...(tac === undefined ? {} : { tac }),
    ...(terminalSerial === undefined ? {} : { terminalSerial }),
  };
}

function originalOf(state: StateView, original: Txn): ReceiptOriginal {
  return {
    ...(original.stan === undefined ? {} : { stan: original.stan }),
    ...(original.rrn === undefined ? {} : { rrn: original.rrn }),
    atMs: wallClockMs(state, original),
  };
}
