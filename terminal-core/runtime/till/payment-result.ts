import type { PaymentResult, TransactionView } from '../../api/contract.ts';
import { amountMinor } from '../../domain/money.ts';
import { unreachable } from '../../domain/unreachable.ts';
import { isCash } from '../../engine/cash.ts';
import type { Reply } from '../../engine/inputs.ts';
import { refusal } from '../../engine/refusals.ts';
import type { StateView, Txn } from '../../engine/state.ts';
import { responseCode } from '../../iso8583/index.ts';
import { cardDeskResult } from './card-desk-result.ts';
import { purseResult, wrongPinWords } from './purse-result.ts';
import { refundOfPart } from './refund-plan-view.ts';
import { saleOfTender } from './split-sale-view.ts';
import { unprintedResult } from './unprinted-result.ts';
import { receiptView, transactionView } from './views.ts';

const UNKNOWN_WORDS = {
  payment: {
    text: {
      'zh-CN': '主机没有答复，结果未知。不能算已付款。',
      en: 'The host did not answer: the outcome is unknown. This is not a payment.',
    },
    nextStep: {
      'zh-CN': '系统会自动冲正。请换其他付款方式，勿交付商品。',
      en: 'A reversal goes out by itself. Take another tender before you hand over the goods.',
    },
  },
  'pre-authorisation': {
    text: {
      'zh-CN': '主机没有答复，预授权结果未知。不能算已冻结。',
      en: 'The host did not answer: the outcome is unknown. Do not count on the amount being held.',
    },
    nextStep: {
      'zh-CN': '系统会自动冲正。联网后请重新做预授权，或先收押金。',
      en: 'A reversal goes out by itself. Try again when online, or take a deposit.',
    },
  },
  completion: {
    text: {
      'zh-CN': '主机没有答复，完成结果未知。不能算已付款。',
      en: 'The host did not answer: the outcome of the completion is unknown. This is not a payment.',
    },
    nextStep: {
      'zh-CN': '系统会自动冲正这次完成，预授权保持有效。联网后请重试。',
      en: 'This completion is reversed by itself and the amount stays held. Try again when online.',
    },
  },
  void: {
    text: {
      'zh-CN': '主机没有答复，撤销结果未知。',
      en: 'The host did not answer: the outcome of the void is unknown.',
    },
    nextStep: {
      'zh-CN': '系统会自动冲正这次撤销，原交易保持有效。联网后请重试。',
      en: 'This void is reversed by itself and the sale stands. Try again when online.',
    },
  },
  refund: {
    text: {
      'zh-CN': '主机没有答复，退货已登记。',
      en: 'The host did not answer yet; the refund is recorded.',
    },
    nextStep: {
      'zh-CN': '系统会自动重发，直到主机答复。请勿再次退货。',
      en: 'It is repeated by itself until the host answers. Do not refund again.',
    },
  },
} as const;

const REVERSAL_REFUSED_WORDS = {
  text: {
    'zh-CN': '结果未知，且主机拒绝了冲正。不能算已付款。',
    en: 'The outcome is unknown and the host refused to undo it. This is not a payment.',
  },
  nextStep: {
    'zh-CN': '请主管向收单机构查明款项去向后处理。',
    en: 'A supervisor must ask the acquirer what became of the money.',
  },
} as const;

/** What the cashier is told about a payment, void or refund, from the state that its transaction has reached. */
export function paymentResult(
  state: StateView,
  reply: Reply,
  asked: { readonly maskedPan: string; readonly totalMinor: number },
): PaymentResult {
  if (reply.kind === 'refused') return reply;
  if (reply.kind === 'pin-required') {
    const { wrongPin } = reply;
    return {
      kind: 'pin-required',
      maskedPan: asked.maskedPan,
      amountMinor: asked.totalMinor,
      ...(wrongPin ? { wrongPin: { ...wrongPin, ...wrongPinWords(wrongPin) } } : {}),
    };
  }
  const txn = reply.kind === 'transaction' ? state.get('transactions', reply.txnId) : undefined;
  if (!txn) throw new Error(`A payment cannot end as ${reply.kind}`);
  return ofTransaction(state, txn);
}

function ofTransaction(state: StateView, txn: Txn): PaymentResult {
  const undone = txn.unprintedUndo === undefined ? undefined : unprintedResult(state, txn);
  if (undone) return undone;
  if (txn.kind === 'purse-sale' || txn.kind === 'purse-load') return purseResult(state, txn);
  if (txn.kind === 'load' || txn.kind === 'card-service') return cardDeskResult(state, txn);
  const transaction = transactionView(state, txn);
  const sale = { ...saleOfTender(state, txn), ...refundOfPart(state, txn) };
  switch (txn.state) {
    case 'approved':
    case 'voided':
    case 'completed':
    case 'accepted-offline':
    case 'delivered':
    case 'rejected':
    case 'collected':
    case 'written-off':
      return { ...success(txn, transaction), ...sale };
    case 'declined': {
      const code = txn.responseCode ?? '';
      const { text, nextStep } = responseCode(code);
      return { kind: 'declined', responseCode: code, text, nextStep, transaction, ...sale };
    }
    case 'not-sent':
      return refusal('link-lost-before-send');
    case 'sending':
    case 'unknown':
    case 'reversed': {
      return { kind: 'unknown', ...unknownWords(txn.kind), transaction, ...sale };
    }
    case 'undeliverable':
      // The customer of an offline sale has the goods and the receipt.
      return txn.kind === 'offline-sale'
        ? success(txn, transaction)
        : { kind: 'unknown', ...REVERSAL_REFUSED_WORDS, transaction };
    case 'reversal-refused':
      return { kind: 'unknown', ...REVERSAL_REFUSED_WORDS, transaction };
    default:
      throw new Error(`A ${txn.kind} cannot be ${txn.state}`);
  }
}

function success(txn: Txn, transaction: TransactionView): PaymentResult {
  return {
    kind: 'approved',
    mode: isCash(txn) ? 'cash' : txn.kind === 'offline-sale' ? 'offline' : 'online',
    transaction,
    receipt: receiptView(txn.receipt ?? '', txn.receiptPrinted ? 'copy' : 'original'),
    ...(txn.receivedMinor === undefined
      ? {}
      : { changeMinor: amountMinor(txn.receivedMinor - txn.amountMinor) }),
    ...(txn.balanceMinor === undefined ? {} : { balanceMinor: txn.balanceMinor }),
  };
}

function unknownWords(kind: Txn['kind']): (typeof UNKNOWN_WORDS)[keyof typeof UNKNOWN_WORDS] {
  switch (kind) {
    case 'void':
    case 'refund':
    case 'pre-authorisation':
    case 'completion':
      return UNKNOWN_WORDS[kind];
    case 'cash-sale':
    case 'cash-void':
    case 'cash-refund':
    case 'purchase':
    case 'offline-sale':
    case 'purse-sale':
    case 'purse-load':
    case 'load':
    case 'card-service':
      return UNKNOWN_WORDS.payment;
    default:
      return unreachable(kind);
  }
}
