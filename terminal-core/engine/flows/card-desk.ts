import { nextStan } from '../../domain/identifiers.ts';
import { ZERO } from '../../domain/money.ts';
import type { NewTxn } from '../events.ts';
import {
  type Context,
  type Decision,
  type EnteredPin,
  type Input,
  type PresentedCard,
  reply,
  send,
} from '../inputs.ts';
import { transactionMessage } from '../messages.ts';
import { isHotlisted } from '../offline-rules.ts';
import { isOpen, isUnderWay, owedFor } from '../owed.ts';
import { type RefusalRule, refusal } from '../refusals.ts';
import { type CardService, parametersOf, type StateView, type Txn, terminalOf } from '../state.ts';
import { isClaim } from '../workbench.ts';
import { wantsPin } from './earlier-undo.ts';
import { cardFields, newTxn, secretOf } from './new-txn.ts';
import { type Action, permission, refuse } from './operator.ts';
import { whyHostNotNow } from './pre-authorisation.ts';

type LoadInput = Extract<Input, { kind: 'load-card' }>;
type ServeInput = Extract<Input, { kind: 'serve-card' }>;

/**
 * Load in cash (充值), online only. The cash is in the drawer, so a load whose answer is lost is not undone: its
 * confirmation is owed until the host has answered it. A card that this store blocks for a claim is loaded all the same:
 * that is when the claim can be collected.
 */
export function decideLoadCard(state: StateView, input: LoadInput, context: Context): Decision {
  const { amountMinor, kind: command, presented, undoId } = input;
  const before = earlierAtDesk(state, input);
  if (before) return before;
  const may = permission(state, { action: 'sell' }, context);
  if (may.kind === 'refused') return refuse(state, { command, ...may });
  let rule: RefusalRule | undefined;
  if (amountMinor === 0) rule = 'amount-zero';
  else if (amountMinor > parametersOf(state).loadMaxMinor) rule = 'load-above-limit';
  else if (isHotlisted(state, presented.panHash)) rule = 'hotlisted-card';
  rule ??= whyHostNotNow(state, context);
  if (rule) return refuse(state, { command, rule });
  const start = { kind: 'load', state: 'sending', amountMinor, operatorCode: may.operatorCode } as const;
  return sendAtDesk(state, { ...newTxn(state, start, context), ...cardFields(presented), undoId }, input);
}

/** Who may do it alone: what a cashier may, and what gives money away or puts a card in use again. */
const ACTION_OF: Readonly<Record<CardService, Action>> = {
  activate: 'serve-card',
  block: 'serve-card',
  'report-loss': 'serve-card',
  unblock: 'release-card',
  replace: 'release-card',
  surrender: 'surrender',
};

/** A card service, online only. One whose answer is lost is reversed, so nothing is done for it until the host has said yes. */
export function decideServeCard(state: StateView, input: ServeInput, context: Context): Decision {
  const { approval, newCard, pin, presented, service, undoId } = input;
  const command = `${input.kind} ${service}`;
  const before = earlierAtDesk(state, input);
  if (before) return before;
  const rule = whyNotServed(state, input) ?? whyHostNotNow(state, context);
  // What a person must decide about is asked last: a refusal by rule needs no supervisor.
  if (rule && rule !== 'batch-full') return refuse(state, { command, rule });
  const may = permission(state, { action: ACTION_OF[service], approval }, context);
  if (may.kind === 'refused') return refuse(state, { command, ...may });
  const amountMinor = service === 'surrender' ? (input.amountMinor ?? ZERO) : ZERO;
  const draft: NewTxn = {
    ...newTxn(
      state,
      { kind: 'card-service', state: 'sending', amountMinor, operatorCode: may.operatorCode },
      context,
    ),
    ...cardFields(presented),
    ...(may.supervisorCode === undefined ? {} : { supervisorCode: may.supervisorCode }),
    ...(newCard ? { newMaskedPan: newCard.card.pan.masked(), newPanHash: newCard.panHash } : {}),
    ...(pin ? { pinUsed: true } : {}),
    service,
    undoId,
  };
  const decision = sendAtDesk(state, draft, input);
  return { ...decision, events: [...may.events, ...decision.events] };
}

