import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureMerchant } from '../store/merchants.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import type { Store, StoreTransaction } from '../store/store.ts';
import { balanceOf, FEES, FLOAT, merchantAccount } from './accounts.ts';
import { MERCHANT_RULES } from './audit-merchants.ts';
import { feeOf, listMerchantSettlements, settleMerchants } from './merchant-settlement.ts';
import { post } from './post.ts';

const MERCHANT_ID = '898100012340001';
const MERCHANT = merchantAccount(MERCHANT_ID);

let store: Store;

beforeEach(async () => {
  store = openSqliteStore(':memory:');
  await store.transaction((tx) =>
    ensureMerchant(tx, { merchantId: MERCHANT_ID, nameZh: '店', nameEn: 'Store', feeBasisPoints: 60 }, 0),
  );
});

afterEach(async () => {
  await store.transaction(async (tx) => {
    for (const rule of MERCHANT_RULES) expect(await tx.all(rule.sql), rule.id).toEqual([]);
  });
  await store.close();
});

function sell(tx: StoreTransaction, amountMinor: number, accountingDate: string): Promise<number> {
  return post(tx, {
    kind: 'purchase',
    atMs: 0,
    accountingDate,
    entries: [
      { account: FLOAT, amountMinor: -amountMinor },
      { account: MERCHANT, amountMinor },
    ],
  });
}

describe('merchant settlement', () => {
  it.each([
    [100_00, 60, 60],
    [83, 60, 0],
    [84, 60, 1],
    [0, 60, 0],
    [-100_00, 60, 0],
  ])('charges on %i at %i basis points a fee of %i', (netMinor, basisPoints, feeMinor) => {
    expect(feeOf(netMinor, basisPoints)).toBe(feeMinor);
  });

  it('pays each ended day once, net of refunds and fee, and leaves the open day alone', async () => {
    const settled = await store.transaction(async (tx) => {
      await sell(tx, 100_00, '2026-03-10');
      await sell(tx, 50_00, '2026-03-10');
      await sell(tx, -20_00, '2026-03-10');
      await sell(tx, 7_00, '2026-03-11');
      return settleMerchants(tx, { nowMs: 1, today: '2026-03-11' });
    });
    expect(settled).toMatchObject([
      {
        accountingDate: '2026-03-10',
        debitCount: 2,
        debitMinor: 150_00,
        creditCount: 1,
        creditMinor: 20_00,
        feeMinor: 78,
        payoutMinor: 129_22,
      },
    ]);
    await store.transaction(async (tx) => {
      expect(await settleMerchants(tx, { nowMs: 2, today: '2026-03-11' })).toEqual([]);
      expect(await balanceOf(tx, MERCHANT)).toMatchObject({ balanceMinor: 7_00 });
      expect(await balanceOf(tx, FEES)).toMatchObject({ balanceMinor: 78 });
      expect(await settleMerchants(tx, { nowMs: 3, today: '2026-03-12' })).toMatchObject([
        { payoutMinor: 6_96 },
      ]);
      expect(await listMerchantSettlements(tx, { limit: 10 })).toHaveLength(2);
    });
  });

  it('lets a merchant who gave back more than he sold pay in, without a fee', async () => {
    const settled = await store.transaction(async (tx) => {
      await sell(tx, -30_00, '2026-03-10');
      return settleMerchants(tx, { nowMs: 1, today: '2026-03-11' });
    });
    expect(settled).toMatchObject([{ feeMinor: 0, payoutMinor: -30_00 }]);
    expect(await store.transaction((tx) => balanceOf(tx, MERCHANT))).toMatchObject({ balanceMinor: 0 });
  });
});
