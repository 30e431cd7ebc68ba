import { type Rrn, rrn as toRrn } from '../../domain/identifiers.ts';
import { type AmountMinor, amountMinor } from '../../domain/money.ts';
import { type IsoMessage, responseCode } from '../../iso8583/index.ts';
import type { EngineEvent } from '../events.ts';
import type { Exchange, ExchangeOutcome } from '../exchange.ts';
import { type Context, type Decision, type Reply, reply } from '../inputs.ts';
import { takesPart } from '../messages.ts';
import { owedFor } from '../owed.ts';
import { receiptOf, reversalNoticeOf } from '../receipt-text.ts';
import { type DeliveryFault, type ReversalReason, type StateView, type Txn, terminalOf } from '../state.ts';
import { PIN_WRONG } from './earlier-undo.ts';
import { refuse } from './operator.ts';
import { acceptOffline } from './sale.ts';

/** 94, duplicate: the host has this advice already (docs/protocol.md: 00 or 94 = delivered). */
const ALREADY_DELIVERED = '94';

/** 10: a part of the amount is approved, for a terminal that said it can take one. */
const PARTIALLY_APPROVED = '10';

/** 12: the host has settled the original, or has another under its number. The money may be with the merchant. */
const REVERSAL_REFUSED = '12';

type Purpose<K extends Exchange['purpose']['kind']> = Extract<Exchange['purpose'], { kind: K }>;

type RequestPurpose = Purpose<'request'> | Purpose<'refund-repeat'> | Purpose<'load-confirm'>;

/** What became of a request that was sent, or of what was sent for a refund or load whose answer was lost. */
export function decideRequestEnded(
  state: StateView,
  ended: {
    readonly purpose: RequestPurpose;
    readonly outcome: ExchangeOutcome;
  },
  context: Context,
): Decision {
  const { purpose, outcome } = ended;
  const { txnId } = purpose;
  const txn = txnOf(state, txnId);
  // Two deliveries of one thing may cross; the first answer has settled it.
  if (purpose.kind !== 'request' && owedFor(txn) === undefined) return reply({ kind: 'transaction', txnId });
  // Decided already, by a start or a disk that came back in between: the answer is late and undoes nothing.
  if (purpose.kind === 'request' && txn.state !== 'sending') return reply({ kind: 'transaction', txnId });
  switch (outcome.kind) {
    case 'cannot-be-made':
    case 'not-sent': {
      // A repeat that could not go is simply still owed.
      if (purpose.kind !== 'request') return reply(stillOwed(txnId, outcome));
      const event: EngineEvent = { kind: 'transaction-not-sent', txnId };
      if (!purpose.retry)
        return refuse(state, { command: txn.kind, rule: 'link-lost-before-send', events: [event] });
      const offline = acceptOffline(state, { ...purpose.retry, operatorCode: txn.operatorCode }, context);
      return { ...offline, events: [event, ...offline.events] };
    }
    case 'answered':
      return decideAnswer(state, { txn, purpose, outcome });
    case 'wrong-mac':
      return becomeUnknown(state, txn, { reason: 'A0', cause: outcome.fault, outcome });
    case 'unreadable':
    case 'keys-refused':
      return becomeUnknown(state, txn, { reason: '06', cause: outcome.kind, outcome });
    case 'no-answer':
      return becomeUnknown(state, txn, { reason: '98', cause: outcome.cause, outcome });
  }
}

function becomeUnknown(
  state: StateView,
  txn: Txn,
  why: { readonly reason: ReversalReason; readonly cause: string; readonly outcome: ExchangeOutcome },
): Decision {
  const { txnId } = txn;
  const asked = signOnAsked(state, saidBy(why.outcome));
  // A repeat that failed leaves what is owed as it is.
  if (txn.state === 'unknown') return reply(stillOwed(txnId, why.outcome), asked);
  return reply({ kind: 'transaction', txnId }, [outcomeUnknown(state, txn, why), ...asked]);
}

