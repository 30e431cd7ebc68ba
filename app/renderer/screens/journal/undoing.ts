import type { TransactionView } from '../../../../terminal-core/api/contract.ts';

/** How a transaction can be gone on with: a hold is charged or released, anything else undone, by itself, with the whole sale that it pays a part of, or onto its purse. */
export type Undoing =
  | { readonly kind: 'void' | 'refund' | 'refund-purse' | 'hold'; readonly transaction: TransactionView }
  | { readonly kind: 'cancel-sale' | 'refund-sale'; readonly saleId: string };

/** @returns undefined where nothing can be undone; whether it may is the core's word when it is asked. */
export function undoingOf(transaction: TransactionView): Undoing | undefined {
  const { kind, state, saleId, tenderId, voidable, refundable, batchSettled } = transaction;
  if (saleId !== undefined && tenderId !== undefined) {
    if (!STANDS.has(state)) return undefined;
    return { kind: batchSettled ? 'refund-sale' : 'cancel-sale', saleId };
  }
  if (kind === 'pre-authorisation' && state === 'approved') return { kind: 'hold', transaction };
  if (voidable) return { kind: 'void', transaction };
  if (!refundable) return undefined;
  return { kind: kind === 'purse-sale' ? 'refund-purse' : 'refund', transaction };
}

const STANDS: ReadonlySet<TransactionView['state']> = new Set(['approved', 'accepted-offline', 'delivered']);
