import {
  type CardHandle,
  type PaymentResult,
  QUANTITY_MAX,
  type TransactionView,
} from '../../terminal-core/api/contract.ts';
import { bilingual } from './i18n/i18n.ts';
import type { MessageKey } from './i18n/zh-cn.ts';
import { play } from './input/sounds.ts';
import { addProduct } from './store/basket.ts';
import type { Notice, TenderKind, Till } from './till-context.ts';
import type { CallOutcome } from './transport/core-link.ts';

/** What the keys, the buttons and the scanner all do; each says in a notice what it could not do. */

export function tell(till: Till, tone: Notice['tone'], key: MessageKey, nextKey?: MessageKey): void {
  if (tone === 'problem') play('problem');
  till.notice.set({
    tone,
    text: bilingual(key),
    ...(nextKey === undefined ? {} : { nextStep: bilingual(nextKey) }),
  });
}

/** Longer than any product's number: a swipe of which the machine lost the first character, to be shown to nobody. */
const CARD_NUMBER_LIKE = /\d{15,}\S*/;

/** One Map lookup and one change of the basket: nothing else happens on the scan path. */
export function scanProduct(till: Till, barcode: string, quantity = 1): boolean {
  const index = till.catalogue.index.get();
  const product = index.findBarcode(barcode);
  if (product === undefined && index.count === 0) {
    tell(till, 'problem', 'sell.catalogue-empty', 'sell.catalogue-empty.next');
    return false;
  }
  if (product === undefined) {
    play('problem');
    till.notice.set({
      tone: 'problem',
      text: bilingual('sell.unknown-barcode', { barcode: barcode.replace(CARD_NUMBER_LIKE, '…') }),
      nextStep: bilingual('sell.unknown-barcode.next'),
    });
    return false;
  }
  return putIntoBasket(till, product.sku, quantity);
}

/** @returns false, with a notice, when the basket cannot take it. */
export function putIntoBasket(till: Till, sku: string, quantity = 1): boolean {
  const product = till.catalogue.index.get().findSku(sku);
  if (product === undefined) return false;
  if (quantity > QUANTITY_MAX) {
    play('problem');
    till.notice.set({ tone: 'problem', text: bilingual('sell.quantity-too-large', { max: QUANTITY_MAX }) });
    return false;
  }
  const { basket, outcome } = addProduct(till.baskets.basket.get(), product, quantity);
  if (outcome !== 'added') {
    tell(till, 'problem', `sell.${outcome}`, `sell.${outcome}.next`);
    return false;
  }
  till.baskets.set(basket);
  till.notice.set(undefined);
  play('scanned');
  return true;
}

export async function holdBasket(till: Till): Promise<void> {
  if (till.baskets.basket.get().lines.length === 0) return tell(till, 'calm', 'sell.hold-empty');
  const held = await till.baskets.hold(till.status.get()?.operator?.operatorCode ?? '');
  if (!held) tell(till, 'problem', 'sell.hold-full', 'sell.hold-full.next');
  // The cashier may be on another screen by now, where it would only be in the way.
  else if (till.screen.get().kind === 'sell') tell(till, 'good', 'sell.held', 'sell.held.next');
}

/** Goes on with a sale that was paid in part. A basket that is not empty is held first, so that nothing is lost. */
export async function takeUpSale(till: Till, saleId: string): Promise<void> {
  const found = answerOrNotice(till, await till.link.ask((client) => client.sale.get({ saleId })));
  if (found === undefined) return;
  if (till.baskets.basket.get().lines.length > 0) await holdBasket(till);
  till.notice.set(undefined);
  till.payment.takeUp(found.sale);
  till.screen.set({ kind: 'pay', tender: 'cash' });
}

export function openPayment(till: Till, tender: TenderKind, card?: CardHandle): void {
  if (till.baskets.basket.get().lines.length === 0) {
    // A purse in the slot can be looked at and loaded without a sale.
    if (till.purse.get() !== undefined) till.dialog.set({ kind: 'purse' });
    else if (card !== undefined)
      tell(till, 'problem', 'sell.card-basket-empty', 'sell.card-basket-empty.next');
    else tell(till, 'calm', 'basket.is-empty', 'basket.empty');
    return;
  }
  till.notice.set(undefined);
  till.screen.set({ kind: 'pay', tender, ...(card === undefined ? {} : { card }) });
}

/**
 * Reads track data or a card number; the core keeps the number and gives back a handle.
 * @returns undefined when there is no card, or it was used for what it owes.
 */
export async function readCard(
  till: Till,
  text: string,
  entryMode: CardHandle['entryMode'],
): Promise<CardHandle | undefined> {
  const outcome = await till.link.ask((client) => client.devices.enterCard({ text, entryMode }));
  const answer = answerOrNotice(till, outcome);
  if (answer?.kind !== 'card') return undefined;
  return (await till.claims.offer(answer)) ? answer : undefined;
}

/** A purse that has paid or was loaded and is still in the slot has another balance now. */
export function notePurseBalance(till: Till, result: PaymentResult): void {
  const purse = till.purse.get();
  if (result.kind !== 'approved' || result.balanceMinor === undefined || purse === undefined) return;
  const { kind, maskedPan = '' } = result.transaction;
  const isItsOwn = PURSE_KINDS.has(kind) && maskedPan.endsWith(purse.lastDigits);
  if (isItsOwn) till.purse.set({ ...purse, balanceMinor: result.balanceMinor });
}

const PURSE_KINDS: ReadonlySet<TransactionView['kind']> = new Set(['purse-sale', 'purse-load']);

export async function signOff(till: Till): Promise<void> {
  if (till.baskets.basket.get().lines.length > 0) return tell(till, 'problem', 'nav.sign-off.confirm');
  const outcome = await till.link.ask((client) => client.operator.signOff());
  if (answerOrNotice(till, outcome) !== undefined) till.screen.set({ kind: 'sell' });
}

export async function signOnTerminal(till: Till): Promise<void> {
  const outcome = await till.link.ask((client) => client.terminal.signOn());
  if (answerOrNotice(till, outcome) !== undefined) tell(till, 'good', 'terminal.sign-on.done');
}

/** What the core will not do, as far as a notice tells of it. */
export type Refused = {
  readonly kind: 'refused';
  readonly text: Notice['text'];
  readonly nextStep: Notice['text'];
};

/** The core's answer; undefined, with a notice, when it refused, failed or was not there. */
export function answerOrNotice<T extends { readonly kind: string }>(
  till: Till,
  outcome: CallOutcome<T>,
): Exclude<T, Refused> | undefined {
  switch (outcome.kind) {
    case 'lost':
      tell(till, 'problem', 'app.lost', 'app.lost.next');
      return undefined;
    case 'failed':
      play('problem');
      till.notice.set({
        tone: 'problem',
        text: bilingual('app.failed'),
        nextStep: bilingual('app.failed.next', { message: outcome.message }),
      });
      return undefined;
    case 'answer': {
      const { value } = outcome;
      if (!isRefused(value)) return value as Exclude<T, Refused>; // Narrowing a generic by exclusion is beyond the compiler.
      play('problem');
      till.notice.set({ tone: 'problem', text: value.text, nextStep: value.nextStep });
      return undefined;
    }
  }
}

function isRefused(value: { readonly kind: string }): value is Refused {
  return value.kind === 'refused';
}
