import type { TillStatus, TransactionView } from '../../../terminal-core/api/contract.ts';

/** What the next card payment, void or refund comes to. */
export type NextOutcome =
  | 'approved'
  | 'offline'
  /** The card has a third of what it was asked for. */
  | 'partial'
  | 'declined'
  | 'unknown'
  | 'pin'
  | 'refused'
  | 'supervisor'
  | 'slow'
  | 'error';

const HOUR_MS = 3_600_000;

/** A till in the middle of a good day; tests change what they want to look at. */
export function fakeStatus(nowMs: number): TillStatus {
  return {
    merchantNameZh: '海港便利店（演示）',
    merchantNameEn: 'Harbour Corner Shop (demo)',
    merchantId: '898310048160001',
    terminalId: '10000001',
    currency: '156',
    utcOffsetMinutes: 480,
    mode: 'online',
    linkSinceMs: nowMs - HOUR_MS,
    lastRoundTripMs: 41,
    signedOnAtMs: nowMs - 2 * HOUR_MS,
    batchNumber: '000012',
    unsent: { count: 0, amountMinor: 0 },
    offlineCap: { usedMinor: 0, maxMinor: 2_000_000, usedCount: 0, maxCount: 500 },
    reversalsOwed: 0,
    openSales: [],
    openRefunds: [],
    rejectedCount: 0,
    unprintedCount: 0,
    undoingCount: 0,
    settling: false,
    canGiveUpSettlement: false,
    batchClosedByHost: false,
    batchesToCheck: [],
    busy: false,
    parametersVersion: 3,
    parametersAtMs: nowMs - 2 * HOUR_MS,
    hotlistVersion: 17,
    hotlistAtMs: nowMs - 2 * HOUR_MS,
    hostClockOffsetMs: 120,
    devices: [
      { deviceId: 'scanner-1', kind: 'scanner', state: 'ready' },
      { deviceId: 'reader-1', kind: 'card-reader', state: 'ready' },
      { deviceId: 'printer-1', kind: 'printer', state: 'ready' },
    ],
    demo: true,
    shiftRequired: false,
    training: false,
  };
}

export const OFFLINE_STATUS: Partial<TillStatus> = {
  mode: 'offline',
  linkError: 'ECONNREFUSED',
  unsent: { count: 7, amountMinor: 48_260, oldestAtMs: Date.now() - 47 * 60_000 },
  offlineCap: { usedMinor: 48_260, maxMinor: 2_000_000, usedCount: 7, maxCount: 500 },
};

export const UNKNOWN_STATUS: Partial<TillStatus> = {
  mode: 'unknown',
  reversalsOwed: 1,
  unsent: { count: 7, amountMinor: 48_260, oldestAtMs: Date.now() - 3 * HOUR_MS },
  offlineCap: { usedMinor: 48_260, maxMinor: 2_000_000, usedCount: 7, maxCount: 500 },
  devices: [
    { deviceId: 'scanner-1', kind: 'scanner', state: 'ready' },
    { deviceId: 'printer-1', kind: 'printer', state: 'error', problem: 'Out of paper / 缺纸' },
  ],
};

/** A morning's transactions in all states, newest first. */
export function fakeTransactions(nowMs: number): TransactionView[] {
  const rows: [TransactionView['kind'], TransactionView['state'], number, boolean][] = [
    ['purchase', 'approved', 4_580, false],
    ['cash-sale', 'approved', 1_250, false],
    ['offline-sale', 'accepted-offline', 8_800, false],
    ['purchase', 'unknown', 3_200, false],
    ['purchase', 'declined', 99_900, false],
    ['purchase', 'voided', 2_350, false],
    ['void', 'approved', 2_350, false],
    ['offline-sale', 'delivered', 1_990, false],
    ['offline-sale', 'rejected', 5_600, false],
    ['purchase', 'approved', 12_400, true],
    ['refund', 'approved', 2_000, false],
    ['purchase', 'reversed', 700, true],
    ['cash-sale', 'approved', 350, true],
    ['purchase', 'not-sent', 450, true],
  ];
  return rows.map(([kind, state, amountMinor, batchSettled], index) => {
    const isCard = kind !== 'cash-sale';
    const stan = String(128 - index).padStart(6, '0');
    return {
      txnId: `txn-${stan}`,
      kind,
      state,
      amountMinor,
      refundedMinor: batchSettled && kind === 'purchase' && state === 'approved' ? 2_000 : 0,
      atMs: nowMs - index * 11 * 60_000,
      stan,
      ...(isCard && state !== 'not-sent' ? { rrn: `110714${stan}`, maskedPan: '889012******0074' } : {}),
      ...(isCard && state === 'approved' ? { authCode: `A${stan.slice(1)}` } : {}),
      ...(state === 'declined' ? { responseCode: '51' } : {}),
      batchNumber: batchSettled ? '000011' : '000012',
      batchSettled,
      operatorCode: '1001',
      voidable: kind === 'purchase' && state === 'approved' && !batchSettled,
      refundable: kind === 'purchase' && state === 'approved' && batchSettled,
      hasReceipt: state !== 'not-sent',
    };
  });
}
