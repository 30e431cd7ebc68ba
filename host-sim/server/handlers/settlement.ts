import type { SchemeTotals, SettlementTotals } from '../../../terminal-core/iso8583/index.ts';
import { closeBatch, findBatch, markUnbalanced } from '../../batches/batches.ts';
import { type BatchTotals, hostTotals, sameTotals } from '../../batches/totals.ts';
import { declined, type Outcome, type UnauthenticatedContext } from '../outcome.ts';
import { settlementAnswerField, settlementTotalsOf } from '../wire.ts';

/**
 * Settlement (批结算): compares counts and amounts. Balanced closes the batch; otherwise the terminal uploads it. For a
 * batch that is closed already the answer is what it was closed with, so a terminal that lost the answer finds its way.
 */
export async function settlement(context: UnauthenticatedContext): Promise<Outcome> {
  const { nowMs, request, terminal, tx } = context;
  const sent = settlementTotalsOf(request);
  if (!sent) return declined('settlement', { code: '30', reason: 'totals-unreadable' });
  const batchId = { terminalId: terminal.terminalId, batchNumber: request.batchNumber };
  const batch = await findBatch(tx, batchId.terminalId, batchId.batchNumber);
  if (!batch) return answered(sent, 'error', 'no-such-batch');
  const terminalTotals = plainTotals(sent.domestic);
  if (batch.state === 'closed') {
    const same = batch.closedBy === 'balanced' && batch.terminalTotals === JSON.stringify(terminalTotals);
    return answered(sent, same ? 'balanced' : 'error', 'batch-closed-before');
  }
  const totals = {
    terminal: terminalTotals,
    host: await hostTotals(tx, batchId.terminalId, batchId.batchNumber),
  };
  if (sameTotals(totals.terminal, totals.host) && !context.faults.unbalancedSettlement) {
    await closeBatch(tx, batchId, { by: 'balanced', totals, nowMs });
    return answered(sent, 'balanced', 'balanced');
  }
  await markUnbalanced(tx, batchId, totals);
  return answered(sent, 'not-balanced', 'not-balanced');
}

/** In the order in which the store keeps them. */
function plainTotals(sent: SchemeTotals): BatchTotals {
  const { creditCount, creditMinor, debitCount, debitMinor } = sent;
  return { debitCount, debitMinor, creditCount, creditMinor };
}

function answered(sent: SettlementTotals, result: SchemeTotals['result'], reason: string): Outcome {
  return {
    kind: 'settlement',
    state: 'recorded',
    code: '00',
    reason,
    answer: { 48: settlementAnswerField(sent, result) },
  };
}
