import type { PurseLogResult } from '../../api/contract.ts';
import { PURSE_TRANSACTION_TYPE } from '../../domain/purse.ts';
import type { BilingualText } from '../../domain/text.ts';
import type { PurseLogRecord } from '../../purse/index.ts';

interface LoggedKind {
  readonly what: BilingualText;
  /** Whether it took money off the card or put it on. */
  readonly sign: 1 | -1;
}

const KINDS: Readonly<Record<number, LoggedKind>> = {
  [PURSE_TRANSACTION_TYPE.load]: { what: { 'zh-CN': '充值', en: 'Load' }, sign: 1 },
  [PURSE_TRANSACTION_TYPE.unload]: { what: { 'zh-CN': '圈提', en: 'Unload' }, sign: -1 },
  [PURSE_TRANSACTION_TYPE.purchase]: { what: { 'zh-CN': '消费', en: 'Purchase' }, sign: -1 },
  [PURSE_TRANSACTION_TYPE.composite]: { what: { 'zh-CN': '复合消费', en: 'Composite purchase' }, sign: -1 },
};

/** A card of another issuer may write down what this till knows nothing of. */
const OTHER: LoggedKind = { what: { 'zh-CN': '其他', en: 'Other' }, sign: -1 };

/** The card's own records as the screens show them. */
export function purseLogView(records: readonly PurseLogRecord[]): PurseLogResult {
  return {
    kind: 'purse-log',
    lines: records.map(({ amountMinor, date, terminalNumber, time, transactionType }) => {
      const { what, sign } = KINDS[transactionType] ?? OTHER;
      return { date, time, what, amountMinor: sign * amountMinor, terminalNumber };
    }),
  };
}
