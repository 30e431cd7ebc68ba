import { amountMinor } from '../domain/money.ts';
import { basketTotals, type SaleLine } from '../domain/product.ts';
import type {
  CashBackReceipt,
  CashSaleReceipt,
  CompletionReceipt,
  DeclinedReceipt,
  OfflineSaleReceipt,
  PreAuthorisationReceipt,
  PurchaseReceipt,
  ReceiptCard,
  ReceiptHead,
  RefundReceipt,
  ReversalNoticeReceipt,
  SettlementReceipt,
  SplitSaleReceipt,
  TenderReceipt,
  VoidReceipt,
} from './receipt-input.ts';
import type { ShiftReportReceipt, TakingsReportReceipt } from './report-input.ts';

export const HEAD: ReceiptHead = {
  merchantNameZh: '和润便利店',
  merchantNameEn: 'Herun Convenience',
  merchantId: '898310053310001',
  terminalId: '10000001',
  operatorCode: '01',
  atMs: Date.parse('2026-11-21T14:14:09Z'),
  utcOffsetMinutes: 480,
};

export function saleLineOf(over: Partial<SaleLine> = {}): SaleLine {
  return {
    sku: 'W-550',
    barcode: '6921168509256',
    nameZh: '农夫山泉饮用天然水',
    nameEn: 'Spring water 550ml',
    unitPriceMinor: amountMinor(200),
    taxClass: 'standard',
    quantity: 2,
    ...over,
  };
}

const LINES: readonly SaleLine[] = [
  saleLineOf(),
  saleLineOf({
    nameZh: '纯牛奶 250ml',
    nameEn: 'Milk 250ml',
    unitPriceMinor: amountMinor(16660),
    quantity: 1,
  }),
];
const { totalMinor, taxMinor } = basketTotals(LINES);
const GOODS = { lines: LINES, totalMinor, taxMinor };
const CARD: ReceiptCard = { last4: '4021', entryMode: 'magnetic', pinUsed: true };
const TRACE = { stan: '000123', batchNumber: '000007', rrn: '032514000123', authCode: '918273' };

