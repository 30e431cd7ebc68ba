import { type RuleWords, words } from './words.ts';

/** The terminal and its batch: sign-on, host, settlement, journal. */
export const TERMINAL_REFUSALS = {
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
  'terminal-stopped': words(
    '程序出错，已停止交易：刚才的结果没有记下。',
    'A fault of the program has stopped the terminal: the last outcome could not be recorded.',
    '请重新启动程序，未完成的交易会自动处理，请勿重复收款。若再次停止，请改收现金并通知工程师。',
    'Restart the program: what was left open is decided then, so charge nobody twice. If it stops again, call an engineer.',
  ),
  'journal-cannot-write': words(
    '无法写入交易日志，未做任何扣款。',
    'The journal cannot be written; nothing was charged.',
    '请检查磁盘空间和权限后重试，或通知工程师。',
    'Check disk space and permissions and try again, or call an engineer.',
  ),
} as const satisfies Record<string, RuleWords>;
