import type { PaymentResult } from '../../api/contract.ts';
import { amountMinor } from '../../domain/money.ts';
import type { BilingualText } from '../../domain/text.ts';
import { isOwedBack, lastDigits } from '../../engine/purse/doubts.ts';
import { REFUSALS, refusal } from '../../engine/refusals.ts';
import type { StateView, Txn } from '../../engine/state.ts';
import { responseCode } from '../../iso8583/index.ts';
import { statusMeaning } from '../../purse/index.ts';
import { receiptView, transactionView } from './views.ts';

interface Words {
  readonly text: BilingualText;
  readonly nextStep: BilingualText;
}

const words = (zhText: string, enText: string, zhNext: string, enNext: string): Words => ({
  text: { 'zh-CN': zhText, en: enText },
  nextStep: { 'zh-CN': zhNext, en: enNext },
});

const SUSPECT = words(
  '安全模块认定此卡不是真卡。未付款。',
  'The security module says that this card is not genuine. It has not paid.',
  '请勿交付商品，留下卡片并通知主管；也可换其他付款方式。',
  'Do not hand over the goods; keep the card if it is safe and call the supervisor, or take another tender.',
);
const NOT_DEBITED = words(
  '已查明：卡未扣款。',
  'It is known now: the card was not charged.',
  '请重新收款。',
  'Take the payment again.',
);
const UNRESOLVED = words(
  '卡上的记录与这笔销售不符，是否扣款由发卡方查明。不能算已付款。',
  'What the card shows does not fit this sale: its issuer finds out whether it was charged. This is not a payment.',
  '请换其他付款方式。若卡已扣款，请顾客凭小票向发卡方查询。',
  'Take another tender. If the card was charged, the customer can claim it from the issuer.',
);
const LOAD_UNRESOLVED = words(
  '卡上的记录与这笔充值不符，是否到账由发卡方查明。',
  'What the card shows does not fit this load: its issuer finds out whether it arrived.',
  '请勿再次充值，请主管联系发卡方。',
  'Do not load again; a supervisor must ask the issuer.',
);
const NOT_LOADED = words(
  '未充入卡内。',
  'The card was not loaded.',
  '请把现金退还顾客。下次放入此卡时系统会自动完成冲正。',
  'Give the cash back. The load is undone by itself when this card is put in next time.',
);

/** What the customer is told when the card did not take the PIN. @param triesLeft unless the card did not say. */
export function wrongPinWords({ triesLeft }: { readonly triesLeft?: number }): Words {
  if (triesLeft === undefined) return REFUSALS['purse-pin-wrong'];
  if (triesLeft === 1) return PIN_LAST_TRY;
  return words(
    `卡密码错误，还可再试 ${triesLeft} 次。未扣款。`,
    `The card PIN is wrong; ${triesLeft} tries are left. Nothing was charged.`,
    '请顾客重新输入卡密码，或按 Esc 换其他付款方式。',
    'The customer enters the card PIN again, or Esc for another tender.',
  );
}

const PIN_LAST_TRY = words(
  '卡密码错误，只剩最后 1 次。未扣款。',
  'The card PIN is wrong and one try is left. Nothing was charged.',
  '再错一次密码就会锁定。没有把握时请按 Esc，换其他付款方式。',
  'One more wrong PIN blocks it. If in doubt press Esc and take another tender.',
);

/** What the till says while only one card in the world can tell what happened. */
function waitingWords(txn: Txn, digits: string): Words {
  return txn.kind === 'purse-load'
    ? words(
        `卡已拿走，不知是否已充入。等待尾号 ${digits} 的卡。`,
        `The card was taken away: whether it was loaded is not known. It waits for the card ending in ${digits}.`,
        '请放回同一张卡，系统会自动查明；请勿再次充值，也先不要退还现金。',
        'Put the same card in again and it is found out by itself; do not load again, and keep the cash until then.',
      )
    : words(
        `卡已拿走，不知是否已扣款。等待尾号 ${digits} 的卡。`,
        `The card was taken away: whether it was charged is not known. It waits for the card ending in ${digits}.`,
        '请放回同一张卡，系统会自动查明；也可选择换付款方式，日后查明已扣款会提示退回。',
        'Put the same card in again and it is found out by itself; or choose another tender: if the card turns out to be charged, the till will say that it is owed back.',
      );
}

