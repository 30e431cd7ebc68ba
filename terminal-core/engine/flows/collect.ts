import { nextStan } from '../../domain/identifiers.ts';
import { ZERO } from '../../domain/money.ts';
import type { NewTxn } from '../events.ts';
import { type Context, type Decision, type Input, reply, send } from '../inputs.ts';
import { transactionMessage } from '../messages.ts';
import { isHotlisted } from '../offline-rules.ts';
import type { RefusalRule } from '../refusals.ts';
import { splitSaleOf } from '../split.ts';
import { parametersOf, type StateView, type Txn, terminalOf } from '../state.ts';
import { isClaim } from '../workbench.ts';
import { cardFields, newTxn, secretOf } from './new-txn.ts';
import { permission, refuse } from './operator.ts';
import { whyHostNotNow } from './pre-authorisation.ts';

/**
 * The claim is paid by a new online purchase that names it. While that is on its way, or its outcome is open, no second
 * one starts; once it is approved the claim is closed. The card may be on the store's own list: that is why it pays now.
 */
export function decideCollect(
  state: StateView,
  input: Extract<Input, { kind: 'collect-claim' }>,
  context: Context,
): Decision {
  const command = input.kind;
  const { presented, pin } = input;
  const claim = state.get('transactions', input.txnId);
  if (!claim) return refuse(state, { command, rule: 'no-such-transaction' });
  const may = permission(state, { action: 'sell' }, context);
  if (may.kind === 'refused') return refuse(state, { command, ...may });
  let rule = whyNotCollectable(state, claim);
  if (!rule && claim.panHash !== presented.panHash) rule = 'different-card';
  if (!rule && isHotlisted(state, presented.panHash)) rule = 'hotlisted-card';
  rule ??= whyHostNotNow(state, context);
  if (rule) return refuse(state, { command, rule });
  const { amountMinor } = claim;
  if (amountMinor >= parametersOf(state).pinRequiredFromMinor && !pin) return reply({ kind: 'pin-required' });
  const terminal = terminalOf(state);
  const { batchNumber, keySetId } = terminal;
  if (batchNumber === undefined || keySetId === undefined) throw new Error('Checked by whyHostNotNow');
  const txn: NewTxn = {
    ...newTxn(
      state,
      { kind: 'purchase', state: 'sending', amountMinor, operatorCode: may.operatorCode },
      context,
    ),
    ...cardFields(presented),
    lines: claim.lines ?? [],
    taxMinor: claim.taxMinor ?? ZERO,
    stan: nextStan(terminal.lastStan),
    batchNumber,
    keySetId,
    pinUsed: pin !== undefined,
    originalTxnId: claim.txnId,
  };
  return send(
    {
      purpose: { kind: 'request', txnId: txn.txnId },
      message: transactionMessage(terminal, txn, { card: presented.card, ...(pin ? { pin } : {}) }),
      macKeySetId: keySetId,
    },
    [{ kind: 'transaction-sent', txn, secret: secretOf(presented) }],
  );
}

function whyNotCollectable(state: StateView, txn: Txn): RefusalRule | undefined {
  if (txn.state === 'collected') return 'claim-collected';
  if (!isClaim(txn) || txn.collectable !== true) return 'claim-not-collectable';
  // Nothing is claimed for a sale that is being cancelled.
  if (splitSaleOf(state, txn.saleId ?? '')?.split.state === 'cancelling') return 'claim-not-collectable';
  return txn.pendingTxnId === undefined ? undefined : 'already-pending';
}
