import type { SplitSale } from '../../../../terminal-core/api/contract.ts';
import { totalsOf } from '../../store/basket.ts';
import { useCell } from '../../store/cell.ts';
import { useTill } from '../../till-context.ts';

/** What is to be paid now, minor units: the rest of the sale that was paid in part, or the whole basket. */
export function useDue(): { readonly dueMinor: number; readonly sale: SplitSale | undefined } {
  const { baskets, payment } = useTill();
  const sale = useCell(payment.sale);
  const { totalMinor } = totalsOf(useCell(baskets.basket).lines);
  return { dueMinor: sale?.dueMinor ?? totalMinor, sale };
}
