import { nextStan } from '../../domain/identifiers.ts';
import { localTime } from '../../domain/local-time.ts';
import type { EngineEvent, NewTxn } from '../events.ts';
import { askCard, type Context, type Decision, type Input, reply } from '../inputs.ts';
import {
  answerOf,
  type CardOrder,
  type CardOutcome,
  STATUS_BALANCE_TOO_LOW,
  STATUS_MAC_WRONG,
  STATUS_PIN_FIRST,
} from '../purse/card.ts';
import { isInDoubt } from '../purse/doubts.ts';
import type { PurseSaleStart } from '../purse/purposes.ts';
import { PURSE_SALE_RULES, refusingPurseRule } from '../purse/rules.ts';
import { receiptOf } from '../receipt-text.ts';
import type { RefusalRule } from '../refusals.ts';
import { splitSaleOf } from '../split.ts';
import { parametersOf, type StateView, type Txn, terminalOf } from '../state.ts';
import { batchCount } from '../totals.ts';
import { txnOf } from './answers.ts';
import { basketFields, newTxn, unprintedFields } from './new-txn.ts';
import { permission, refuse } from './operator.ts';
import { BATCH_SALES_MAX, earlierOutcome } from './sale.ts';

const COMMAND = 'pay-purse';

type Purpose<K extends CardOrder['purpose']['kind']> = Extract<CardOrder['purpose'], { kind: K }>;
interface Ended<K extends CardOrder['purpose']['kind']> {
  readonly purpose: Purpose<K>;
  readonly session: string;
  readonly outcome: CardOutcome;
}

/** A sale with the electronic purse (docs/purse.md). The card's own doubt, if it has one, was settled before. */
export function decidePayPurse(
  state: StateView,
  input: Extract<Input, { kind: 'pay-purse' }>,
  context: Context,
): Decision {
  const { basket, purse, pin } = input;
  const begun = begunWith(state, basket.saleId);
  // The same sale once more, while nobody knows whether it is paid: only the card that began can tell.
  if (begun && begun.purse?.applicationSerial !== purse.applicationSerial)
    return refuse(state, { command: COMMAND, rule: 'purse-other-card' });
  // A purse pays a sale alone: its debit cannot be undone with the other tenders.
  if (splitSaleOf(state, basket.saleId)) return refuse(state, { command: COMMAND, rule: 'purse-pays-alone' });
  const before = earlierOutcome(state, basket);
  if (before) return before;
  const may = permission(state, { action: 'sell' }, context);
  if (may.kind === 'refused') return refuse(state, { command: COMMAND, ...may });
  const rule = whyNotNow(state, input, context);
  if (rule !== undefined) return refuse(state, { command: COMMAND, rule });
  const { terminalNumber } = purse;
  if (terminalNumber === undefined) return refuse(state, { command: COMMAND, rule: 'psam-missing' });
  const start: PurseSaleStart = { basket, purse, terminalNumber, operatorCode: may.operatorCode };
  if (pin)
    return askCard({
      session: purse.session,
      purpose: { kind: 'sale-pin', start },
      command: { kind: 'verify-pin', pin },
    });
  if (basket.totalMinor >= parametersOf(state).pinRequiredFromMinor) return reply({ kind: 'pin-required' });
  return initialise(start);
}

function initialise(start: PurseSaleStart): Decision {
  const { basket, purse, terminalNumber } = start;
  return askCard({
    session: purse.session,
    purpose: { kind: 'sale-initialise', start },
    command: { kind: 'initialise-purchase', amountMinor: basket.totalMinor, terminalNumber },
  });
}

/** The card has looked at its holder's PIN; nothing has moved. It counts the wrong ones itself. */
export function decideSalePinChecked(state: StateView, { purpose, outcome }: Ended<'sale-pin'>): Decision {
  switch (outcome.kind) {
    case 'done':
      return initialise({ ...purpose.start, pinUsed: true });
    case 'no-answer':
      return refuse(state, { command: COMMAND, rule: 'purse-gone' });
    case 'refused': {
      const { statusWord } = outcome;
      if (PIN_BLOCKED.includes(statusWord))
        return refuse(state, { command: COMMAND, rule: 'purse-pin-blocked' });
      const tries = /^63C([1-9A-F])$/.exec(statusWord)?.[1];
      if (tries === undefined && statusWord !== PIN_LENGTH_WRONG)
        return refuse(state, { command: COMMAND, rule: 'purse-card-refused' });
      const wrongPin = tries === undefined ? {} : { triesLeft: Number.parseInt(tries, 16) };
      const { events } = refuse(state, { command: COMMAND, rule: 'purse-pin-wrong' });
      return reply({ kind: 'pin-required', wrongPin }, events);
    }
  }
}