function decideAnswer(
  state: StateView,
  answer: {
    readonly txn: Txn;
    readonly purpose: RequestPurpose;
    readonly outcome: Extract<ExchangeOutcome, { kind: 'answered' }>;
  },
): Decision {
  const { txn, outcome } = answer;
  const { txnId } = txn;
  const code = textField(outcome.message, 39) ?? '';
  const { category } = responseCode(code);
  const repeatDelivered = txn.state === 'unknown' && code === ALREADY_DELIVERED;
  const approvedMinor = code === PARTIALLY_APPROVED ? approvedPart(txn, outcome.message) : undefined;
  const isApproved = category === 'accept' && (code !== PARTIALLY_APPROVED || approvedMinor !== undefined);
  if (isApproved || repeatDelivered) {
    const facts = { ...approvalFacts(outcome.message), ...(approvedMinor ? { approvedMinor } : {}) };
    const receipt = receiptOf(state, {
      ...txn,
      ...facts,
      amountMinor: approvedMinor ?? txn.amountMinor,
      responseCode: code,
    });
    return reply({ kind: 'transaction', txnId }, [
      {
        kind: 'transaction-approved',
        txnId,
        responseCode: code,
        ...facts,
        ...(outcome.certificate ? { certificate: outcome.certificate } : {}),
        receipt,
      },
    ]);
  }
  // 98: the issuer did not answer the acquirer; 10: a partial approval that this terminal did not offer to take. In both
  // the money may have moved. A refund that the host cannot take now is repeated.
  const moneyMayHaveMoved = code === '98' || code === PARTIALLY_APPROVED;
  // "Not now" to a repeat or a confirmation says nothing of the first time.
  const comesAgain = (txn.kind === 'refund' || txn.state === 'unknown') && mayComeAgain(code);
  if (moneyMayHaveMoved || comesAgain) {
    return becomeUnknown(state, txn, {
      reason: code === '98' ? '98' : '06',
      cause: `answered ${code}`,
      outcome,
    });
  }
  // The customer may enter the PIN and it is asked for again, under the same id.
  const hasOwnId = txn.undoId !== undefined || txn.refundId !== undefined;
  const pinMissing = hasOwnId && code === PIN_WRONG && txn.pinUsed !== true;
  return reply(pinMissing ? { kind: 'pin-required' } : { kind: 'transaction', txnId }, [
    { kind: 'transaction-declined', txnId, responseCode: code },
    ...undoRefused(state, txn, code),
    ...signOnAsked(state, code),
  ]);
}

/** What was to undo a sale without a receipt is refused for good: that sale stands. */
function undoRefused(state: StateView, undo: Txn, code: string): EngineEvent[] {
  const original = undo.originalTxnId === undefined ? undefined : txnOf(state, undo.originalTxnId);
  if (original?.unprintedUndo !== 'under-way' || mayComeAgain(code)) return [];
  return [{ kind: 'sale-undo-ended', txnId: original.txnId, because: code }];
}

/** The part that was approved: more than nothing and less than all, of a request that said it can take one. */
function approvedPart(txn: Txn, message: IsoMessage): AmountMinor | undefined {
  const part = Number(/^\d{12}$/.exec(textField(message, 4) ?? '')?.[0] ?? 0);
  return takesPart(txn) && part > 0 && part < txn.amountMinor ? amountMinor(part) : undefined;
}

/** What became of a reversal. Only an answer that settles the matter takes it off the list. */
export function decideReversalEnded(
  state: StateView,
  ended: { readonly txnId: string; readonly outcome: ExchangeOutcome },
): Decision {
  const { txnId, outcome } = ended;
  if (owedFor(txnOf(state, txnId)) !== 'reversal') return reply({ kind: 'transaction', txnId });
  const code = saidBy(outcome);
  if (outcome.kind === 'answered' && code === REVERSAL_REFUSED && txnOf(state, txnId).kind === 'purse-load') {
    return reply({ kind: 'transaction', txnId }, [
      { kind: 'purse-proof-refused', txnId, responseCode: code },
    ]);
  }
  if (outcome.kind === 'answered' && code === REVERSAL_REFUSED) {
    return reply({ kind: 'transaction', txnId }, [{ kind: 'reversal-refused', txnId, responseCode: code }]);
  }
  if (outcome.kind !== 'answered' || code === undefined || !endsReversal(code)) {
    return reply(stillOwed(txnId, outcome), signOnAsked(state, code));
  }
  return reply({ kind: 'transaction', txnId }, [
    {
      kind: 'reversal-answered',
      txnId,
      responseCode: code,
      receipt: reversalNoticeOf(state, txnOf(state, txnId), 'done'),
    },
  ]);
}

/**
 * 25: the host has no such original, and declines it if it still comes; 94: it has the reversal already. Anything else
 * but REVERSAL_REFUSED says that the host did not look at it: it comes again.
 */
function endsReversal(code: string): boolean {
  return responseCode(code).category === 'accept' || code === '25' || code === ALREADY_DELIVERED;
}

