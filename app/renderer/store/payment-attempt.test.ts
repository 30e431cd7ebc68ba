import { describe, expect, it } from 'vitest';
import type { TransactionView } from '../../../terminal-core/api/contract.ts';
import { attemptAfter, newAttempt } from './payment-attempt.ts';

const TEXT = { 'zh-CN': '字', en: 'text' };
const TRANSACTION: TransactionView = {
  txnId: 't',
  kind: 'purchase',
  state: 'approved',
  amountMinor: 100,
  refundedMinor: 0,
  atMs: 0,
  batchSettled: false,
  operatorCode: '1001',
  voidable: false,
  refundable: false,
  hasReceipt: true,
};

describe('a payment attempt', () => {
  it('carries numbers and quantities only, never names, prices or a card number', () => {
    const attempt = newAttempt({
      lines: [
        {
          product: { sku: 'a', barcode: '1', nameZh: '茶', nameEn: 'Tea', priceMinor: 100, taxClass: 'zero' },
          quantity: 2,
        },
      ],
      totalMinor: 200,
      tender: { kind: 'cash', receivedMinor: 500 },
      newSaleId: () => 'sale-0001',
    });
    expect(attempt).toEqual({
      saleId: 'sale-0001',
      lines: [{ sku: 'a', quantity: 2 }],
      totalMinor: 200,
      tender: { kind: 'cash', receivedMinor: 500 },
    });
  });

  it('stays open while a PIN is wanted', () => {
    expect(attemptAfter({ kind: 'pin-required', maskedPan: '6***1', amountMinor: 1 })).toBe('open');
  });

  it('is asked again after a reload when money may have moved', () => {
    const receipt = { svg: '', escPosBase64: '' };
    expect(attemptAfter({ kind: 'approved', mode: 'online', transaction: TRANSACTION, receipt })).toBe(
      'shown',
    );
    expect(attemptAfter({ kind: 'unknown', text: TEXT, nextStep: TEXT, transaction: TRANSACTION })).toBe(
      'shown',
    );
  });

  it('is over when nothing happened, so that the next try is a new one', () => {
    const words = { text: TEXT, nextStep: TEXT };
    expect(attemptAfter({ kind: 'refused', rule: 'no-operator', ...words })).toBe('over');
    expect(attemptAfter({ kind: 'declined', responseCode: '51', transaction: TRANSACTION, ...words })).toBe(
      'over',
    );
  });
});