/** No try is left, after this one or from before. */
const PIN_BLOCKED: readonly string[] = ['63C0', '6983'];
/** The card has a PIN of another length; such an answer uses up no try. */
const PIN_LENGTH_WRONG = '6700';

function begunWith(state: StateView, saleId: string): Txn | undefined {
  const sale = state.get('sales', saleId);
  const txn = sale && state.get('transactions', sale.txnId);
  return txn?.kind === 'purse-sale' && isInDoubt(txn) ? txn : undefined;
}

function whyNotNow(
  state: StateView,
  { basket, purse }: Extract<Input, { kind: 'pay-purse' }>,
  context: Context,
): RefusalRule | undefined {
  const terminal = terminalOf(state);
  if (basket.totalMinor === 0) return 'amount-zero';
  if (terminal.settlement) return 'settling';
  if (terminal.batchNumber === undefined || terminal.keySetId === undefined) return 'not-signed-on';
  if (batchCount(state) >= BATCH_SALES_MAX) return 'batch-full';
  return refusingPurseRule(PURSE_SALE_RULES, state, { purse, amountMinor: basket.totalMinor }, context);
}

/** The card has given its counter and random number; nothing has moved. */
export function decideSaleInitialised(
  state: StateView,
  { purpose, session, outcome }: Ended<'sale-initialise'>,
  context: Context,
): Decision {
  const { start } = purpose;
  // A card may want its PIN for less than the terminal does.
  if (outcome.kind === 'refused' && outcome.statusWord === STATUS_PIN_FIRST && !start.pinUsed)
    return reply({ kind: 'pin-required' });
  if (outcome.kind !== 'done') return refuse(state, { command: COMMAND, rule: whyNothingMoved(outcome) });
  const { initialised } = answerOf(outcome, 'initialise-purchase');
  const terminal = terminalOf(state);
  const { date, time } = localTime(context.nowMs + terminal.hostClockOffsetMs, terminal.utcOffsetMinutes);
  return askCard({
    session,
    purpose: { kind: 'sale-mac1', start, initialised, date, time },
    command: { kind: 'make-mac1', initialised, amountMinor: start.basket.totalMinor, date, time },
  });
}

export function whyNothingMoved(outcome: Exclude<CardOutcome, { kind: 'done' }>): RefusalRule {
  if (outcome.kind === 'no-answer') return 'purse-gone';
  return STATUS_BALANCE_TOO_LOW.includes(outcome.statusWord) ? 'purse-balance-too-low' : 'purse-card-refused';
}

/** The one durable step before the card is debited: from here on only the card knows. */
export function decideSaleMac1Made(
  state: StateView,
  { purpose, session, outcome }: Ended<'sale-mac1'>,
  context: Context,
): Decision {
  if (outcome.kind !== 'done') return refuse(state, { command: COMMAND, rule: 'purse-trouble' });
  const { start, initialised, date, time } = purpose;
  const { terminalSerial, mac1, samSession } = answerOf(outcome, 'make-mac1');
  const terminal = terminalOf(state);
  const { batchNumber, keySetId } = terminal;
  // While the card and the PSAM answered, the same sale may have been paid otherwise, or a settlement begun.
  const before = earlierOutcome(state, start.basket);
  if (before) return before;
  const rule = whyNotNow(state, { kind: COMMAND, ...start }, context);
  if (rule !== undefined || batchNumber === undefined || keySetId === undefined)
    return refuse(state, { command: COMMAND, rule: rule ?? 'not-signed-on' });
  const { applicationSerial, serialHash, issuerId } = start.purse;
  const { balanceMinor, ...asInitialised } = initialised;
  const txn: NewTxn = {
    ...newTxn(
      state,
      {
        kind: 'purse-sale',
        state: 'pending',
        amountMinor: start.basket.totalMinor,
        operatorCode: start.operatorCode,
      },
      context,
    ),
    ...basketFields(start.basket),
    ...unprintedFields(state, context),
    // What the card and the PSAM were told goes on the wire and on paper.
    date,
    time,
    stan: nextStan(terminal.lastStan),
    batchNumber,
    keySetId,
    maskedPan: maskedSerial(applicationSerial),
    ...(start.pinUsed ? { pinUsed: true } : {}),
    purse: {
      applicationSerial,
      serialHash,
      issuerId,
      terminalNumber: start.terminalNumber,
      balanceBeforeMinor: balanceMinor,
      ...asInitialised,
      date,
      time,
      terminalSerial,
      mac1,
      samSession,
    },
  };
  return askCard(
    {
      session,
      purpose: { kind: 'sale-debit', txnId: txn.txnId },
      command: { kind: 'debit', terminalSerial, date, time, mac1 },
    },
    [{ kind: 'purse-debit-started', txn }],
  );
}

