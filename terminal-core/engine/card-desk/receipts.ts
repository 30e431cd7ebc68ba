import type { BilingualText } from '../../domain/text.ts';
import type { StatementKind, StatementLine } from '../../iso8583/index.ts';
import { composeReceipt } from '../../receipts/index.ts';
import type { InquiryReply } from '../inputs.ts';
import { head } from '../receipt-text.ts';
import type { StateView } from '../state.ts';

/** What a movement of a card is called; the letters are those of docs/protocol.md. */
export const STATEMENT_WORDS: Readonly<Record<StatementKind, BilingualText>> = {
  IS: { 'zh-CN': '发卡', en: 'Issued' },
  LO: { 'zh-CN': '充值', en: 'Load' },
  LV: { 'zh-CN': '充值撤销', en: 'Load void' },
  PU: { 'zh-CN': '消费', en: 'Purchase' },
  OF: { 'zh-CN': '脱机消费', en: 'Offline sale' },
  VO: { 'zh-CN': '消费撤销', en: 'Void' },
  RF: { 'zh-CN': '退货', en: 'Refund' },
  PA: { 'zh-CN': '预授权', en: 'Held' },
  PV: { 'zh-CN': '预授权撤销', en: 'Hold void' },
  CO: { 'zh-CN': '预授权完成', en: 'Completion' },
  CV: { 'zh-CN': '完成撤销', en: 'Compl. void' },
  RV: { 'zh-CN': '冲正', en: 'Reversal' },
  RP: { 'zh-CN': '换卡', en: 'Replacement' },
  SU: { 'zh-CN': '退卡', en: 'Given back' },
  OT: { 'zh-CN': '其他', en: 'Other' },
};

/** The slip of a balance inquiry or statement. It proves nothing, so it is made anew each time and not journalled. */
export function cardSlipOf(
  state: StateView,
  of: InquiryReply & { readonly operatorCode: string; readonly atMs: number },
): string {
  const { balanceMinor, lines, maskedPan } = of;
  return composeReceipt(
    {
      kind: 'card-slip',
      ...head(state, of),
      last4: maskedPan.slice(-4),
      ...(balanceMinor === undefined ? {} : { balanceMinor }),
      ...(lines === undefined ? {} : { lines: lines.map(slipLine) }),
    },
    { language: 'both' },
  );
}

/** Below zero where the card paid, minor units. */
export function signedMinor(line: StatementLine): number {
  return line.sign === 'D' ? -line.amountMinor : line.amountMinor;
}

function slipLine(line: StatementLine) {
  const { balanceMinor, date, kind, time } = line;
  const at = `${date.slice(4, 6)}-${date.slice(6)} ${time.slice(0, 2)}:${time.slice(2, 4)}`;
  return { at, what: STATEMENT_WORDS[kind], amountMinor: signedMinor(line), balanceMinor };
}
