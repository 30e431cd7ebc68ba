import { amountMinor } from '../../../terminal-core/domain/money.ts';
import { balanceOf, cardAccount } from '../../ledger/accounts.ts';
import { purseOutcome } from '../../purse/outcome-of.ts';
import { barOriginal } from '../../store/barred-originals.ts';
import { findOriginal } from '../../store/transactions.ts';
import { declined, type MessageContext, type Outcome } from '../outcome.ts';
import { balanceField } from '../wire.ts';

/**
 * Query of an original: DE39 is the original's outcome. 25: the host does not have it, and declines it if it still
 * comes. 21: it was approved and then taken back (reversed or voided), so it has no effect.
 */
export async function query(context: MessageContext): Promise<Outcome> {
  const { nowMs, request, terminal, tx } = context;
  if (!request.original) return declined('query', { code: '30', reason: 'no-original-named' });
  const key = { terminalId: terminal.terminalId, ...request.original };
  const purse = await purseOutcome(tx, key);
  if (purse) return { kind: 'query', state: 'recorded', ...purse };
  const original = await findOriginal(tx, key);
  if (!original) {
    await barOriginal(tx, key, { by: 'query', nowMs });
    return { kind: 'query', state: 'recorded', code: '25', reason: 'not-found' };
  }
  const undone = original.state === 'reversed' || original.state === 'voided';
  const balance =
    original.cardId !== null && original.responseCode === '00' && !undone
      ? { 54: balanceField(amountMinor((await balanceOf(tx, cardAccount(original.cardId))).balanceMinor)) }
      : undefined;
  // Only the host knows how much a partial approval was for.
  const answer =
    original.responseCode === '10' && !undone
      ? { ...balance, 4: String(original.amountMinor).padStart(12, '0') }
      : balance;
  return {
    kind: 'query',
    state: 'recorded',
    code: undone ? '21' : original.responseCode,
    reason: `original-${original.state}`,
    originalTransactionId: original.transactionId,
    ...(original.rrn === null ? {} : { rrn: original.rrn }),
    ...(original.authorisationCode === null ? {} : { authorisationCode: original.authorisationCode }),
    ...(answer ? { answer } : {}),
  };
}