/** Screens, lists and receipts show the last four digits only. */
export function maskedSerial(serial: string): string {
  return `${'*'.repeat(serial.length - 4)}${serial.slice(-4)}`;
}

export function decideSaleDebited(
  state: StateView,
  { purpose, session, outcome }: Ended<'sale-debit'>,
): Decision {
  const { txnId } = purpose;
  const txn = txnOf(state, txnId);
  // A full disk may have made it a doubt meanwhile: what the card says now decides that, too.
  if (txn.state === 'in-doubt' && outcome.kind === 'done') {
    const { tac, mac2 } = answerOf(outcome, 'debit');
    return checkProof(txn, { session, tac, mac2 });
  }
  if (txn.state !== 'pending') return reply({ kind: 'transaction', txnId });
  switch (outcome.kind) {
    case 'done': {
      const { tac, mac2 } = answerOf(outcome, 'debit');
      return askCard(
        {
          session,
          purpose: { kind: 'sale-verify', txnId },
          command: { kind: 'check-mac2', mac2, samSession: txn.purse?.samSession ?? '' },
        },
        [{ kind: 'purse-debited', txnId, tac, mac2 }],
      );
    }
    case 'refused':
      return reply({ kind: 'transaction', txnId }, [
        { kind: 'purse-declined', txnId, statusWord: outcome.statusWord },
      ]);
    case 'no-answer':
      return reply({ kind: 'transaction', txnId }, [{ kind: 'purse-doubted', txnId, cause: outcome.detail }]);
  }
}

/** What the card proves goes before the PSAM, if it still has the session: fake cards are torn away on purpose. */
export function checkProof(
  txn: Txn,
  proven: { readonly session: string } & Pick<Purpose<'doubt-verify'>, 'tac' | 'mac2'>,
): Decision {
  const { session, tac, mac2 } = proven;
  const samSession = txn.purse?.samSession ?? '';
  return askCard({
    session,
    purpose: { kind: 'doubt-verify', txnId: txn.txnId, tac, mac2 },
    command: { kind: 'check-mac2', mac2, samSession },
  });
}

export function decideSaleVerified(state: StateView, { purpose, outcome }: Ended<'sale-verify'>): Decision {
  const { txnId } = purpose;
  const txn = txnOf(state, txnId);
  const { tac, mac2 } = txn.purse ?? {};
  if (txn.state !== 'debited' || tac === undefined || mac2 === undefined)
    return reply({ kind: 'transaction', txnId });
  if (outcome.kind === 'refused' && outcome.statusWord === STATUS_MAC_WRONG)
    return reply({ kind: 'transaction', txnId }, [{ kind: 'purse-suspected', txnId, tac, mac2 }]);
  if (outcome.kind === 'done')
    return reply({ kind: 'transaction', txnId }, [
      { kind: 'purse-approved', txnId, receipt: receiptOf(state, txn) },
    ]);
  // The card has paid and the PSAM cannot be asked: the TAC is the issuer's evidence.
  return reply({ kind: 'transaction', txnId }, [recoveredByAnswer(state, txn)]);
}

/** The card's answer is in the journal, and no PSAM has looked at its MAC2. */
export function recoveredByAnswer(state: StateView, txn: Txn): EngineEvent {
  const { txnId } = txn;
  const tac = txn.purse?.tac;
  if (tac === undefined) throw new Error(`${txnId} has no TAC, so it was not debited`);
  return { kind: 'purse-recovered', txnId, provenBy: 'answer', tac, receipt: receiptOf(state, txn) };
}

/** The cashier does not wait for the card. The doubt stays open: the card may have paid. */
export function decideOtherTender(
  state: StateView,
  input: Extract<Input, { kind: 'other-tender' }>,
  context: Context,
): Decision {
  const may = permission(state, { action: 'sell' }, context);
  if (may.kind === 'refused') return refuse(state, { command: input.kind, ...may });
  const txn = state.get('transactions', input.txnId);
  if (!txn) return refuse(state, { command: input.kind, rule: 'no-such-transaction' });
  if (txn.kind !== 'purse-sale' || !isInDoubt(txn))
    return refuse(state, { command: input.kind, rule: 'purse-wait-for-card' });
  const { txnId } = txn;
  return reply(
    { kind: 'transaction', txnId },
    txn.purse?.otherTender ? [] : [{ kind: 'purse-other-tender', txnId }],
  );
}
