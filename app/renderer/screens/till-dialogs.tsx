import { useCallback } from 'react';
import { useCell } from '../store/cell.ts';
import { useTill } from '../till-context.ts';
import { PurseDialog } from './purse/purse-dialog.tsx';
import { CancelDialog } from './sale/cancel-dialog.tsx';
import { RefundSaleDialog } from './sale/refund-sale-dialog.tsx';

/** The dialogs that more than one screen can open. */
export function TillDialogs() {
  const { dialog } = useTill();
  const open = useCell(dialog);
  const close = useCallback(() => dialog.set(undefined), [dialog]);
  switch (open?.kind) {
    case undefined:
      return null;
    case 'cancel-sale':
      return <CancelDialog saleId={open.saleId} onClose={close} />;
    case 'refund-sale':
      return <RefundSaleDialog saleId={open.saleId} refundId={open.refundId} onClose={close} />;
    case 'purse':
      return <PurseDialog refundOf={open.refundOf} onClose={close} />;
  }
}
