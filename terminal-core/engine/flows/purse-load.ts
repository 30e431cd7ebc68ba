import { toHex } from '../../crypto/bytes.ts';
import { nextStan } from '../../domain/identifiers.ts';
import type { AmountMinor } from '../../domain/money.ts';
import { type PurseMac2, purseHex } from '../../domain/purse.ts';
import { decodeDe58, type IsoMessage, purseFieldsOf, responseCode } from '../../iso8583/index.ts';
import type { EngineEvent, NewTxn } from '../events.ts';
import type { Exchange, ExchangeOutcome } from '../exchange.ts';
import { askCard, type Context, type Decision, type Input, reply, send } from '../inputs.ts';
import { reversalsOwed } from '../owed.ts';
import { answerOf, type CardOrder, type CardOutcome } from '../purse/card.ts';
import { hasPaid } from '../purse/doubts.ts';
import { loadMessage } from '../purse/messages.ts';
import type { PurseLoadStart } from '../purse/purposes.ts';
import { PURSE_LOAD_RULES, refusingPurseRule } from '../purse/rules.ts';
import { receiptOf } from '../receipt-text.ts';
import type { RefusalRule } from '../refusals.ts';
import { type StateView, type Txn, terminalOf } from '../state.ts';
import { batchCount } from '../totals.ts';
import {
  approvalFacts,
  mayComeAgain,
  outcomeUnknown,
  saidBy,
  signOnAsked,
  stillOwed,
  textField,
  txnOf,
} from './answers.ts';
import { newTxn } from './new-txn.ts';
import { permission, refuse } from './operator.ts';
import { purseOf, takeProof } from './purse-doubt.ts';
import { maskedSerial, whyNothingMoved } from './purse-sale.ts';
import { BATCH_SALES_MAX, earlierOutcome } from './sale.ts';

const COMMAND = 'load-purse';

type Purpose<K extends CardOrder['purpose']['kind']> = Extract<CardOrder['purpose'], { kind: K }>;
interface Ended<K extends CardOrder['purpose']['kind']> {
  readonly purpose: Purpose<K>;
  readonly session: string;
  readonly outcome: CardOutcome;
}

/** A load (圈存), online only: cash that the customer gave, or what a purse sale took and gives back. */
export function decideLoadPurse(
  state: StateView,
  input: Extract<Input, { kind: 'load-purse' }>,
  context: Context,
): Decision {
  const { loadId, amountMinor, purse, refundOf } = input;
  const before = earlierLoad(state, input);
  if (before) return before;
  const may = permission(
    state,
    refundOf === undefined
      ? { action: 'sell' }
      : { action: 'refund', approval: input.approval, txnId: refundOf },
    context,
  );
  if (may.kind === 'refused') return refuse(state, { command: COMMAND, ...may });
  const rule = whyNotNow(state, { ...input, originalTxnId: refundOf }, context);
  if (rule !== undefined) return refuse(state, { command: COMMAND, rule });
  const { terminalNumber } = purse;
  if (terminalNumber === undefined) return refuse(state, { command: COMMAND, rule: 'psam-missing' });
  const start: PurseLoadStart = {
    loadId,
    amountMinor,
    purse,
    terminalNumber,
    operatorCode: may.operatorCode,
    ...(may.supervisorCode === undefined ? {} : { supervisorCode: may.supervisorCode }),
    ...(refundOf === undefined ? {} : { originalTxnId: refundOf }),
  };
  return askCard(
    {
      session: purse.session,
      purpose: { kind: 'load-initialise', start },
      command: { kind: 'initialise-load', amountMinor, terminalNumber },
    },
    may.events,
  );
}

function earlierLoad(
  state: StateView,
  asked: { readonly loadId: string; readonly amountMinor: AmountMinor },
): Decision | undefined {
  return earlierOutcome(state, { saleId: asked.loadId, totalMinor: asked.amountMinor, of: 'purse-load' });
}

