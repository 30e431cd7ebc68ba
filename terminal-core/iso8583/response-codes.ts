import type { BilingualText } from '../domain/text.ts';

/** What an answer's DE39 asks the terminal to do. */
export type ResponseCategory =
  | 'accept'
  | 'call-issuer'
  | 'try-again'
  | 'try-later'
  | 'issuer-timeout'
  | 'keep-card'
  | 'sign-on-again'
  | 'terminal-unknown'
  | 'decline';

export interface ResponseCode {
  readonly code: string;
  readonly category: ResponseCategory;
  /** What happened, for the cashier. */
  readonly text: BilingualText;
  /** The one thing to do next. */
  readonly nextStep: BilingualText;
}

type Row = readonly [code: string, category: ResponseCategory, zh: string, en: string, step?: BilingualText];

function step(zh: string, en: string): BilingualText {
  return { 'zh-CN': zh, en };
}

/** What to do next where the code itself asks for nothing special. */
const STEP_OF_CATEGORY: Readonly<Record<ResponseCategory, BilingualText>> = {
  accept: step('交易完成，请打印签购单。', 'Done: print the receipt.'),
  'call-issuer': step(
    '请顾客联系发卡方，或换其他方式付款。',
    'Ask the customer to call the card issuer, or take another payment.',
  ),
  'try-again': step('请重新做一次交易。', 'Do the transaction once more.'),
  'try-later': step('请稍后再试，或换其他方式付款。', 'Try again in a few minutes, or take another payment.'),
  'issuer-timeout': step(
    '请勿重复收款，等终端冲正后再试。',
    'Do not charge again until the terminal has reversed this sale.',
  ),
  'keep-card': step(
    '请留下卡片并通知主管。',
    'Keep the card if it is safe to do so and call the supervisor.',
  ),
  'sign-on-again': step('请重新签到后再试。', 'Sign the terminal on again, then repeat the transaction.'),
  'terminal-unknown': step('请联系收单机构登记终端。', 'Call the acquirer: this terminal is not registered.'),
  decline: step('请换其他方式付款。', 'Take another payment.'),
};

const ENTER_AGAIN = step('请核对后重新输入。', 'Check what was entered and enter it again.');
const CALL_ACQUIRER = step('请联系收单机构。', 'Call the acquirer.');
const CHECK_ORIGINAL = step(
  '请核对原交易的凭证号、日期和金额。',
  "Check the original's trace number, date and amount.",
);