export const CASH_SALE: CashSaleReceipt = {
  kind: 'cash-sale',
  ...HEAD,
  ...GOODS,
  receivedMinor: amountMinor(20000),
  changeMinor: amountMinor(20000 - totalMinor),
};
export const PURCHASE: PurchaseReceipt = {
  kind: 'purchase',
  ...HEAD,
  ...GOODS,
  ...TRACE,
  card: CARD,
  balanceMinor: amountMinor(32940),
};
export const OFFLINE_SALE: OfflineSaleReceipt = {
  kind: 'offline-sale',
  ...HEAD,
  ...GOODS,
  stan: '000124',
  batchNumber: '000007',
  card: { last4: '4021', entryMode: 'barcode' },
};
export const VOID: VoidReceipt = {
  kind: 'void',
  ...HEAD,
  ...TRACE,
  supervisorCode: '90',
  amountMinor: totalMinor,
  card: CARD,
  original: { rrn: '032514000099', stan: '000099', atMs: HEAD.atMs - 60_000 },
};
export const PRE_AUTHORISATION: PreAuthorisationReceipt = {
  kind: 'pre-authorisation',
  ...HEAD,
  ...TRACE,
  amountMinor: amountMinor(20000),
  card: CARD,
  balanceMinor: amountMinor(30000),
};
export const COMPLETION: CompletionReceipt = {
  kind: 'completion',
  ...HEAD,
  ...TRACE,
  amountMinor: amountMinor(15000),
  card: CARD,
  original: { rrn: '032514000077', stan: '000077', atMs: HEAD.atMs - 3_600_000 },
  balanceMinor: amountMinor(35000),
};
export const REFUND: RefundReceipt = {
  kind: 'refund',
  ...HEAD,
  ...TRACE,
  supervisorCode: '90',
  amountMinor: amountMinor(7060),
  card: CARD,
  original: { rrn: '032513000088', stan: '000088', atMs: HEAD.atMs - 86_400_000 },
};
export const CASH_REFUND: CashBackReceipt = {
  kind: 'cash-refund',
  ...HEAD,
  supervisorCode: '90',
  amountMinor: amountMinor(7060),
  original: { atMs: HEAD.atMs - 86_400_000 },
};
export const TENDER: TenderReceipt = {
  kind: 'tender',
  ...HEAD,
  tender: { paidBy: 'card', ...TRACE, card: CARD, amountMinor: amountMinor(10000) },
  totalMinor,
  leftMinor: amountMinor(totalMinor - 10000),
};
export const SPLIT_SALE: SplitSaleReceipt = {
  kind: 'split-sale',
  ...HEAD,
  ...GOODS,
  tenders: [
    TENDER.tender,
    {
      paidBy: 'card-offline',
      stan: '000124',
      card: { last4: '4022', entryMode: 'keyed' },
      amountMinor: amountMinor(5000),
    },
    {
      paidBy: 'cash',
      amountMinor: amountMinor(totalMinor - 15000),
      receivedMinor: amountMinor(5000),
      changeMinor: amountMinor(20000 - totalMinor),
    },
  ],
};
export const REVERSAL_NOTICE: ReversalNoticeReceipt = {
  kind: 'reversal-notice',
  ...HEAD,
  stan: '000125',
  batchNumber: '000007',
  amountMinor: amountMinor(7060),
  card: CARD,
  state: 'owed',
};
export const DECLINED: DeclinedReceipt = {
  kind: 'declined',
  ...HEAD,
  stan: '000126',
  amountMinor: amountMinor(7060),
  card: CARD,
  responseCode: '51',
  text: { 'zh-CN': '余额不足。', en: 'Not enough on the card.' },
  nextStep: { 'zh-CN': '请换一张卡或付现金。', en: 'Use another card or pay in cash.' },
};
export const SETTLEMENT: SettlementReceipt = {
  kind: 'settlement',
  ...HEAD,
  batchNumber: '000007',
  debitCount: 12,
  debitMinor: amountMinor(170600),
  creditCount: 2,
  creditMinor: amountMinor(12345),
  cashCount: 5,
  cashMinor: amountMinor(23456),
  cashBackCount: 1,
  cashBackMinor: amountMinor(7060),
  result: 'balanced',
  journalHead: '0123456789abcdef'.repeat(4),
};
export const SHIFT_REPORT: ShiftReportReceipt = {
  kind: 'shift-report',
  ...HEAD,
  reportId: 'S-000007',
  cashier: '01',
  openedAtMs: HEAD.atMs - 8 * 3_600_000,
  rows: [
    { tender: 'cash', kind: 'sale', count: 5, minor: 23_456 },
    { tender: 'card', kind: 'sale', count: 2, minor: 4_800 },
    { tender: 'card', kind: 'declined', count: 1, minor: 9_900 },
    { tender: 'offline-card', kind: 'sale', count: 1, minor: 1_250 },
  ],
  floatMinor: 50_000,
  cashTakenMinor: 23_456,
  added: { count: 1, minor: 10_000 },
  dropped: { count: 1, minor: 20_000 },
  drawerOpenings: 1,
  expectedMinor: 63_456,
  countedMinor: 63_400,
  denominations: [
    { valueMinor: 10_000, count: 6 },
    { valueMinor: 100, count: 34 },
  ],
};
export const Z_REPORT: TakingsReportReceipt = {
  kind: 'z-report',
  ...HEAD,
  reportId: 'Z-000012',
  sinceMs: HEAD.atMs - 86_400_000,
  rows: [
    { tender: 'cash', kind: 'sale', count: 9, minor: 41_056 },
    { tender: 'card', kind: 'sale', count: 12, minor: 170_600 },
    { tender: 'card', kind: 'completion', count: 1, minor: 15_000 },
    { tender: 'card', kind: 'void', count: 2, minor: 12_345 },
    { tender: 'card', kind: 'hold', count: 1, minor: 20_000 },
    { tender: 'offline-card', kind: 'sale', count: 3, minor: 5_600 },
    { tender: 'offline-card', kind: 'rejected', count: 1, minor: 1_250 },
  ],
  added: { count: 1, minor: 10_000 },
  dropped: { count: 2, minor: 40_000 },
  drawerOpenings: 2,
  unsent: { count: 2, minor: 4_350 },
  reversalsOwed: 1,
  setAside: 1,
  shifts: { count: 2, floatMinor: 100_000, expectedMinor: 111_056, countedMinor: 111_000 },
  cashOutsideShiftsMinor: 0,
  grandSalesMinor: 91_234_550,
  grandReturnsMinor: 104_350,
  journalHead: '0123456789abcdef'.repeat(4),
};
export const ALL_KINDS = [
  CASH_SALE,
  PURCHASE,
  OFFLINE_SALE,
  PRE_AUTHORISATION,
  COMPLETION,
  VOID,
  REFUND,
  CASH_REFUND,
  TENDER,
  SPLIT_SALE,
  REVERSAL_NOTICE,
  DECLINED,
  SETTLEMENT,
  SHIFT_REPORT,
  Z_REPORT,
] as const;