/** The hotlist has cards that are blocked or were never activated, too: whether they can be served is the host's to say. */
function whyNotServed(state: StateView, input: ServeInput): RefusalRule | undefined {
  const { newCard, presented, service } = input;
  if (service === 'replace') {
    if (!newCard) return 'new-card-needed';
    if (newCard.panHash === presented.panHash) return 'new-card-same';
  }
  if (service === 'surrender') {
    if (isHotlisted(state, presented.panHash)) return 'hotlisted-card';
    if (input.amountMinor === undefined) return 'surrender-amount-needed';
    if (input.amountMinor > parametersOf(state).surrenderMaxMinor) return 'surrender-above-limit';
  }
  return MOVES_BALANCE.includes(service) ? whyBalanceStays(state, presented.panHash) : undefined;
}

const MOVES_BALANCE: readonly CardService[] = ['replace', 'surrender'];

/**
 * The balance that the host tells lacks what this terminal has still to say of the card: paid out or moved to another, it
 * would be spent twice.
 */
function whyBalanceStays(state: StateView, panHash: string): RefusalRule | undefined {
  const open = openRecordsOf(state, panHash);
  if (open.some(isClaim)) return 'claim-open';
  return open.length > 0 ? 'card-records-open' : undefined;
}

/** What is under way, unsent or set aside of a card at this terminal. */
function openRecordsOf(state: StateView, panHash: string): Txn[] {
  return [...state.live('transactions')].filter((txn) => txn.panHash === panHash && isOpen(txn));
}

/** Whether what is owed has to go to the host before this service can be asked for. */
export function isDeliveryFirst(
  state: StateView,
  asked: { readonly service: CardService; readonly panHash: string },
): boolean {
  if (!MOVES_BALANCE.includes(asked.service)) return false;
  return openRecordsOf(state, asked.panHash).some((txn) => owedFor(txn) !== undefined);
}

/**
 * The same id again gets the outcome that it has, and nothing is sent a second time. What the host declined for want of a PIN
 * is the one thing that goes on under the same id.
 */
export function earlierAtDesk(
  state: StateView,
  asked: Pick<LoadInput, 'kind' | 'undoId' | 'amountMinor' | 'presented'> | ServeInput | AskedAgain,
): Decision | undefined {
  const undo = state.get('undos', asked.undoId);
  const txn = undo && state.get('transactions', undo.txnId);
  if (!txn) return undefined;
  const amountMinor = asked.amountMinor ?? ZERO;
  const same =
    asked.kind === 'load-card'
      ? txn.kind === 'load' && txn.amountMinor === amountMinor
      : txn.service === asked.service && (asked.service !== 'surrender' || txn.amountMinor === amountMinor);
  const isOtherCard = 'presented' in asked && txn.panHash !== asked.presented.panHash;
  if (!same || isOtherCard) return reply(refusal('request-differs'));
  if (isUnderWay(txn)) return reply(refusal('sale-in-progress'));
  if (wantsPin(txn)) return 'pin' in asked && asked.pin ? undefined : reply({ kind: 'pin-required' });
  return reply({ kind: 'transaction', txnId: txn.txnId });
}

/** A screen that lost its connection, whose card may be forgotten by now. */
export type AskedAgain = Omit<LoadInput, 'presented'> | Omit<ServeInput, 'presented' | 'newCard'>;

/** Durable before its bytes: a crash leaves a confirmation or a reversal owed, and no guess. */
function sendAtDesk(
  state: StateView,
  draft: NewTxn,
  by: { readonly presented: PresentedCard; readonly newCard?: PresentedCard; readonly pin?: EnteredPin },
): Decision {
  const { newCard, pin, presented } = by;
  const terminal = terminalOf(state);
  const { batchNumber, keySetId } = terminal;
  if (batchNumber === undefined || keySetId === undefined) throw new Error('Checked by whyHostNotNow');
  const txn: NewTxn = { ...draft, stan: nextStan(terminal.lastStan), batchNumber, keySetId };
  const ofNewCard = newCard ? { newPan: newCard.card.pan.reveal() } : {};
  return send(
    {
      purpose: { kind: 'request', txnId: txn.txnId },
      message: transactionMessage(terminal, txn, {
        card: presented.card,
        ...(pin ? { pin } : {}),
        ...ofNewCard,
      }),
      macKeySetId: keySetId,
    },
    [{ kind: 'transaction-sent', txn, secret: { ...secretOf(presented), ...ofNewCard } }],
  );
}
