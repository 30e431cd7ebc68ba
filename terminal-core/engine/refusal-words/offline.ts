import { OTHER_TENDER, type RuleWords, words } from './words.ts';

/** A balance inquiry brings a new certificate with its answer. */
const RENEW_ONLINE = [
  '请换其他付款方式。联网后查询一次余额，即可更新此卡的凭证。',
  'Take another tender. Once online, a balance inquiry renews the certificate of this card.',
] as const;

/** Taking a card without the host: each cap and each certificate rule has its own row. */
export const OFFLINE_REFUSALS = {
  'clock-went-back': words(
    '终端时钟早于已记录的时间，不能脱机受理卡片。',
    'The clock is earlier than what has been recorded: no card can be taken offline.',
    '请校准时钟，或收现金。',
    'Set the clock right, or take cash.',
  ),
  'offline-no-certificate': words(
    '脱机：此卡没有可用的余额凭证。',
    'Offline: there is no balance certificate for this card.',
    ...RENEW_ONLINE,
  ),
  'offline-certificate-revoked': words(
    '脱机：签发此卡余额凭证的密钥已作废。',
    'Offline: the key that signed the balance certificate of this card has been revoked.',
    ...RENEW_ONLINE,
  ),
  'offline-certificate-expired': words(
    '脱机：此卡的余额凭证已过期。',
    'Offline: the balance certificate of this card has expired.',
    ...RENEW_ONLINE,
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
    ...RENEW_ONLINE,
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
} as const satisfies Record<string, RuleWords>;
