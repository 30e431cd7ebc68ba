import type { PaymentResult, Refusal, TransactionView } from '../../../terminal-core/api/contract.ts';
import type { SaleLine } from '../../../terminal-core/domain/product.ts';
import { fakeReceipt } from './fake-receipt.ts';
import type { NextOutcome } from './fake-state.ts';

export interface FakePayment {
  readonly kind: TransactionView['kind'];
  readonly amountMinor: number;
  readonly lines: readonly SaleLine[];
  readonly maskedPan?: string;
  readonly receivedMinor?: number;
}

type Approved = Extract<PaymentResult, { kind: 'approved' }>;

export function refusal(rule: string, zh: string, en: string, nextZh: string, nextEn: string): Refusal {
  return { kind: 'refused', rule, text: { 'zh-CN': zh, en }, nextStep: { 'zh-CN': nextZh, en: nextEn } };
}

/** The contract's results, one for each thing a test wants to look at. */
export function paymentResult(payment: FakePayment, next: NextOutcome, nowMs: number): PaymentResult {
  const view = transaction(payment, nowMs);
  switch (next) {
    case 'declined':
      return {
        kind: 'declined',
        responseCode: '51',
        text: { 'zh-CN': '卡内余额不足', en: 'Not enough money on the card' },
        nextStep: {
          'zh-CN': '请顾客换一张卡，或改收现金。',
          en: 'Ask for another card, or take cash.',
        },
        transaction: { ...view, state: 'declined', responseCode: '51' },
      };
    case 'unknown':
      return {
        kind: 'unknown',
        text: {
          'zh-CN': '主机在规定时间内没有答复，不知道是否已经扣款。',
          en: 'The host did not answer in time. Nobody knows yet whether the card was charged.',
        },
        nextStep: {
          'zh-CN': '不要交货。可改收现金或另一张卡；如已扣款，冲正后退回原卡。',
          en: 'Do not hand over the goods. Take cash or another card; if the card was charged, the reversal gives it back.',
        },
        transaction: { ...view, state: 'unknown' },
      };
    case 'refused':
      return refusal(
        'offline-floor',
        '脱机单笔最多 200.00，本笔超过限额。',
        'Offline, one sale may be 200.00 at most; this one is more.',
        '请改收现金，或等恢复联机后再刷卡。',
        'Take cash, or swipe again when the till is online.',
      );
    case 'supervisor':
      return refusal(
        'supervisor-required',
        '收银员不能单独撤销或退货。',
        'A cashier cannot void or refund alone.',
        '请主管在本机输入工号和密码。',
        'Ask a supervisor to sign on here.',
      );
    case 'pin':
      return {
        kind: 'pin-required',
        maskedPan: payment.maskedPan ?? '',
        amountMinor: payment.amountMinor,
      };
    case 'partial':
      return {
        ...approved(payment, 'approved', nowMs),
        transaction: {
          ...view,
          amountMinor: Math.floor(payment.amountMinor / 3),
          askedMinor: payment.amountMinor,
        },
      };
    case 'approved':
    case 'offline':
    case 'slow':
    case 'error':
      return approved(payment, next, nowMs);
  }
}

function approved(payment: FakePayment, next: NextOutcome, nowMs: number): Approved {
  const view = transaction(payment, nowMs);
  const isCash = payment.kind === 'cash-sale';
  const isOffline = next === 'offline' && !isCash;
  const receivedMinor = payment.receivedMinor ?? payment.amountMinor;
  return {
    kind: 'approved',
    mode: isCash ? 'cash' : isOffline ? 'offline' : 'online',
    transaction: isOffline ? { ...view, kind: 'offline-sale', state: 'accepted-offline' } : view,
    receipt: fakeReceipt({
      kind: isCash ? 'cash-sale' : isOffline ? 'offline-sale' : 'purchase',
      lines: payment.lines,
      atMs: nowMs,
      receivedMinor,
    }),
    ...(isCash ? { changeMinor: receivedMinor - payment.amountMinor } : {}),
    ...(isCash || isOffline ? {} : { balanceMinor: 73_420 }),
  };
}

function transaction(payment: FakePayment, nowMs: number): TransactionView {
  return {
    txnId: `txn-${nowMs}`,
    kind: payment.kind,
    state: 'approved',
    amountMinor: payment.amountMinor,
    refundedMinor: 0,
    atMs: nowMs,
    stan: '000129',
    ...(payment.maskedPan === undefined
      ? {}
      : { rrn: '110714000129', authCode: 'A00129', maskedPan: payment.maskedPan }),
    batchNumber: '000012',
    batchSettled: false,
    operatorCode: '1001',
    voidable: payment.kind === 'purchase',
    refundable: false,
    hasReceipt: true,
  };
}
