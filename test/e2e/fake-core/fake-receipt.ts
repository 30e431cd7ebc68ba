import type { Receipt } from '../../../terminal-core/api/contract.ts';
import { amountMinor } from '../../../terminal-core/domain/money.ts';
import { basketTotals, type SaleLine } from '../../../terminal-core/domain/product.ts';
import { composeReceipt, type ReceiptInput, renderSvg } from '../../../terminal-core/receipts/index.ts';

const HEAD = {
  merchantNameZh: '海港便利店（演示）',
  merchantNameEn: 'Harbour Corner Shop (demo)',
  merchantId: '898310048160001',
  terminalId: '10000001',
  operatorCode: '1001',
  utcOffsetMinutes: 480,
} as const;

/** A receipt as the real core draws it. */
export function fakeReceipt(sale: {
  readonly kind: 'cash-sale' | 'purchase' | 'offline-sale';
  readonly lines: readonly SaleLine[];
  readonly atMs: number;
  readonly receivedMinor: number;
}): Receipt {
  const { totalMinor, taxMinor } = basketTotals(sale.lines);
  const goods = { ...HEAD, atMs: sale.atMs, lines: sale.lines, totalMinor, taxMinor, stan: '000129' };
  const card = { last4: '0074', entryMode: 'magnetic' } as const;
  const trace = { batchNumber: '000012', rrn: '110714000129', authCode: 'A00129' };
  const input: ReceiptInput =
    sale.kind === 'cash-sale'
      ? {
          kind: 'cash-sale',
          ...goods,
          receivedMinor: amountMinor(sale.receivedMinor),
          // A part of a sale is less than its goods come to.
          changeMinor: amountMinor(Math.max(0, sale.receivedMinor - totalMinor)),
        }
      : sale.kind === 'purchase'
        ? { kind: 'purchase', ...goods, ...trace, card, balanceMinor: amountMinor(73_420) }
        : { kind: 'offline-sale', ...goods, batchNumber: '000012', card };
  return drawn(input);
}

export function fakeSettlementReceipt(result: 'balanced' | 'not-balanced', atMs: number): Receipt {
  return drawn({
    kind: 'settlement',
    ...HEAD,
    atMs,
    batchNumber: '000012',
    debitCount: 18,
    debitMinor: amountMinor(128_450),
    creditCount: 2,
    creditMinor: amountMinor(4_350),
    cashCount: 9,
    cashMinor: amountMinor(21_600),
    result,
    journalHead: '9f2c'.repeat(16),
  });
}

const ROWS = [
  { tender: 'cash', kind: 'sale', count: 9, minor: 21_600 },
  { tender: 'card', kind: 'sale', count: 18, minor: 128_450 },
  { tender: 'card', kind: 'void', count: 2, minor: 4_350 },
] as const;

export function fakeShiftReceipt(drawer: {
  readonly floatMinor: number;
  readonly countedMinor: number;
  readonly expectedMinor: number;
}): Receipt {
  return drawn({
    kind: 'shift-report',
    ...HEAD,
    ...drawer,
    atMs: Date.now(),
    reportId: 'S-000012',
    cashier: '1001',
    openedAtMs: Date.now() - 8 * 3_600_000,
    rows: ROWS,
    cashTakenMinor: drawer.expectedMinor - drawer.floatMinor,
    added: { count: 0, minor: 0 },
    dropped: { count: 0, minor: 0 },
    drawerOpenings: 1,
    denominations: [],
  });
}

export function fakeZReceipt(kind: 'x-report' | 'z-report'): Receipt {
  return drawn({
    kind,
    ...HEAD,
    atMs: Date.now(),
    reportId: kind === 'z-report' ? 'Z-000012' : 'X-000012',
    sinceMs: Date.now() - 24 * 3_600_000,
    rows: ROWS,
    added: { count: 0, minor: 0 },
    dropped: { count: 0, minor: 0 },
    drawerOpenings: 1,
    unsent: { count: 0, minor: 0 },
    reversalsOwed: 0,
    setAside: 0,
    shifts: { count: 1, floatMinor: 50_000, expectedMinor: 71_600, countedMinor: 71_600 },
    cashOutsideShiftsMinor: 0,
    grandSalesMinor: 91_234_550,
    grandReturnsMinor: 104_350,
    journalHead: '9f2c'.repeat(16),
  });
}

function drawn(input: ReceiptInput): Receipt {
  return { svg: renderSvg(composeReceipt(input, { language: 'both' }), { columns: 32 }), escPosBase64: '' };
}
