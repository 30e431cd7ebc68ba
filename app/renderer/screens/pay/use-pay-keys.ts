import { scanProduct, tell } from '../../commands.ts';
import { type Till, useTill } from '../../till-context.ts';

/** The keys that all tenders share. */
export function usePayKeys(): (key: string) => boolean {
  const till = useTill();
  const { screen, payment, dialog } = till;
  return (key) => {
    const sale = payment.sale.get();
    if (key === 'F8') screen.set({ kind: 'pay', tender: 'cash' });
    else if (key === 'F9') screen.set({ kind: 'pay', tender: 'card' });
    else if (key === 'F10' && takesPurse(till)) screen.set({ kind: 'pay', tender: 'purse' });
    else if (key === 'F7' && sale !== undefined) dialog.set({ kind: 'cancel-sale', saleId: sale.saleId });
    else if (key === 'Escape' || key === 'F2') leavePaying(till);
    else return false;
    return true;
  };
}

/** A purse pays all of a sale or nothing. */
export function takesPurse({ status, payment }: Pick<Till, 'status' | 'payment'>): boolean {
  return status.get()?.purse !== undefined && payment.sale.get() === undefined;
}

/** Whoever puts a purse in wants to pay with it. */
export function openPursePane(till: Till): void {
  if (takesPurse(till)) till.screen.set({ kind: 'pay', tender: 'purse' });
  else tell(till, 'problem', 'purse.not-for-parts', 'purse.not-for-parts.next');
}

/** Back to selling; a sale that is paid in part is put aside. */
export function leavePaying({ notice, payment, screen }: Till): void {
  notice.set(undefined);
  payment.putAside();
  screen.set({ kind: 'sell' });
}

/** One more item scanned while paying goes into the basket; the amount to pay follows. @returns false if it is no product. */
export function addForgottenItem(till: Till, scanned: string): boolean {
  if (till.catalogue.index.get().findBarcode(scanned) === undefined) return false;
  if (till.payment.sale.get() === undefined) return scanProduct(till, scanned);
  tellGoodsAreFixed(till);
  return true;
}

/** What was paid in part is as it was: one more thing is a sale of its own. */
export function tellGoodsAreFixed(till: Till): void {
  tell(till, 'problem', 'split.goods-fixed', 'split.goods-fixed.next');
}
