import { Pan } from '../../../terminal-core/domain/pan.ts';
import { balanceOf, cardAccount, merchantAccount } from '../../ledger/accounts.ts';
import { heldOfCard } from '../../ledger/holds.ts';
import { type Entry, post } from '../../ledger/post.ts';
import { type CardStatus, type StoredCard, setCardStatusById } from '../../store/cards.ts';
import { cardFacts, cardOf, findCardByPan } from '../card-facts.ts';
import { balanceMaxMinor, isExpired, UNKNOWN_CARD } from '../card-rules.ts';
import { newRrn } from '../numbers.ts';
import { declined, type MessageContext, type Outcome, type Refusal } from '../outcome.ts';
import { refusalByPin } from '../pin-check.ts';
import { textOf } from '../request.ts';

/** Services that only change what a card is: from which states, to which. */
const STATUS_SERVICES = {
  activate: { from: ['inactive'], to: 'active' },
  block: { from: ['active'], to: 'blocked' },
  unblock: { from: ['blocked'], to: 'active' },
  'report-loss': { from: ['active', 'blocked'], to: 'lost' },
} as const satisfies Record<string, { readonly from: readonly CardStatus[]; readonly to: CardStatus }>;

const KIND = 'card-service';

/** What is held comes back to this card or goes to a merchant: until then the card is not given up for good. */
const HOLD_STANDS: Refusal = { code: 'H1', reason: 'hold-stands' };

/** What puts a card out of use is allowed for an expired one, too. */
const PUTS_OUT_OF_USE: readonly string[] = ['block', 'report-loss'];

/**
 * Activation, block, unblock and loss report (挂失, registered cards only: nobody else can say whose card it is). An expired
 * card is activated no more.
 */
export async function changeStatus(
  context: MessageContext,
  service: keyof typeof STATUS_SERVICES,
): Promise<Outcome> {
  const { nowMs, services } = context;
  const card = await cardOf(context);
  if (!card) return declined(KIND, UNKNOWN_CARD);
  if (service === 'report-loss' && card.kind !== 'registered') {
    return declined(KIND, { code: '57', reason: 'bearer-card-has-no-loss-report' }, { card });
  }
  const { from, to } = STATUS_SERVICES[service];
  const isAllowed = from.some((status) => status === card.status);
  if (!isAllowed) return declined(KIND, { code: '12', reason: `card-${card.status}` }, { card });
  if (!PUTS_OUT_OF_USE.includes(service) && isExpired(card, nowMs, services.settings)) {
    return declined(KIND, { code: '54', reason: 'card-expired' }, { card });
  }
  const refusal = await refusalByPin(context, card);
  if (refusal) return declined(KIND, refusal, { card });
  return done(context, card, { service, changes: [{ card, to }] });
}

/**
 * Replacement: the whole balance moves to a card of the same kind that was never activated, whose number DE48 carries. A lost or
 * blocked registered card can be replaced: that is what a loss report is for. So can a card that has expired, bearer cards
 * included: what is left on it is its holder's. It needs the PIN of the old card as a sale over its balance would.
 */
export async function replace(context: MessageContext): Promise<Outcome> {
  const { tx } = context;
  const card = await cardOf(context);
  if (!card) return declined(KIND, UNKNOWN_CARD);
  const from = cardAccount(card.cardId);
  const { balanceMinor } = await balanceOf(tx, from);
  const refuse = (refusal: Refusal) => declined(KIND, refusal, { card });
  const refusal = await refusalOfReplacement(context, card, balanceMinor);
  if (refusal) return refuse(refusal);
  const newCard = await newCardOf(context, card);
  if (!newCard) return refuse({ code: '14', reason: 'no-such-new-card' });
  const { balanceMinor: thereMinor } = await balanceOf(tx, cardAccount(newCard.cardId));
  if (thereMinor + balanceMinor > balanceMaxMinor(newCard, context.services.settings))
    return refuse({ code: '61', reason: 'above-balance-limit' });
  const entries = [
    { account: from, amountMinor: -balanceMinor },
    { account: cardAccount(newCard.cardId), amountMinor: balanceMinor },
  ];
  return done(context, card, {
    service: 'replace',
    changes: [
      { card, to: 'replaced' },
      { card: newCard, to: 'active' },
    ],
    entries: balanceMinor === 0 ? [] : entries,
  });
}

