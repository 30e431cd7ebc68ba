import { type RuleWords, words } from './words.ts';

/** A sale that several tenders pay, its cancelling and its refund. */
export const SPLIT_REFUSALS = {
  'tender-above-due': words(
    '这笔付款超过剩余应付金额。',
    'This tender is more than what is left to pay.',
    '请按剩余金额收款；现金多收的部分会找零。',
    'Take what is left; cash above it is given back as change.',
  ),
  'sale-complete': words(
    '这笔销售已付清。',
    'This sale has been paid in full.',
    '无需再收款。',
    'Take no more money for it.',
  ),
  'sale-cancelled': words(
    '这笔销售已取消或正在取消。',
    'This sale has been cancelled, or is being cancelled.',
    '请作为新交易结账。',
    'Pay again as a new sale.',
  ),
  'too-many-tenders': words(
    '一笔销售的付款次数已达上限。',
    'A sale takes no more tenders than this.',
    '请取消这笔销售后重新结账。',
    'Cancel the sale and pay again.',
  ),
  'too-many-open-sales': words(
    '未完成的组合付款销售过多。',
    'Too many sales are paid in part and not finished.',
    '请先完成或取消它们。',
    'Finish or cancel those first.',
  ),
  'no-such-sale': words(
    '找不到这笔组合付款的销售。',
    'There is no such sale with several tenders.',
    '请核对后重试。',
    'Check which sale it is.',
  ),
  'sale-settled': words(
    '这笔销售已结算或已退货，不能取消。',
    'This sale has been settled, or refunded in part, and cannot be cancelled.',
    '请做退货。',
    'Refund it.',
  ),
  'sale-open': words(
    '还有付款未完成或取消未完成的销售。',
    'A sale is paid in part, or its cancelling is not finished.',
    '请先收齐余款或取消该销售，再结算。',
    'Take the rest or cancel that sale, then settle.',
  ),
  'sale-not-refundable': words(
    '这笔销售现在不能退货。',
    'This sale cannot be refunded now.',
    '未结算的请取消整笔销售；有待处理的脱机交易时请先处理。',
    'Cancel it if its batch is not settled; see to its offline payments that are not delivered.',
  ),
  'refund-part-done': words(
    '这张卡的退货部分已完成、正在处理或已撤回。',
    'The part of this refund that goes to this card is done, on its way, or withdrawn.',
    '无需再次刷卡；如还有其他部分，请刷另一张卡。',
    'Do not present it again; present the other card if a part is left.',
  ),
  'refund-nothing-open': words(
    '这笔退货没有可撤回的部分。',
    'Nothing of this refund can be withdrawn: it has gone back, or is on its way.',
    '已退的款项不能撤回；正在处理的会自动完成。',
    'What has gone back stays so; what is on its way finishes by itself.',
  ),
  'no-such-refund': words(
    '找不到这笔退货。',
    'There is no such refund.',
    '请核对后重试。',
    'Check which refund it is.',
  ),
  'purse-pays-alone': words(
    '电子钱包不能作为组合付款的一部分。',
    'A purse cannot be one of several tenders.',
    '请用现金或预付卡收齐余款；或取消这笔销售，再用电子钱包一次付清。',
    'Take the rest in cash or by card; or cancel the sale and let the purse pay all of it.',
  ),
  'refund-above-refundable': words(
    '这笔销售中有付款现在不能退回，可退金额不足。',
    'Some payments of this sale cannot be refunded, and the others do not come to so much.',
    '请按可退金额退货；其余的请在异常记录中处理。',
    'Refund what can be refunded; see to the rest at the set-aside records.',
  ),
  'part-of-sale': words(
    '这笔付款是组合付款销售的一部分。',
    'This payment is one of several that pay a sale.',
    '请取消整笔销售，或按整笔销售退货。',
    'Cancel the whole sale, or refund the sale.',
  ),
} as const satisfies Record<string, RuleWords>;