const ROWS: readonly Row[] = [
  ['00', 'accept', '交易成功', 'Approved'],
  ['01', 'call-issuer', '交易失败，请联系发卡方', 'The issuer wants to be asked first'],
  ['03', 'decline', '商户未登记', 'The merchant is not registered', CALL_ACQUIRER],
  ['04', 'keep-card', '没收卡', 'The issuer asks to keep this card'],
  ['05', 'decline', '发卡方不予承兑', 'The issuer declined'],
  [
    '10',
    'accept',
    '部分金额批准',
    'Part of the amount was approved',
    step('请收取余下金额。', 'Take the rest of the amount by another payment.'),
  ],
  ['11', 'accept', '交易成功（贵宾卡）', 'Approved (VIP)'],
  ['12', 'decline', '无效交易', 'The host does not allow this transaction here'],
  ['13', 'decline', '无效金额', 'The amount is not valid', ENTER_AGAIN],
  ['14', 'decline', '无效卡号', 'There is no such card number', ENTER_AGAIN],
  ['15', 'decline', '无此发卡方', 'The issuer of this card is not known here'],
  [
    '21',
    'decline',
    '卡未启用',
    'The card is not active',
    step('请先激活此卡，或换其他方式付款。', 'Activate the card first, or take another payment.'),
  ],
  ['22', 'decline', '与原交易不符', 'It does not agree with its original transaction', CHECK_ORIGINAL],
  ['25', 'call-issuer', '找不到原交易', 'The original transaction was not found', CHECK_ORIGINAL],
  ['30', 'try-again', '报文格式错误', 'The host could not read the message'],
  ['34', 'keep-card', '有作弊嫌疑，请没收卡', 'Suspected fraud: the issuer asks to keep this card'],
  [
    '38',
    'decline',
    '密码错误次数超限',
    'Too many wrong PINs',
    step('请顾客联系发卡方重置密码。', 'The customer must have the issuer reset the PIN.'),
  ],
  ['40', 'decline', '不支持此功能', 'The host does not offer this function'],
  ['41', 'keep-card', '挂失卡，请没收', 'The card was reported lost'],
  ['43', 'keep-card', '被窃卡，请没收', 'The card was reported stolen'],
  [
    '51',
    'decline',
    '余额不足',
    'Not enough balance',
    step('请减少金额或换其他方式付款。', 'Charge less, or take another payment.'),
  ],
  [
    '54',
    'decline',
    '卡已过期',
    'The card has expired',
    step('请顾客换卡或到服务台办理延期。', 'Take another card; the service desk can renew this one.'),
  ],
  [
    '55',
    'decline',
    '密码错误',
    'Wrong PIN',
    step('请顾客重新输入密码。', 'Let the customer enter the PIN again.'),
  ],
  ['57', 'decline', '此卡不允许该交易', 'The card may not be used for this'],
  ['58', 'decline', '终端不允许该交易', 'This terminal may not do this', CALL_ACQUIRER],
  [
    '59',
    'decline',
    '有作弊嫌疑',
    'Suspected fraud',
    step('请勿放行，通知主管。', 'Do not hand over the goods; call the supervisor.'),
  ],
  [
    '61',
    'decline',
    '超出金额限制',
    'Over the amount limit of the card',
    step('请减少金额或换其他方式付款。', 'Charge less, or take another payment.'),
  ],
  ['62', 'decline', '受限制的卡', 'The card is restricted'],
  ['64', 'decline', '与原交易金额不符', "The amount is not the original's", CHECK_ORIGINAL],
  ['65', 'decline', '超出消费次数限制', 'The card was used too often today'],
  ['68', 'try-again', '发卡方应答超时', "The issuer's answer came too late"],
  [
    '75',
    'decline',
    '密码次数超限',
    'No PIN tries are left',
    step('请顾客联系发卡方重置密码。', 'The customer must have the issuer reset the PIN.'),
  ],
  ['90', 'try-later', '系统日终处理中', 'The host is closing its day'],
  ['91', 'try-later', '发卡方暂不可用', "The issuer's system is down"],
  ['92', 'try-later', '与发卡方通信不通', 'The issuer cannot be reached'],
  [
    '94',
    'try-later',
    '重复交易',
    'The host already has this transaction',
    step('请查询原交易结果，勿重复收款。', 'Look up the first one; do not charge again.'),
  ],
  ['96', 'try-later', '系统异常', 'The host has a fault'],
  ['97', 'terminal-unknown', '终端未登记', 'The host does not know this terminal'],
  ['98', 'issuer-timeout', '发卡方无应答', 'The issuer did not answer'],
  ['99', 'sign-on-again', '密码密钥不符', 'The PIN could not be read: the keys do not agree'],
  ['A0', 'sign-on-again', '报文校验失败', 'The message check failed: the keys do not agree'],
  [
    'H1',
    'decline',
    '卡上有未完成的预授权',
    'A pre-authorisation stands on the card',
    step('请先完成或撤销预授权。', 'Complete or void the pre-authorisation first.'),
  ],
  ['A1', 'decline', '转账货币不一致', 'The currencies do not agree'],
  ['A2', 'accept', '交易成功，待对账确认', 'Approved; the acquirer will confirm it'],
  ['A3', 'decline', '收款账号无效', 'The account to credit is not valid'],
  ['A4', 'accept', '交易成功，待对账确认', 'Approved; the acquirer will confirm it'],
  ['A5', 'accept', '交易成功，待对账确认', 'Approved; the acquirer will confirm it'],
  ['A6', 'accept', '交易成功，待对账确认', 'Approved; the acquirer will confirm it'],
  ['A7', 'try-later', '安全处理失败', "The host's security module failed"],
];

const TABLE: ReadonlyMap<string, ResponseCode> = new Map(
  ROWS.map(([code, category, zh, en, nextStep]) => [
    code,
    { code, category, text: { 'zh-CN': zh, en }, nextStep: nextStep ?? STEP_OF_CATEGORY[category] },
  ]),
);

/** Every code of the table, in its order. */
export const responseCodes: readonly ResponseCode[] = [...TABLE.values()];

/**
 * What a response code (DE39) means. A code that no table knows is a decline that says so: to take it for an approval
 * would give goods away.
 */
export function responseCode(code: string): ResponseCode {
  return (
    TABLE.get(code) ?? {
      code,
      category: 'decline',
      text: {
        'zh-CN': `主机返回未知应答码 ${code}，交易未成功`,
        en: `The host declined with the unknown code ${code}`,
      },
      nextStep: step(
        '请换其他方式付款，并把应答码告知收单机构。',
        'Take another payment and tell the acquirer this code.',
      ),
    }
  );
}