function whyNotNow(
  state: StateView,
  asked: Pick<PurseLoadStart, 'amountMinor' | 'purse'> & { readonly originalTxnId?: string | undefined },
  context: Context,
): RefusalRule | undefined {
  const terminal = terminalOf(state);
  if (asked.amountMinor === 0) return 'amount-zero';
  if (terminal.settlement) return 'settling';
  if (terminal.signOnNeeded || terminal.batchNumber === undefined || terminal.keySetId === undefined)
    return 'not-signed-on';
  if (batchCount(state) >= BATCH_SALES_MAX) return 'batch-full';
  if (!context.linkUp) return 'host-unreachable';
  if (reversalsOwed(state) > 0) return 'reversal-owed';
  return (
    whyNotGivenBack(state, asked) ??
    refusingPurseRule(
      PURSE_LOAD_RULES,
      state,
      { purse: asked.purse, amountMinor: asked.amountMinor },
      context,
    )
  );
}

/** A purse sale goes back to the card that paid it, in parts up to its amount, and only once the host has it. */
function whyNotGivenBack(
  state: StateView,
  asked: Pick<PurseLoadStart, 'amountMinor' | 'purse'> & { readonly originalTxnId?: string | undefined },
): RefusalRule | undefined {
  if (asked.originalTxnId === undefined) return undefined;
  const original = state.get('transactions', asked.originalTxnId);
  if (!original) return 'no-such-transaction';
  if (original.pendingTxnId !== undefined) return 'already-pending';
  if (!hasPaid(original) || original.state !== 'delivered' || original.refundedMinor >= original.amountMinor)
    return 'purse-not-refundable';
  if (original.refundedMinor + asked.amountMinor > original.amountMinor) return 'refund-above-original';
  return original.purse?.applicationSerial === asked.purse.applicationSerial
    ? undefined
    : 'purse-refund-other-card';
}

/** The card has proved itself with MAC1: the request goes to the host, durable before its bytes. */
export function decideLoadInitialised(
  state: StateView,
  { purpose, session, outcome }: Ended<'load-initialise'>,
  context: Context,
): Decision {
  if (outcome.kind !== 'done') return refuse(state, { command: COMMAND, rule: whyNothingMoved(outcome) });
  const { start } = purpose;
  const { initialised, mac1 } = answerOf(outcome, 'initialise-load');
  const before = earlierLoad(state, start);
  if (before) return before;
  const rule = whyNotNow(state, start, context);
  const terminal = terminalOf(state);
  const { batchNumber, keySetId } = terminal;
  if (rule !== undefined || batchNumber === undefined || keySetId === undefined)
    return refuse(state, { command: COMMAND, rule: rule ?? 'not-signed-on' });
  const { applicationSerial, serialHash, issuerId } = start.purse;
  const { balanceMinor, ...asInitialised } = initialised;
  const txn: NewTxn = {
    ...newTxn(
      state,
      {
        kind: 'purse-load',
        state: 'sending',
        amountMinor: start.amountMinor,
        operatorCode: start.operatorCode,
      },
      context,
    ),
    saleId: start.loadId,
    ...(start.supervisorCode === undefined ? {} : { supervisorCode: start.supervisorCode }),
    ...(start.originalTxnId === undefined ? {} : { originalTxnId: start.originalTxnId }),
    stan: nextStan(terminal.lastStan),
    batchNumber,
    keySetId,
    maskedPan: maskedSerial(applicationSerial),
    purse: {
      applicationSerial,
      serialHash,
      issuerId,
      terminalNumber: start.terminalNumber,
      balanceBeforeMinor: balanceMinor,
      ...asInitialised,
      mac1,
    },
  };
  return send(
    {
      purpose: { kind: 'purse-load', txnId: txn.txnId, session },
      message: loadMessage(state, txn),
      macKeySetId: keySetId,
    },
    [{ kind: 'purse-load-sent', txn }],
  );
}

type LoadPurpose = Extract<Exchange['purpose'], { kind: 'purse-load' | 'purse-load-repeat' }>;

/** What the host said to a load. Only with a MAC2 that is durable does anything go to the card. */
export function decideLoadAnswered(
  state: StateView,
  ended: { readonly purpose: LoadPurpose; readonly outcome: ExchangeOutcome },
): Decision {
  const { purpose, outcome } = ended;
  const { txnId } = purpose;
  const txn = txnOf(state, txnId);
  const isRepeat = purpose.kind === 'purse-load-repeat';
  if (txn.state !== (isRepeat ? 'unknown' : 'sending')) return reply({ kind: 'transaction', txnId });
  switch (outcome.kind) {
    case 'not-sent':
    case 'cannot-be-made':
      return isRepeat
        ? reply(stillOwed(txnId, outcome))
        : refuse(state, {
            command: COMMAND,
            rule: 'link-lost-before-send',
            events: [{ kind: 'transaction-not-sent', txnId }],
          });
    case 'answered':
      return answered(state, { txn, purpose, outcome });
    case 'wrong-mac':
      return becomesUnknown(state, txn, { reason: 'A0', cause: outcome.fault, outcome });
    case 'unreadable':
    case 'keys-refused':
      return becomesUnknown(state, txn, { reason: '06', cause: outcome.kind, outcome });
    case 'no-answer':
      return becomesUnknown(state, txn, { reason: '98', cause: outcome.cause, outcome });
  }
}