const SALE_PAID = words(
  '已查明：卡已扣款，这笔销售已付清。',
  'It is known now: the card has paid this sale.',
  '请交付商品和小票。',
  'Hand over the goods and the receipt.',
);
const PAID_TWICE = words(
  '已查明：卡也已扣款，而这笔销售已用其他方式付清——付了两次。',
  'It is known now: the card has paid, too, and this sale was paid otherwise already. It was paid twice.',
  '请把卡内扣款退回此卡（钱包充值退款，需主管），不要再收任何款项。',
  'Give the amount back to this card (a load that refunds the sale, with a supervisor) and take no other money.',
);
const LOAD_ARRIVED = words(
  '已查明：已充入卡内。',
  'It is known now: the card was loaded.',
  '请交给顾客小票；现金不退。',
  'Give the customer the receipt; the cash stays.',
);

/** What the till says when a card has come back and told what it did. */
export function settledWords(state: StateView, txn: Txn): Words {
  if (isOwedBack(txn)) return PAID_TWICE;
  const result = purseResult(state, txn);
  if (result.kind === 'approved') return txn.kind === 'purse-load' ? LOAD_ARRIVED : SALE_PAID;
  if (!('text' in result)) throw new Error(`A doubt cannot end as ${result.kind}`);
  return { text: result.text, nextStep: result.nextStep };
}

/** What the cashier is told of a sale or load with the electronic purse, from the state that it has reached. */
export function purseResult(state: StateView, txn: Txn): PaymentResult {
  const transaction = transactionView(state, txn);
  const { purse } = txn;
  if (!purse) throw new Error(`${txn.txnId} is not of a purse`);
  const isLoad = txn.kind === 'purse-load';
  switch (txn.state) {
    case 'approved':
    case 'recovered':
    case 'debited-without-tac':
    case 'credited-without-tac':
    case 'delivered':
    case 'rejected':
    case 'written-off':
      return {
        kind: 'approved',
        mode: isLoad ? 'online' : 'offline',
        transaction,
        receipt: receiptView(txn.receipt ?? '', txn.receiptPrinted ? 'copy' : 'original'),
        balanceMinor: amountMinor(purse.balanceBeforeMinor + (isLoad ? txn.amountMinor : -txn.amountMinor)),
      };
    case 'declined': {
      const { statusWord } = purse;
      if (statusWord === undefined) {
        const code = txn.responseCode ?? '';
        const { text, nextStep } = responseCode(code);
        return { kind: 'declined', responseCode: code, text, nextStep, transaction };
      }
      const { text, nextStep } = statusMeaning(Number.parseInt(statusWord, 16));
      return { kind: 'declined', responseCode: statusWord, text, nextStep, transaction };
    }
    case 'suspect':
      return { kind: 'declined', responseCode: 'suspect', ...SUSPECT, transaction };
    case 'not-debited':
      return { kind: 'declined', responseCode: 'not-debited', ...NOT_DEBITED, transaction };
    case 'not-sent':
      return refusal('link-lost-before-send');
    // The host holds the amount, or may hold it, and MAC2 never reached the card.
    case 'sending':
    case 'unknown':
    case 'uncredited':
    case 'not-credited':
    case 'reversed':
      return { kind: 'declined', responseCode: 'not-loaded', ...NOT_LOADED, transaction };
    case 'unresolved':
      if (purse.unresolvedBecause === 'evidence')
        return { kind: 'unknown', ...(isLoad ? LOAD_UNRESOLVED : UNRESOLVED), transaction };
      break;
    case 'pending':
    case 'debited':
    case 'authorised':
    case 'in-doubt':
      break;
    default:
      throw new Error(`A ${txn.kind} cannot be ${txn.state}`);
  }
  const digits = lastDigits(purse.applicationSerial);
  return { kind: 'card-in-doubt', lastDigits: digits, ...waitingWords(txn, digits), transaction };
}
