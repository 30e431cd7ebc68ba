import type { BilingualText } from '../domain/text.ts';

/** What a rule says to the person at the till: what happened and what to do next. */
interface RuleWords {
  readonly text: BilingualText;
  readonly nextStep: BilingualText;
}

const words = (zhText: string, enText: string, zhNext: string, enNext: string): RuleWords => ({
  text: { 'zh-CN': zhText, en: enText },
  nextStep: { 'zh-CN': zhNext, en: enNext },
});

const OTHER_TENDER = [
  '请换其他付款方式，或等联网后再试。',
  'Take another tender, or try again when online.',
] as const;

/** Every rule by which the terminal refuses something: nothing was sent and no money moved. One row a rule. */
export const REFUSALS = {
  'no-operator': words('没有操作员签到。', 'No operator is signed on.', '请先签到。', 'Sign on first.'),
  'wrong-password': words(
    '操作员号或密码不正确。',
    'The operator code or the password is wrong.',
    '请核对后重新输入。连续错误 5 次将被锁定。',
    'Check both and try again. After 5 failures in a row the code is locked for a while.',
  ),
  'operator-locked': words(
    '密码错误次数过多，此操作员号暂时锁定。',
    'Too many wrong passwords: this operator code is locked for a while.',
    '请稍后再试，或请主管处理。',
    'Wait and try again later, or use another operator code.',
  ),
  'supervisor-required': words(
    '此操作需要主管授权。',
    'A supervisor must approve this.',
    '请主管输入操作员号和密码。',
    'Ask a supervisor to enter code and password.',
  ),
  'approver-not-allowed': words(
    '此操作员无权授权。',
    'This operator may not approve it.',
    '请由主管输入自己的操作员号和密码。',
    'A supervisor must enter a code and password of their own.',
  ),
  'role-not-allowed': words(
    '当前操作员无权执行此操作。',
    'This operator may not do this.',
    '请有权限的操作员签到。',
    'Sign on an operator who may.',
  ),
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
  'clock-went-back': words(
    '终端时钟早于已记录的时间，不能脱机受理卡片。',
    'The clock is earlier than what has been recorded: no card can be taken offline.',
    '请校准时钟，或收现金。',
    'Set the clock right, or take cash.',
  ),
  'settlement-in-doubt': words(
    '主机可能已经结算本批次，不能放弃。',
    'The host may have closed this batch already: the settlement cannot be given up.',
    '联网后请再次结算，系统会得到同样的结果。',
    'Settle again when online; the host answers as it did.',
  ),
  'no-settlement': words(
    '没有正在进行的结算。',
    'No settlement is in progress.',
    '无需处理。',
    'There is nothing to give up.',
  ),
  settling: words(
    '正在批结算，暂不能做联机交易。',
    'Settlement is in progress: no card transaction can start.',
    '请等结算完成；现金销售不受影响。',
    'Wait until it is done; cash sales go on.',
  ),
  'host-unreachable': words(
    '联系不上主机。',
    'The host cannot be reached.',
    '请稍后再试；已受理的脱机交易不会丢失。',
    'Try again later; what was accepted offline is safe.',
  ),
  'not-signed-on': words(
    '终端尚未向主机签到。',
    'The terminal has not signed on to the host.',
    '联网后请先做终端签到。',
    'Sign the terminal on as soon as the host can be reached.',
  ),
  'sign-on-refused': words(
    '主机拒绝了终端签到。',
    'The host refused the terminal sign-on.',
    '请联系收单机构核对商户号和终端号。',
    'Ask the acquirer to check merchant and terminal number.',
  ),
  'sign-on-keys-wrong': words(
    '主机下发的密钥校验值不符，未启用任何新密钥。',
    'The working keys from the host fail their check values; none took effect.',
    '请重新签到；若仍失败请通知工程师核对主密钥。',
    'Sign on again; if it fails again ask an engineer to check the master key.',
  ),
  'reversal-owed': words(
    '有冲正尚未送达主机，暂不能做联机交易。',
    'A reversal has not reached the host yet, so no online transaction can start.',
    '请等联网自动补发；可收现金或脱机卡。',
    'It goes out by itself; take cash or an offline card meanwhile.',
  ),
  'link-lost-before-send': words(
    '交易未能发出，未扣款。',
    'The transaction did not leave the terminal; nothing was charged.',
    '请再试一次或换其他付款方式。',
    'Try again, or take another tender.',
  ),
  'offline-no-certificate': words(
    '脱机：此卡没有可用的余额凭证。',
    'Offline: there is no balance certificate for this card.',
    ...OTHER_TENDER,
  ),
  'offline-certificate-expired': words(
    '脱机：此卡的余额凭证已过期。',
    'Offline: the balance certificate of this card has expired.',
    ...OTHER_TENDER,
  ),
  'offline-certificate-from-future': words(
    '脱机：余额凭证的签发时间晚于本机时间。',
    'Offline: the balance certificate was issued later than this clock says it is now.',
    '请检查终端时钟，或换其他付款方式。',
    'Check the terminal clock, or take another tender.',
  ),
  'offline-certificate-scope': words(
    '脱机：此卡的余额凭证不适用于本终端。',
    'Offline: the balance certificate of this card is not for this terminal.',
    ...OTHER_TENDER,
  ),
  'hotlisted-card': words(
    '此卡在黑名单中，不能受理。',
    'This card is on the hotlist and is refused.',
    '请换其他付款方式；持卡人可联系发卡机构。',
    'Take another tender; the holder can ask the issuer.',
  ),
  'hotlist-too-old': words(
    '脱机：黑名单过旧，不能脱机受理卡片。',
    'Offline: the hotlist is too old to accept cards offline.',
    '请联网更新，或收现金。',
    'Go online to refresh it, or take cash.',
  ),
  'offline-sign-on-too-old': words(
    '脱机：距上次终端签到过久。',
    'Offline: the last terminal sign-on is too long ago.',
    '请联网签到，或收现金。',
    'Go online and sign on, or take cash.',
  ),
  'offline-floor': words(
    '脱机：金额超过单笔脱机限额。',
    'Offline: the amount is above the limit for one offline sale.',
    ...OTHER_TENDER,
  ),
  'offline-balance': words(
    '脱机：超过此卡凭证的余额或脱机额度。',
    'Offline: more than the certificate allows for this card.',
    ...OTHER_TENDER,
  ),
  'offline-card-count': words(
    '脱机：此卡的脱机次数已用完。',
    'Offline: this card has used up its number of offline sales.',
    ...OTHER_TENDER,
  ),
  'offline-card-batch': words(
    '脱机：此卡在本批次的脱机限额已用完。',
    'Offline: this card has reached its offline limit for this batch.',
    ...OTHER_TENDER,
  ),
  'offline-terminal-amount': words(
    '脱机：本终端未上送金额已达上限。',
    'Offline: this terminal holds as much unsent money as it may.',
    '请联网上送，或收现金。',
    'Go online to upload, or take cash.',
  ),
  'offline-terminal-count': words(
    '脱机：本终端未上送笔数已达上限。',
    'Offline: this terminal holds as many unsent sales as it may.',
    '请联网上送，或收现金。',
    'Go online to upload, or take cash.',
  ),
  'offline-too-old': words(
    '脱机：最早的未上送交易已过久。',
    'Offline: the oldest unsent sale is too old.',
    '请联网上送，或收现金。',
    'Go online to upload, or take cash.',
  ),
  'pin-needed-online': words(
    '此金额需要密码，脱机无法验证。',
    'This amount needs a PIN, which cannot be checked offline.',
    ...OTHER_TENDER,
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
  'refund-too-late': words(
    '已超过退货期限。',
    'The refund period is over.',
    '请联系收单机构处理。',
    'Ask the acquirer.',
  ),
  'nothing-to-settle': words(
    '终端没有打开的批次。',
    'The terminal has no open batch.',
    '请先做终端签到。',
    'Sign the terminal on first.',
  ),
  'unsent-remains': words(
    '还有未送达的交易，不能结算。',
    'There is something the host has not answered yet, so the batch cannot be settled.',
    '请联网后再试，上送会自动进行。',
    'Try again when online; the upload goes by itself.',
  ),
  'batch-full': words('本批次已满。', 'The batch is full.', '请先批结算。', 'Settle the batch first.'),
  'no-receipt': words(
    '没有可打印的凭证。',
    'There is no receipt to print.',
    '只有成功的交易有凭证。',
    'Only successful transactions have one.',
  ),
  'journal-cannot-write': words(
    '无法写入交易日志，未做任何扣款。',
    'The journal cannot be written; nothing was charged.',
    '请检查磁盘空间和权限后重试，或通知工程师。',
    'Check disk space and permissions and try again, or call an engineer.',
  ),
} as const satisfies Record<string, RuleWords>;

export type RefusalRule = keyof typeof REFUSALS;

export interface Refusal {
  readonly kind: 'refused';
  readonly rule: RefusalRule;
  readonly text: BilingualText;
  readonly nextStep: BilingualText;
}

export function refusal(rule: RefusalRule): Refusal {
  return { kind: 'refused', rule, ...REFUSALS[rule] };
}