async function refusalOfReplacement(
  context: MessageContext,
  card: StoredCard,
  balanceMinor: number,
): Promise<Refusal | undefined> {
  const { nowMs, services, tx } = context;
  const isBearer = card.kind === 'bearer';
  if (isBearer && !isExpired(card, nowMs, services.settings))
    return { code: '57', reason: 'bearer-card-not-replaceable' };
  // Nobody can say whose bearer card was lost.
  const from: readonly CardStatus[] = isBearer ? ['active', 'blocked'] : ['active', 'blocked', 'lost'];
  if (!from.includes(card.status)) return { code: '12', reason: `card-${card.status}` };
  if ((await heldOfCard(tx, card.cardId)) > 0) return HOLD_STANDS;
  // A card without a PIN has none to ask for, and must not keep its holder's money for that.
  return refusalByPin(context, card, card.pinVerifier === null ? 0 : balanceMinor);
}

/** The card of DE48: never activated, of the same kind, and good. */
async function newCardOf(context: MessageContext, old: StoredCard): Promise<StoredCard | undefined> {
  const { nowMs, request, services, tx } = context;
  const pan = Pan.parse(textOf(request, 48) ?? '');
  const card = pan && (await findCardByPan(tx, services, pan));
  const fits = card?.status === 'inactive' && card.kind === old.kind;
  return fits && !isExpired(card, nowMs, services.settings) ? card : undefined;
}

/** A card is given back, also an expired one: a small rest is paid out in cash, a larger one must be spent or refunded another way. */
export async function surrender(context: MessageContext): Promise<Outcome> {
  const { services, terminal, tx } = context;
  const card = await cardOf(context);
  if (!card) return declined(KIND, UNKNOWN_CARD);
  if (card.status !== 'active')
    return declined(KIND, { code: '12', reason: `card-${card.status}` }, { card });
  const refusal = await refusalByPin(context, card);
  if (refusal) return declined(KIND, refusal, { card });
  if ((await heldOfCard(tx, card.cardId)) > 0) return declined(KIND, HOLD_STANDS, { card });
  const account = cardAccount(card.cardId);
  const { balanceMinor } = await balanceOf(tx, account);
  if (balanceMinor > services.settings.surrenderMaxMinor) {
    return declined(KIND, { code: '61', reason: 'balance-above-cash-out' }, { card });
  }
  if (context.request.amountMinor !== undefined && context.request.amountMinor !== balanceMinor) {
    return declined(KIND, { code: '64', reason: 'other-amount' }, { card });
  }
  const entries = [
    { account, amountMinor: -balanceMinor },
    { account: merchantAccount(terminal.merchantId), amountMinor: balanceMinor },
  ];
  return done(context, card, {
    service: 'surrender',
    changes: [{ card, to: 'surrendered' }],
    entries: balanceMinor === 0 ? [] : entries,
  });
}

async function done(
  context: MessageContext,
  card: StoredCard,
  what: {
    readonly service: string;
    readonly changes: readonly { readonly card: StoredCard; readonly to: CardStatus }[];
    readonly entries?: readonly Entry[];
  },
): Promise<Outcome> {
  const { accountingDate, nowMs, tx } = context;
  const { changes, entries = [], service } = what;
  for (const change of changes) {
    await setCardStatusById(tx, { cardId: change.card.cardId, status: change.to, nowMs });
  }
  const postingId =
    entries.length === 0
      ? undefined
      : await post(tx, { kind: service, atMs: nowMs, accountingDate, entries });
  // Of a replacement, the new card: that is the one which can be used now.
  const last = changes.at(-1) ?? { card, to: card.status };
  const used = { ...last.card, status: last.to };
  const { balanceMinor } = await balanceOf(tx, cardAccount(used.cardId));
  return {
    kind: KIND,
    state: 'approved',
    code: '00',
    reason: service,
    card,
    rrn: await newRrn(context),
    answer: await cardFacts(context, used, balanceMinor),
    statusBefore: changes.map(({ card: { cardId, status }, to }) => ({ cardId, status, to })),
    ...(postingId === undefined ? {} : { postingId }),
  };
}
