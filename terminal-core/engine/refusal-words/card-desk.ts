import { type RuleWords, words } from './words.ts';

/** Balance, load and the other services of a host-account card. */
export const CARD_DESK_REFUSALS = {
  'inquiry-unanswered': words(
    '主机没有答复，无法查询。',
    'The host did not answer, so nothing is known about the card.',
    '请稍后再查询；卡内余额没有变动。',
    'Ask again later; nothing on the card has changed.',
  ),
  'load-above-limit': words(
    '充值金额超过单卡余额上限。',
    'The amount is more than any card may hold.',
    '请减少充值金额。',
    'Load less.',
  ),
  'new-card-needed': words(
    '换卡需要一张新卡。',
    'A replacement needs a new card.',
    '请刷一张未激活的新卡。',
    'Present a new card that was never activated.',
  ),
  'new-card-same': words(
    '新卡与旧卡是同一张卡。',
    'The new card is the old one.',
    '请刷一张未激活的新卡。',
    'Present a new card that was never activated.',
  ),
  'surrender-amount-needed': words(
    '退卡前须先查询余额。',
    'The balance must be known before a card is given back.',
    '请先查询余额，再按余额退卡。',
    'Ask for the balance first, then pay out that amount.',
  ),
  'surrender-above-limit': words(
    '卡内余额超过可退现金的上限。',
    'There is more on the card than may be paid out in cash.',
    '请顾客先消费；余额不超过上限时再退卡。',
    'Let the customer spend it first; the card is taken back once the rest is within the limit.',
  ),
  'claim-open': words(
    '此卡在本店有未了结的欠款。',
    'A claim of this store on this card is still open.',
    '请先补收或在待处理列表中了结欠款，再退卡或换卡。',
    'Collect or close the claim first, then replace the card or take it back.',
  ),
  'card-records-open': words(
    '此卡在本机还有未上送或待处理的交易，余额尚不确定。',
    'This terminal holds a record of this card that is not sent or not resolved: its balance is not certain.',
    '请先联机上送，或在待处理列表中处理；重新查询余额后再办理。',
    'Let it be sent or resolve it at the workbench, ask for the balance again, then do this.',
  ),
  'request-differs': words(
    '这个请求编号已用于另一项业务。',
    'This request id was used for something else.',
    '请重新操作。',
    'Start it again.',
  ),
} as const satisfies Record<string, RuleWords>;