/** What became of the advice of an offline sale. */
export function decideAdviceEnded(
  state: StateView,
  ended: {
    readonly txnId: string;
    readonly outcome: ExchangeOutcome;
    /** Of the advice that was answered. */
    readonly stan?: string;
  },
): Decision {
  const { txnId, outcome, stan } = ended;
  const txn = txnOf(state, txnId);
  // A purse's record that was decided anew meanwhile goes up under another number: this answer is to what it was before.
  if (stan !== undefined && txn.stan !== stan) return reply({ kind: 'transaction', txnId });
  if (owedFor(txn) !== 'advice') return reply({ kind: 'transaction', txnId });
  const code = saidBy(outcome);
  if (
    outcome.kind !== 'answered' ||
    code === undefined ||
    (mayComeAgain(code) && code !== ALREADY_DELIVERED)
  ) {
    return reply(stillOwed(txnId, outcome), signOnAsked(state, code));
  }
  if (responseCode(code).category === 'accept' || code === ALREADY_DELIVERED) {
    const facts = approvalFacts(outcome.message);
    return reply({ kind: 'transaction', txnId }, [
      {
        kind: 'advice-delivered',
        txnId,
        responseCode: code,
        ...(facts.rrn === undefined ? {} : { rrn: facts.rrn }),
      },
    ]);
  }
  return reply({ kind: 'transaction', txnId }, [{ kind: 'advice-rejected', txnId, responseCode: code }]);
}

/** Codes by which the host refuses the moment and not the record. */
export function mayComeAgain(code: string): boolean {
  const { category } = responseCode(code);
  return (
    category === 'try-later' || category === 'sign-on-again' || category === 'issuer-timeout' || code === '97'
  );
}

/** The event that makes the terminal fetch new working keys, once, when the host's answer asks for it. */
export function signOnAsked(state: StateView, code: string | undefined): EngineEvent[] {
  if (code === undefined || terminalOf(state).signOnNeeded) return [];
  return responseCode(code).category === 'sign-on-again'
    ? [{ kind: 'sign-on-asked', responseCode: code }]
    : [];
}

export function saidBy(outcome: ExchangeOutcome): string | undefined {
  if (outcome.kind === 'answered') return textField(outcome.message, 39);
  return outcome.kind === 'wrong-mac' ? outcome.hostSaid : undefined;
}

export function stillOwed(txnId: string, outcome: ExchangeOutcome): Reply {
  const hostSaid = saidBy(outcome);
  const fault = faultOf(outcome);
  return {
    kind: 'still-owed',
    txnId,
    ...(hostSaid === undefined ? {} : { hostSaid }),
    ...(fault === undefined ? {} : { fault }),
  };
}

/** What a failed try says against the record. A cut line says nothing; how often "not now" counts is the caller's to say. */
function faultOf(outcome: ExchangeOutcome): DeliveryFault | undefined {
  switch (outcome.kind) {
    case 'not-sent':
      return undefined;
    case 'answered':
      return 'not-settled';
    case 'cannot-be-made':
      return 'cannot-be-made';
    case 'wrong-mac':
    case 'unreadable':
    case 'keys-refused':
    case 'no-answer':
      return 'not-answered';
  }
}

export function approvalFacts(message: IsoMessage): {
  readonly rrn?: Rrn;
  readonly authCode?: string;
  readonly balanceMinor?: Txn['amountMinor'];
} {
  const reference = textField(message, 37);
  const authCode = textField(message, 38);
  const balance = /^(?:.{7})C(\d{12})/.exec(textField(message, 54) ?? '')?.[1];
  return {
    ...(reference === undefined || !/^[\x20-\x7e]{12}$/.test(reference) ? {} : { rrn: toRrn(reference) }),
    ...(authCode === undefined || !/^[\x20-\x7e]{6}$/.test(authCode) ? {} : { authCode }),
    ...(balance === undefined ? {} : { balanceMinor: amountMinor(Number(balance)) }),
  };
}

/** A refund of unknown outcome is repeated, a load confirmed, and neither proves anything yet; a payment gets a notice that it is being undone. */
export function outcomeUnknown(
  state: StateView,
  txn: Txn,
  why: { readonly reason: ReversalReason; readonly cause: string },
): EngineEvent {
  const { reason, cause } = why;
  const receipt =
    txn.kind === 'refund' || txn.kind === 'purse-load' || txn.kind === 'load' || txn.kind === 'card-service'
      ? {}
      : { receipt: reversalNoticeOf(state, txn, 'owed') };
  return { kind: 'outcome-unknown', txnId: txn.txnId, reason, cause, ...receipt };
}

export function textField(message: IsoMessage, field: number): string | undefined {
  const value = message.fields[field];
  return typeof value === 'string' ? value : undefined;
}

export function txnOf(state: StateView, txnId: string): Txn {
  const txn = state.get('transactions', txnId);
  if (!txn) throw new Error(`No transaction ${txnId}`);
  return txn;
}
