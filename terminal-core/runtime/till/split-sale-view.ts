import type { CancelResult, SplitSale } from '../../api/contract.ts';
import { type AmountMinor, amountMinor, sumAmounts } from '../../domain/money.ts';
import { isCash } from '../../engine/cash.ts';
import { tendersToUndo } from '../../engine/flows/cancel-sale.ts';
import { dueMinor, paidMinor, type SplitSaleDoc, splitSaleOf, tendersOf } from '../../engine/split.ts';
import type { StateView, Txn } from '../../engine/state.ts';
import { responseCode } from '../../iso8583/index.ts';
import { transactionView } from './views.ts';

export function splitSaleView(state: StateView, sale: SplitSaleDoc): SplitSale {
  const tenders = tendersOf(state, sale);
  const lines = tenders[0]?.txn.lines ?? [];
  return {
    saleId: sale.saleId,
    state: sale.split.state,
    lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
    totalMinor: sale.amountMinor,
    paidMinor: paidMinor(state, sale),
    dueMinor: dueMinor(state, sale),
    cashBackMinor: cashBackMinor(tenders.map(({ txn }) => txn)),
    tenders: tenders.map(({ tender, txn }) => ({
      tenderId: tender.tenderId,
      transaction: transactionView(state, txn),
      ...(tender.undoDeclined === undefined ? {} : { undoDeclined: tender.undoDeclined }),
    })),
  };
}

function cashBackMinor(txns: readonly Txn[]): AmountMinor {
  const handedBack = txns.filter((txn) => isCash(txn) && txn.state === 'voided');
  return amountMinor(sumAmounts(handedBack.map((txn) => txn.amountMinor)));
}

/** The sale of a transaction that is one of several tenders. */
export function saleOfTender(state: StateView, txn: Txn): { readonly sale?: SplitSale } {
  const sale = txn.tenderId === undefined ? undefined : splitSaleOf(state, txn.saleId ?? '');
  return sale ? { sale: splitSaleView(state, sale) } : {};
}

const WAITS_FOR_HOST = {
  text: {
    'zh-CN': '销售正在取消，部分卡内款项尚未退回。',
    en: 'The sale is being cancelled; some of the money is not back on its card yet.',
  },
  nextStep: {
    'zh-CN': '联网后系统会自动撤销，顾客无需等待。',
    en: 'It is undone by itself when the host answers; the customer need not wait.',
  },
} as const;

/** What is left of the cancelling, and who has to do something about it. */
export function cancelResultOf(state: StateView, saleId: string): CancelResult {
  const sale = splitSaleOf(state, saleId);
  if (!sale) throw new Error(`${saleId} is no sale with several tenders`);
  const view = splitSaleView(state, sale);
  if (sale.split.state === 'cancelled') return { kind: 'cancelled', sale: view };
  const declined = sale.split.tenders.find(({ undoDeclined }) => undoDeclined !== undefined)?.undoDeclined;
  if (declined === undefined || tendersToUndo(state, sale).length > 0)
    return { kind: 'cancelling', sale: view, ...WAITS_FOR_HOST };
  const { text } = responseCode(declined);
  return {
    kind: 'cancelling',
    sale: view,
    text: {
      'zh-CN': `发卡方未同意撤销（${declined} ${text['zh-CN']}），款项仍在商户。`,
      en: `The host declined to undo a tender (${declined} ${text.en}): that money is still with the store.`,
    },
    nextStep: {
      'zh-CN': '请刷原卡（必要时输入密码）后再次取消；结算后系统可改做退货。',
      en: 'Present its card, with the PIN if asked, and cancel again; after the settlement it is refunded instead.',
    },
  };
}
