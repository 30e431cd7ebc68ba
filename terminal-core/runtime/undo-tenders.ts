import type { EnteredPin, PresentedCard } from '../engine/inputs.ts';
import { splitSaleOf, TENDERS_MAX } from '../engine/split.ts';
import type { Terminal } from './terminal.ts';

/**
 * Goes on with the cancelling of a sale, tender by tender, as far as it goes now. A card that is presented is used for its
 * own tender; the others go by their sealed numbers. What is left is taken up again at the next upload.
 */
export async function undoTenders(
  terminal: Terminal,
  saleId: string,
  by: { readonly presented?: PresentedCard; readonly pin?: EnteredPin } = {},
): Promise<void> {
  if (by.presented && !(await undoNext(terminal, { saleId, ...by }))) return;
  for (let tries = 0; tries < TENDERS_MAX; tries += 1) {
    if (!(await undoNext(terminal, { saleId }))) return;
  }
}

/** @returns false when there is nothing more to undo, or it cannot be done now. */
async function undoNext(
  terminal: Terminal,
  asked: { readonly saleId: string; readonly presented?: PresentedCard; readonly pin?: EnteredPin },
): Promise<boolean> {
  const reply = await terminal.run({ kind: 'undo-tender', ...asked });
  if (reply.kind !== 'transaction') return false;
  // What the host puts off is not asked again in the same breath.
  const { saleId } = asked;
  const sale = splitSaleOf(terminal.state, saleId);
  const { originalTxnId } = terminal.state.get('transactions', reply.txnId) ?? {};
  return !sale?.split.tenders.some(
    ({ txnId, undoPutOff }) => txnId === originalTxnId && undoPutOff !== undefined,
  );
}
