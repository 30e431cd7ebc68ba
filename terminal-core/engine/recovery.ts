import type { EngineEvent } from './events.ts';
import { outcomeUnknown } from './flows/answers.ts';
import { txnIdOf } from './flows/new-txn.ts';
import { recoveredByAnswer } from './flows/purse-sale.ts';
import { isAwaitingPrint, PRINTS } from './flows/unprinted.ts';
import { type Decision, type Input, reply } from './inputs.ts';
import type { StateView, Txn, TxnState } from './state.ts';

/**
 * What a start makes of each state a crash can leave behind. Everything but `sending` already says by itself what is
 * owed (see owed.ts), and a settlement that was started goes on by its document.
 */
export const RECOVERY: Readonly<
  Record<TxnState, 'outcome-unknown' | 'card-unknown' | 'card-has-paid' | 'as-it-is'>
> = {
  // The bytes may or may not have left: nobody can tell, so the host is asked to reverse it, or gets the refund again.
  sending: 'outcome-unknown',
  approved: 'as-it-is',
  declined: 'as-it-is',
  unknown: 'as-it-is',
  reversed: 'as-it-is',
  'not-sent': 'as-it-is',
  'accepted-offline': 'as-it-is',
  delivered: 'as-it-is',
  rejected: 'as-it-is',
  'reversal-refused': 'as-it-is',
  undeliverable: 'as-it-is',
  collected: 'as-it-is',
  'written-off': 'as-it-is',
  voided: 'as-it-is',
  completed: 'as-it-is',
  'load-refused': 'as-it-is',
  // The card may or may not have acted: it must come back and say so.
  pending: 'card-unknown',
  authorised: 'card-unknown',
  // Its answer is here, and no PSAM can be asked about it any more.
  debited: 'card-has-paid',
  suspect: 'as-it-is',
  'in-doubt': 'as-it-is',
  recovered: 'as-it-is',
  'not-debited': 'as-it-is',
  'debited-without-tac': 'as-it-is',
  unresolved: 'as-it-is',
  uncredited: 'as-it-is',
  'not-credited': 'as-it-is',
  'credited-without-tac': 'as-it-is',
};

export function recover(
  state: StateView,
  { currentKeySetId, printer }: Omit<Extract<Input, { kind: 'recover' }>, 'kind'>,
): Decision {
  const events: EngineEvent[] = [];
  for (const txn of state.live('transactions')) {
    const what = RECOVERY[txn.state];
    if (what === 'outcome-unknown')
      events.push(outcomeUnknown(state, txn, { reason: '98', cause: 'restart' }));
    if (what === 'card-unknown') events.push({ kind: 'purse-doubted', txnId: txn.txnId, cause: 'restart' });
    if (what === 'card-has-paid') {
      events.push(recoveredByAnswer(state, txn));
      if (printer === 'fitted') events.push({ kind: 'receipt-not-printed', txnId: txn.txnId, paper: 'none' });
    }
  }
  const terminal = state.get('terminal', 'terminal');
  // Keys of a sign-on whose end was never journalled: PINs and MACs would be made under different sets.
  if (
    terminal?.keySetId !== undefined &&
    currentKeySetId !== undefined &&
    terminal.keySetId !== currentKeySetId
  ) {
    events.push({ kind: 'sign-on-asked', responseCode: 'restart' });
  }
  if (printer === 'fitted') events.push(...unprintedAtStart(state));
  const last = printer === 'fitted' ? lastUnmarked(state) : undefined;
  if (last) events.push({ kind: 'receipt-not-printed', txnId: last.txnId, paper: 'maybe' });
  return reply({ kind: 'done' }, events);
}

/**
 * Without the mark that its print was begun nothing of a receipt is out. Cash that nobody was told to hand back does not
 * count as handed back: such a sale stands, and its receipt is to be printed.
 */
function unprintedAtStart(state: StateView): EngineEvent[] {
  const events: EngineEvent[] = [];
  for (const txn of state.live('transactions')) {
    if (!isAwaitingPrint(txn)) continue;
    const { txnId, printBegun } = txn;
    events.push({ kind: 'receipt-not-printed', txnId, paper: printBegun ? 'maybe' : 'none' });
    if (!printBegun && txn.kind !== 'cash-sale') events.push({ kind: 'sale-undo-begun', txnId });
  }
  return events;
}

/**
 * The mark of a printed receipt is durable with the next step only, so the last transaction may have lost its mark, or
 * its print: nobody can tell which. What came before it was marked or journalled as not printed.
 */
function lastUnmarked(state: StateView): Txn | undefined {
  const terminal = state.get('terminal', 'terminal');
  if (!terminal) return undefined;
  const txn = state.get('transactions', txnIdOf(terminal.terminalId, terminal.txnCount));
  if (!txn || isAwaitingPrint(txn) || !PRINTS.includes(txn.state) || txn.receipt === undefined)
    return undefined;
  return txn.receiptPrinted || txn.unprinted !== undefined || txn.settled ? undefined : txn;
}
