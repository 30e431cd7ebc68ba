import type { BilingualText } from '../domain/text.ts';

/**
 * What a status word says about money.
 *
 * `done`: the card did it. `refused`: the card did nothing. `unknown`: the card may have acted (a memory that failed, a
 * word that no table knows): as a `no-answer`, it must be found out and may not be taken for a refusal.
 */
export type StatusEffect = 'done' | 'refused' | 'unknown';

export type StatusCode =
  | 'ok'
  | 'balance-too-low'
  | 'mac-wrong'
  | 'application-locked'
  | 'counter-exhausted'
  | 'key-unknown'
  | 'nothing-to-prove'
  | 'pin-wrong'
  | 'pin-blocked'
  | 'security-status'
  | 'conditions-not-met'
  | 'file-not-found'
  | 'record-not-found'
  | 'bad-parameters'
  | 'bad-length'
  | 'not-supported'
  | 'refused'
  | 'card-failed'
  | 'unknown';

export interface StatusMeaning {
  readonly code: StatusCode;
  readonly effect: StatusEffect;
  /** What happened. */
  readonly text: BilingualText;
  readonly nextStep: BilingualText;
  /** With `pin-wrong`: how often the PIN may still be tried, 0 to 15. */
  readonly triesLeft?: number;
}

export const STATUS_OK = 0x9000;

const OTHER_CARD = ['请换卡或换其他付款方式。', 'Take another card or another tender.'] as const;
const SAME_CARD = ['请重新放卡再试一次。', 'Present the card again.'] as const;
const ASK_SERVICE = ['请联系技术支持，并换其他付款方式。', 'Take another tender and call support.'] as const;

const meaning = (
  code: StatusCode,
  effect: StatusEffect,
  zhText: string,
  enText: string,
  [zhNext, enNext]: readonly [string, string],
): StatusMeaning => ({
  code,
  effect,
  text: { 'zh-CN': zhText, en: enText },
  nextStep: { 'zh-CN': zhNext, en: enNext },
});

interface StatusRow {
  readonly from: number;
  readonly to: number;
  readonly meaning: StatusMeaning;
}

const row = (from: number, to: number, entry: StatusMeaning): StatusRow => ({ from, to, meaning: entry });

const BALANCE = meaning('balance-too-low', 'refused', '卡内余额不足。', 'The balance is too low.', [
  '请充值或换其他付款方式。',
  'Load the card or take another tender.',
]);

/** The first row that holds the word counts. 93xx and 94xx are the purse's own, the rest is ISO 7816-4. */
const STATUS_ROWS: readonly StatusRow[] = [
  row(0x9000, 0x9000, meaning('ok', 'done', '成功。', 'Done.', ['无需操作。', 'Nothing to do.'])),
  row(0x9401, 0x9401, BALANCE),
  row(0x9301, 0x9301, BALANCE),
  row(
    0x9302,
    0x9302,
    meaning('mac-wrong', 'refused', '报文验证码错误。', 'The authentication code is wrong.', ASK_SERVICE),
  ),
  row(
    0x9303,
    0x9303,
    meaning(
      'application-locked',
      'refused',
      '此卡的电子钱包已永久锁定。',
      'The purse on this card is locked for good.',
      ['请让持卡人到发卡方换卡。', 'The holder must have the card replaced by its issuer.'],
    ),
  ),
  row(
    0x9402,
    0x9402,
    meaning(
      'counter-exhausted',
      'refused',
      '此卡的交易次数已用完。',
      'The card has used up its transaction numbers.',
      ['请让持卡人到发卡方换卡。', 'The holder must have the card replaced by its issuer.'],
    ),
  ),
  row(
    0x9403,
    0x9403,
    meaning(
      'key-unknown',
      'refused',
      '卡上没有所需的密钥。',
      'The card lacks the key asked for.',
      ASK_SERVICE,
    ),
  ),
  row(
    0x9406,
    0x9406,
    // "Not found" is not "not debited": the caller compares counter and balance before it says anything.
    meaning(
      'nothing-to-prove',
      'refused',
      '卡上没有这笔交易的证明。',
      'The card holds no proof of this transaction.',
      SAME_CARD,
    ),
  ),
  row(
    0x63c1,
    0x63cf,
    meaning('pin-wrong', 'refused', '卡密码错误。', 'The card PIN is wrong.', [
      '请重新输入卡密码。',
      'Enter the card PIN again.',
    ]),
  ),
  row(0x63c0, 0x63c0, pinBlocked()),
  row(0x6983, 0x6983, pinBlocked()),
  row(
    0x6982,
    0x6982,
    meaning('security-status', 'refused', '需要先验证卡密码。', 'The card PIN must be verified first.', [
      '请输入卡密码。',
      'Enter the card PIN.',
    ]),
  ),
  row(
    0x6985,
    0x6985,
    meaning(
      'conditions-not-met',
      'refused',
      '卡片当前不能执行此操作。',
      'The card cannot do this at this point.',
      SAME_CARD,
    ),
  ),
  row(0x6a82, 0x6a82, meaning('file-not-found', 'refused', '卡上没有此应用。', 'No such file.', OTHER_CARD)),
  row(
    0x6a83,
    0x6a83,
    meaning('record-not-found', 'refused', '卡上没有此记录。', 'No such record.', OTHER_CARD),
  ),
  row(
    0x6a86,
    0x6a86,
    meaning('bad-parameters', 'refused', '卡片不认此参数。', 'P1 P2 are wrong.', ASK_SERVICE),
  ),
  row(
    0x6700,
    0x67ff,
    meaning('bad-length', 'refused', '命令长度错误。', 'The length is wrong.', ASK_SERVICE),
  ),
  row(
    0x6d00,
    0x6eff,
    meaning('not-supported', 'refused', '卡片不支持此命令。', 'The card does not know this.', OTHER_CARD),
  ),
  // ISO 7816-4: 64xx leaves the memory as it was, 68xx to 6Exx refuse before anything is done.
  row(0x6400, 0x64ff, refused()),
  row(0x6800, 0x6eff, refused()),
  // 65xx: the memory changed or failed. 6Fxx: the card does not know itself.
  row(0x6500, 0x65ff, cardFailed()),
  row(0x6f00, 0x6fff, cardFailed()),
];

const UNKNOWN_WORD = meaning(
  'unknown',
  'unknown',
  '卡片的应答无法识别。',
  'The card gave an answer that is not known.',
  SAME_CARD,
);

function pinBlocked(): StatusMeaning {
  return meaning('pin-blocked', 'refused', '卡密码已锁定。', 'The card PIN is blocked.', [
    '请让持卡人到发卡方解锁。',
    'The holder must have it unblocked by the issuer.',
  ]);
}

function refused(): StatusMeaning {
  return meaning('refused', 'refused', '卡片拒绝了此操作。', 'The card refused.', OTHER_CARD);
}

function cardFailed(): StatusMeaning {
  return meaning('card-failed', 'unknown', '卡片出错。', 'The card failed.', SAME_CARD);
}

/** The meaning of any status word; 61xx and 6Cxx do not come here (`exchange.ts` follows them). */
export function statusMeaning(statusWord: number): StatusMeaning {
  const found = STATUS_ROWS.find(({ from, to }) => from <= statusWord && statusWord <= to)?.meaning;
  if (found === undefined) return UNKNOWN_WORD;
  return found.code === 'pin-wrong' ? { ...found, triesLeft: statusWord & 0x0f } : found;
}

/** "9000", "63C2". */
export function hexWord(statusWord: number): string {
  return statusWord.toString(16).toUpperCase().padStart(4, '0');
}
