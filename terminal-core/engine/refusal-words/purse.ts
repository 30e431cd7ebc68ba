import { OTHER_TENDER, type RuleWords, words } from './words.ts';

/** Taking and loading an electronic purse. */
export const PURSE_REFUSALS = {
  'purse-gone': words(
    '没有放卡，或卡已拿走。未扣款。',
    'There is no card, or it was taken away. Nothing was charged.',
    '请放好卡后再按一次。',
    'Put the card in and press once more.',
  ),
  'purse-not-started': words(
    '此卡尚未启用。',
    'This card is not good yet.',
    '请核对终端日期，或换其他付款方式。',
    'Check the date of the terminal, or take another tender.',
  ),
  'purse-expired': words(
    '此卡已过有效期。',
    'This card has expired.',
    '请换其他付款方式；余额可到服务台办理转移。',
    'Take another tender; the service desk can move the balance to a new card.',
  ),
  'purse-card-in-doubt': words(
    '此卡有一笔结果未明的交易，弄清之前不能再扣款或充值。',
    'What became of an earlier transaction of this card is not known: it can neither pay nor be loaded before that.',
    '请重新放好此卡，系统会自动查明；或换其他付款方式。',
    'Put this card in again and it is found out by itself, or take another tender.',
  ),
  'purse-other-card': words(
    '这笔销售要等先前那张卡查明结果，不能换卡扣款。',
    'This sale waits for the card that began to pay it: another card would pay it twice.',
    '请放回先前那张卡，或选择换付款方式。',
    'Put the first card in again, or choose another tender.',
  ),
  'purse-too-many-doubts': words(
    '结果未明的钱包交易过多，暂不受理电子钱包。',
    'Too many purse transactions have no known outcome: no purse is taken for now.',
    '请先让那些卡回来查明，或结算后再用。',
    'Have those cards presented again, or settle the batch.',
  ),
  'psam-missing': words(
    '终端安全模块（PSAM）没有应答，不能受理电子钱包。',
    'The security module (PSAM) does not answer: no purse can be taken.',
    '请检查读卡器和PSAM卡，或换其他付款方式。',
    'Check the reader and the PSAM, or take another tender.',
  ),
  'purse-amount-max': words(
    '金额超过电子钱包单笔限额。',
    'The amount is above the limit for one sale with a purse.',
    ...OTHER_TENDER,
  ),
  'purse-balance-too-low': words(
    '卡内余额不足。未扣款。',
    'There is not enough on the card. Nothing was charged.',
    '请先充值，或换其他付款方式。',
    'Load the card first, or take another tender.',
  ),
  'purse-balance-max': words(
    '充值后余额将超过此卡上限。',
    'With this load the balance would be above what a card may hold.',
    '请减少充值金额。',
    'Load less.',
  ),
  'purse-card-refused': words(
    '卡片拒绝了此操作。未扣款，未充值。',
    'The card refused. Nothing was charged or loaded.',
    '请换卡或换其他付款方式。',
    'Take another card or another tender.',
  ),
  'purse-pin-wrong': words(
    '卡密码错误。未扣款。',
    'The card PIN is wrong. Nothing was charged.',
    '请顾客重新输入卡密码，或换其他付款方式。',
    'The customer enters the card PIN again, or takes another tender.',
  ),
  'purse-pin-blocked': words(
    '卡密码已锁定。未扣款。',
    'The card PIN is blocked. Nothing was charged.',
    '请换其他付款方式；持卡人须到发卡方解锁密码。',
    'Take another tender; the holder must have the PIN unblocked by the issuer.',
  ),
  'purse-wait-for-card': words(
    '没有等待返回的卡：这笔交易的结果已经查明。',
    'No card is waited for: what became of this transaction is known.',
    '请在交易列表中查看结果。',
    'Look it up in the list of transactions.',
  ),
  'purse-refund-other-card': words(
    '不是原来付款的那张卡。',
    'This is not the card that paid.',
    '请放入原来付款的卡。',
    'Put in the card that paid.',
  ),
  'purse-not-refundable': words(
    '这笔钱包消费不能退：未扣款、已退清或有退款在途。',
    'This purse sale cannot be given back: not charged, given back already, or a refund is on its way.',
    '请在交易列表中核对。',
    'Check it in the list of transactions.',
  ),
  'purse-trouble': words(
    '读卡器或安全模块出错。未扣款。',
    'The reader or the security module failed. Nothing was charged.',
    '请重新放卡再试，或换其他付款方式。',
    'Put the card in again, or take another tender.',
  ),
} as const satisfies Record<string, RuleWords>;
