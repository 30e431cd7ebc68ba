import { type RuleWords, words } from './words.ts';

/** Taking a payment, with or without the host. */
export const SALE_REFUSALS = {
  'total-differs': words(
    '合计与终端计算的不一致，商品价格可能已更新。',
    'The total differs from what the terminal works out; a price may have changed.',
    '请核对购物篮后重新结账。',
    'Check the basket and pay again.',
  ),
  'unknown-product': words(
    '购物篮中有目录里没有的商品。',
    'The basket holds a product that is not in the catalogue.',
    '请移除该商品，或更新目录。',
    'Remove it, or update the catalogue.',
  ),
  'cash-too-little': words(
    '收到的现金少于应付金额。',
    'The cash received is less than the total.',
    '请收足现金。',
    'Take the rest, or another tender.',
  ),
  'amount-zero': words('金额为零。', 'The amount is zero.', '请核对金额。', 'Check the amount.'),
  'card-gone': words(
    '读到的卡信息已过期。',
    'The card that was read is no longer remembered.',
    '请重新刷卡或扫码。',
    'Swipe or scan the card again.',
  ),
  'card-unreadable': words(
    '无法识别卡号。',
    'No card number could be read.',
    '请重新刷卡，或手工输入卡号。',
    'Swipe again, or key in the number.',
  ),
  'sale-in-progress': words(
    '另一笔交易正在进行。',
    'Another transaction is in progress.',
    '请等它结束。',
    'Wait until it has ended.',
  ),
  'sale-differs': words(
    '这个销售编号已用于另一笔金额。',
    'This sale id was used for another amount.',
    '请重新结账。',
    'Pay again as a new sale.',
  ),
  'sale-voided': words(
    '这笔销售已被撤销。',
    'This sale has been voided.',
    '请作为新交易结账。',
    'Pay again as a new sale.',
  ),
  'link-lost-before-send': words(
    '交易未能发出，未扣款。',
    'The transaction did not leave the terminal; nothing was charged.',
    '请再试一次或换其他付款方式。',
    'Try again, or take another tender.',
  ),
  'hotlisted-card': words(
    '此卡在黑名单中，不能受理。',
    'This card is on the hotlist and is refused.',
    '请换其他付款方式；持卡人可联系发卡机构。',
    'Take another tender; the holder can ask the issuer.',
  ),
} as const satisfies Record<string, RuleWords>;
