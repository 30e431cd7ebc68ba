import type { StoreTransaction } from '../store/store.ts';
import { findLoad, type LoadState } from './loads.ts';
import { findPurchaseBySale, type PurchaseState } from './purchases.ts';

/** Whether the card was debited or credited; 90 as long as nobody knows. */
const PURCHASE_CODES: Readonly<Record<PurchaseState, string>> = {
  booked: '00',
  withheld: '21',
  held: '90',
  unresolved: '90',
  'not-debited': '21',
  alert: '21',
};
const LOAD_CODES: Readonly<Record<LoadState, string>> = { pending: '90', credited: '00', reversed: '21' };

/** What a query for a purchase or a load of a purse is answered; undefined when the terminal names something else. */
export async function purseOutcome(
  tx: StoreTransaction,
  key: { readonly terminalId: string; readonly batchNumber: string; readonly stan: string },
): Promise<{ readonly code: string; readonly reason: string; readonly rrn?: string } | undefined> {
  const load = await findLoad(tx, key);
  if (load) return { code: LOAD_CODES[load.state], reason: `load-${load.state}`, rrn: load.rrn };
  const purchase = await findPurchaseBySale(tx, key);
  if (!purchase) return undefined;
  const rrn = purchase.rrn === null ? {} : { rrn: purchase.rrn };
  return { code: PURCHASE_CODES[purchase.state], reason: `purchase-${purchase.state}`, ...rrn };
}
