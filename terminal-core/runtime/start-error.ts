import type { BilingualText } from '../domain/text.ts';

/** Why a terminal did not start: what happened and what to do, in words; nothing was changed. */
export interface StartError {
  readonly code: string;
  readonly message: BilingualText;
  readonly detail: string;
}

export type StartErrorCode = keyof typeof START_ERRORS;

const START_ERRORS = {
  'self-test-failed': {
    'zh-CN': '密码算法自检失败，终端不能启动。请通知工程师，勿使用本机交易。',
    en: 'The cryptography self-test failed: the terminal must not start. Call an engineer; do not trade on this machine.',
  },
  'not-provisioned': {
    'zh-CN': '终端尚未装机。请用 --provisioning 指定装机文件。',
    en: 'This terminal has not been provisioned. Give its provisioning file with --provisioning.',
  },
  'other-terminal': {
    'zh-CN': '数据目录属于另一台终端。请换一个数据目录，或使用原来的装机文件。',
    en: 'The data directory belongs to another terminal. Use another data directory, or the provisioning file of this one.',
  },
  'keys-missing': {
    'zh-CN': '密钥文件缺失，但交易日志还在。请恢复密钥文件，或由工程师重新注入密钥。',
    en: 'The key files are missing while the journal is there. Restore them, or have an engineer inject the keys again.',
  },
  'wrong-seal-key': {
    'zh-CN': '密钥文件无法解封：封装密钥不对。请恢复原来的封装密钥（seal.key）。',
    en: 'The key files do not open: the sealing key is another one. Restore the sealing key (seal.key) of this data directory.',
  },
  'check-value': {
    'zh-CN': '主密钥分量的校验值不符。请两位保管人重新核对分量。',
    en: 'The check value of the master key components is wrong. Have both custodians check their component.',
  },
  'catalogue-unreadable': {
    'zh-CN': '无法读取商品目录。请检查文件路径和权限。',
    en: 'The catalogue cannot be read. Check its path and permissions.',
  },
  'catalogue-empty': {
    'zh-CN': '商品目录里没有一个可用的商品。请按提示的行号修正。',
    en: 'The catalogue holds no usable product. Mend the lines that are named.',
  },
  'operators-unreadable': {
    'zh-CN': '无法读取操作员文件。请检查内容。',
    en: 'The operator file cannot be read. Check its contents.',
  },
} as const satisfies Record<string, BilingualText>;

export function startError(code: StartErrorCode, detail: string): StartError {
  return { code, message: START_ERRORS[code], detail };
}
