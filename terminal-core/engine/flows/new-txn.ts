import { localTime } from '../../domain/local-time.ts';
import { type AmountMinor, ZERO } from '../../domain/money.ts';
import type { NewTxn } from '../events.ts';
import type { Context, PresentedCard, PricedBasket, TenderAsked } from '../inputs.ts';
import { parametersOf, type StateView, type TxnKind, type TxnState, terminalOf } from '../state.ts';
import { openShift } from '../takings.ts';

/** The fields that every new transaction starts with. Its id counts up with the terminal's transactions. */
export function newTxn(
  state: StateView,
  start: {
    readonly kind: TxnKind;
    readonly state: TxnState;
    readonly amountMinor: AmountMinor;
    readonly operatorCode: string;
    /** Where the second transaction of one step must not take the id of the first. */
    readonly offset?: number;
  },
  context: Context,
): NewTxn {
  const terminal = terminalOf(state);
  // What goes on the wire and on paper is the host's time, as learnt at sign-on.
  const { date, time } = localTime(context.nowMs + terminal.hostClockOffsetMs, terminal.utcOffsetMinutes);
  const shift = openShift(state);
  const number = terminal.txnCount + 1 + (start.offset ?? 0);
  return {
    txnId: txnIdOf(terminal.terminalId, number),
    kind: start.kind,
    state: start.state,
    amountMinor: start.amountMinor,
    atMs: context.nowMs,
    date,
    time,
    operatorCode: start.operatorCode,
    ...(shift ? { shiftNumber: shift.shiftNumber } : {}),
    refundedMinor: ZERO,
    settled: false,
  };
}

/** @param number 1 for the terminal's first. */
export function txnIdOf(terminalId: string, number: number): string {
  return `${terminalId}-${String(number).padStart(8, '0')}`;
}

export function basketFields(
  basket: PricedBasket,
  tender?: TenderAsked,
): Pick<NewTxn, 'saleId' | 'lines' | 'taxMinor' | 'tenderId' | 'saleTotalMinor'> {
  return {
    saleId: basket.saleId,
    lines: basket.lines,
    taxMinor: basket.taxMinor,
    ...(tender ? { tenderId: tender.tenderId, saleTotalMinor: basket.totalMinor } : {}),
  };
}

/**
 * Whether the sale is undone when its receipt does not come out is decided when it is begun, and goes with it: a parameter
 * that changes meanwhile must not make a guess of what a crash left. One of several tenders stands: its sale is cancelled as
 * a whole, by a person.
 */
export function unprintedFields(
  state: StateView,
  context: Context,
  tender?: TenderAsked,
): Pick<NewTxn, 'undoIfUnprinted'> {
  const isUndone = parametersOf(state).unprintedSaleReverse !== 0 && context.hasPrinter === true && !tender;
  return isUndone ? { undoIfUnprinted: true } : {};
}

export function cardFields(presented: PresentedCard): Pick<NewTxn, 'maskedPan' | 'panHash' | 'entryMode'> {
  return {
    maskedPan: presented.card.pan.masked(),
    panHash: presented.panHash,
    entryMode: presented.card.entryMode,
  };
}

export function secretOf(presented: PresentedCard): { readonly pan: string; readonly expiry?: string } {
  const { pan, expiry } = presented.card;
  return { pan: pan.reveal(), ...(expiry === undefined ? {} : { expiry }) };
}
