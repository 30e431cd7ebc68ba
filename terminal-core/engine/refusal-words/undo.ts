import { type RuleWords, words } from './words.ts';

/** What follows upon an earlier transaction: void, refund, completion. */
export const UNDO_REFUSALS = {
  'sale-being-undone': words(
    '有销售因小票未能打印正在撤销。',
    'A sale without a receipt is being undone.',
    '系统联网后会自动完成，请稍后再试。',
    'That goes by itself when online; try again in a while.',
  ),
  'no-such-transaction': words(
    '找不到这笔交易。',
    'There is no such transaction.',
    '请核对参考号或凭证号。',
    'Check the reference or trace number.',
  ),
  'different-card': words(
    '不是原交易的卡。',
    'This is not the card of the original transaction.',
    '请使用原卡。',
    'Use the card that was used for the sale.',
  ),
  'card-needed': words(
    '此操作需要原卡。',
    'This needs the card that paid.',
    '请刷原卡。',
    'Present that card.',
  ),
  'undo-differs': words(
    '这个请求编号已用于另一笔撤销、退货或完成。',
    'This request id was used for another void, refund or completion.',
    '请重新操作。',
    'Start it again.',
  ),
  'not-voidable': words(
    '这笔交易不能撤销。',
    'This transaction cannot be voided.',
    '已结算的交易请做退货。',
    'Refund it if its batch has been settled.',
  ),
  'not-refundable': words(
    '这笔交易不能退货。',
    'This transaction cannot be refunded.',
    '未结算的交易请做撤销。',
    'Void it if its batch has not been settled.',
  ),
  'already-pending': words(
    '这笔交易已有撤销、退货或完成在处理中。',
    'A void, refund or completion of this transaction is already on its way.',
    '请等结果。',
    'Wait for its outcome.',
  ),
  'refund-above-original': words(
    '退货金额超过可退余额。',
    'The refund is more than what is left of the original amount.',
    '请核对金额。',
    'Check the amount.',
  ),
  'refund-too-late': words(
    '已超过退货期限。',
    'The refund period is over.',
    '请联系收单机构处理。',
    'Ask the acquirer.',
  ),
  'not-completable': words(
    '这笔交易不是有效的预授权，不能完成。',
    'This is no pre-authorisation that still stands, so it cannot be completed.',
    '请核对凭证号；已撤销的预授权请重新做消费。',
    'Check the number; take a new payment if the pre-authorisation was voided.',
  ),
  'pre-authorisation-completed': words(
    '这笔预授权已经完成。',
    'This pre-authorisation has been completed already.',
    '如需更改，请先撤销预授权完成。',
    'To change it, void the completion first.',
  ),
  'pre-authorisation-expired': words(
    '这笔预授权已超过有效期。',
    'This pre-authorisation is too old to be completed.',
    '请撤销它，并重新做消费。',
    'Void it and take a new payment.',
  ),
  'completion-above-limit': words(
    '完成金额超过预授权金额允许的上限。',
    'The amount is more than may be charged for this pre-authorisation.',
    '请核对金额；超出部分请另做一笔消费。',
    'Check the amount; take the rest as another payment.',
  ),
} as const satisfies Record<string, RuleWords>;