function answered(
  state: StateView,
  answer: {
    readonly txn: Txn;
    readonly purpose: LoadPurpose;
    readonly outcome: Extract<ExchangeOutcome, { kind: 'answered' }>;
  },
): Decision {
  const { txn, purpose, outcome } = answer;
  const { message } = outcome;
  const { txnId } = txn;
  const code = textField(message, 39) ?? '';
  if (responseCode(code).category === 'accept') {
    const authorised = authorisationIn(message);
    if (!authorised) return becomesUnknown(state, txn, { reason: '06', cause: 'no MAC2', outcome });
    // Nobody has waited for this answer with the card in the slot: the card was not credited, and will prove it.
    if (purpose.kind === 'purse-load-repeat')
      return reply({ kind: 'transaction', txnId }, [{ kind: 'purse-uncredited', txnId, answer: authorised }]);
    const { rrn } = approvalFacts(message);
    return askCard(
      {
        session: purpose.session,
        purpose: { kind: 'load-credit', txnId },
        command: { kind: 'credit', ...authorised },
      },
      [
        {
          kind: 'purse-load-authorised',
          txnId,
          ...authorised,
          ...(rrn === undefined ? {} : { rrn }),
        },
      ],
    );
  }
  // 98: the issuer may have released MAC2. "Not now" to a repeat says nothing of the first time.
  if (code === '98' || (txn.state === 'unknown' && mayComeAgain(code)))
    return becomesUnknown(state, txn, { reason: '98', cause: `answered ${code}`, outcome });
  return reply({ kind: 'transaction', txnId }, [
    { kind: 'transaction-declined', txnId, responseCode: code },
    ...signOnAsked(state, code),
  ]);
}

/** Date, time and MAC2, as the host computed it over them. */
function authorisationIn(
  message: IsoMessage,
): { readonly mac2: PurseMac2; readonly date: string; readonly time: string } | undefined {
  const de58 = message.fields[58];
  const objects = de58 instanceof Uint8Array ? decodeDe58(de58) : undefined;
  if (!objects?.ok) return undefined;
  const { mac2, date, time } = purseFieldsOf(objects.value);
  if (!mac2 || !date || !time) return undefined;
  return { mac2: purseHex('mac2', toHex(mac2)), date: toHex(date), time: toHex(time) };
}

function becomesUnknown(
  state: StateView,
  txn: Txn,
  why: {
    readonly reason: '06' | '98' | 'A0';
    readonly cause: string;
    readonly outcome: ExchangeOutcome;
  },
): Decision {
  const { txnId } = txn;
  const asked = signOnAsked(state, saidBy(why.outcome));
  if (txn.state === 'unknown') return reply(stillOwed(txnId, why.outcome), asked);
  return reply({ kind: 'transaction', txnId }, [outcomeUnknown(state, txn, why), ...asked]);
}

export function decideCredited(
  state: StateView,
  { purpose, session, outcome }: Ended<'load-credit'>,
): Decision {
  const { txnId } = purpose;
  const txn = txnOf(state, txnId);
  if (txn.state !== 'authorised') return reply({ kind: 'transaction', txnId });
  switch (outcome.kind) {
    case 'done': {
      const { tac } = answerOf(outcome, 'credit');
      const event: EngineEvent = {
        kind: 'purse-credited',
        txnId,
        tac,
        receipt: receiptOf(state, { ...txn, purse: { ...purseOf(txn), tac } }),
      };
      return reply({ kind: 'transaction', txnId }, [event]);
    }
    case 'refused':
      // The card is still there: the proof can be had at once.
      return { ...takeProof(txn, session), events: [{ kind: 'purse-uncredited', txnId }] };
    case 'no-answer':
      return reply({ kind: 'transaction', txnId }, [{ kind: 'purse-doubted', txnId, cause: outcome.detail }]);
  }
}
