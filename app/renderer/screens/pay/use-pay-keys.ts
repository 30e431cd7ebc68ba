import { scanProduct } from '../../commands.ts';
import { type Till, useTill } from '../../till-context.ts';

/** The keys that both tenders share. */
export function usePayKeys(): (key: string) => boolean {
  const { screen, notice } = useTill();
  return (key) => {
    if (key === 'F8') screen.set({ kind: 'pay', tender: 'cash' });
    else if (key === 'F9') screen.set({ kind: 'pay', tender: 'card' });
    else if (key === 'Escape' || key === 'F2') {
      notice.set(undefined);
      screen.set({ kind: 'sell' });
    } else return false;
    return true;
  };
}

/** One more item scanned while paying goes into the basket; the amount to pay follows. @returns false if it is no product. */
export function addForgottenItem(till: Till, scanned: string): boolean {
  if (till.catalogue.index.get().findBarcode(scanned) === undefined) return false;
  return scanProduct(till, scanned);
}
