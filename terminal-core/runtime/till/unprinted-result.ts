import type { PaymentResult } from '../../api/contract.ts';
import { formatMinor } from '../../domain/money.ts';
import type { BilingualText } from '../../domain/text.ts';
import { isBeingUndone } from '../../engine/flows/unprinted.ts';
import type { StateView, Txn } from '../../engine/state.ts';
import { receiptView, transactionView } from './views.ts';

interface Words {
  readonly text: BilingualText;
  readonly nextStep: BilingualText;
}

const words = (zhText: string, enText: string, zhNext: string, enNext: string): Words => ({
  text: { 'zh-CN': zhText, en: enText },
  nextStep: { 'zh-CN': zhNext, en: enNext },
});

const UNDONE = words(
  '小票未能打印，这笔销售已撤销，款项已退回卡内。',
  'The receipt could not be printed, so the sale was undone; the card has its money back.',
  '请勿交付商品。打印机恢复后重新结账。',
  'Do not hand over the goods. Ring it up again when the printer works.',
);
const BEING_UNDONE = words(
  '小票未能打印，这笔销售正在撤销，不能算已付款。',
  'The receipt could not be printed, so the sale is being undone. This is not a payment.',
  '系统会自动完成撤销。请勿交付商品。打印机恢复后重新结账。',
  'That goes by itself. Do not hand over the goods. Ring it up again when the printer works.',
);
const OWED_TO_PURSE = words(
  '小票未能打印，这笔销售不成立；卡内扣款应退回此卡。',
  'The receipt could not be printed, so the sale does not stand; its amount is owed back to the card.',
  '请勿交付商品。上传后请主管用同一张卡做钱包充值退款。',
  'Do not hand over the goods. After the upload a supervisor gives it back by a load of the same card that refunds the sale.',
);
const STANDS = words(
  '小票未能打印，这笔销售也无法撤销：销售有效。',
  'The receipt could not be printed and the sale could not be undone: it stands.',
  '请交付商品，打印机恢复后补打小票。',
  'Hand over the goods, and print the receipt again when the printer works.',
);

function cashUndone(takenMinor: Txn['amountMinor']): Words {
  const taken = formatMinor(takenMinor);
  return words(
    '小票未能打印，这笔现金销售已取消。',
    'The receipt could not be printed, so this cash sale was undone.',
    `请把收到的 ${taken} 元全部退还顾客，不交付商品。打印机恢复后重新结账。`,
    `Hand back all of the ${taken} yuan that you took, and keep the goods. Ring it up again when the printer works.`,
  );
}

/** What the cashier is told of a sale that falls with its receipt, from the state that it has reached. */
export function unprintedResult(state: StateView, txn: Txn): PaymentResult | undefined {
  if (txn.unprintedUndo === undefined) return undefined;
  const transaction = transactionView(state, txn);
  if (txn.unprintedUndo === 'under-way') return { kind: 'undone', ...wordsOf(txn), transaction };
  return {
    kind: 'approved',
    mode: txn.kind === 'purchase' ? 'online' : 'offline',
    transaction,
    receipt: receiptView(txn.receipt ?? '', 'original'),
    notice: STANDS,
    ...(txn.balanceMinor === undefined ? {} : { balanceMinor: txn.balanceMinor }),
  };
}

function wordsOf(txn: Txn): Words {
  if (txn.kind === 'cash-sale') return cashUndone(txn.receivedMinor ?? txn.amountMinor);
  if (!isBeingUndone(txn)) return UNDONE;
  return txn.kind === 'purse-sale' ? OWED_TO_PURSE : BEING_UNDONE;
}
