import { closeBatch, findBatch, markUnbalanced } from '../../batches/batches.ts';
import { type BatchTotals, hostTotals, sameTotals } from '../../batches/totals.ts';
import type { Outcome, UnauthenticatedContext } from '../outcome.ts';
import { type SettlementResult, settlementAnswerField, settlementTotalsOf } from '../wire.ts';

/**
 * Settlement (批结算): compares counts and amounts. Balanced closes the batch; otherwise the terminal uploads it. For a
 * batch that is closed already the answer is what it was closed with, so a terminal that lost the answer finds its way.
 */
export async function settlement(context: UnauthenticatedContext): Promise<Outcome> {
  const { nowMs, request, terminal, tx } = context;
  const terminalTotals = settlementTotalsOf(request);
  if (!terminalTotals) return answered('30', context, 'error', 'totals-unreadable');
  const batchId = { terminalId: terminal.terminalId, batchNumber: request.batchNumber };
  const batch = await findBatch(tx, batchId.terminalId, batchId.batchNumber);
  if (!batch) return answered('00', context, 'error', 'no-such-batch');
  if (batch.state === 'closed') {
    const same = batch.closedBy === 'balanced' && sameTotals(totalsIn(batch.terminalTotals), terminalTotals);
    return answered('00', context, same ? 'balanced' : 'error', 'batch-closed-before');
  }
  const totals = {
    terminal: terminalTotals,
    host: await hostTotals(tx, batchId.terminalId, batchId.batchNumber),
  };
  if (sameTotals(totals.terminal, totals.host) && !context.faults.unbalancedSettlement) {
    await closeBatch(tx, batchId, { by: 'balanced', totals, nowMs });
    return answered('00', context, 'balanced', 'balanced');
  }
  await markUnbalanced(tx, batchId, totals);
  return answered('00', context, 'not-balanced', 'not-balanced');
}

function answered(
  code: string,
  context: UnauthenticatedContext,
  result: SettlementResult,
  reason: string,
): Outcome {
  const totals = settlementAnswerField(context.request, result);
  return {
    kind: 'settlement',
    state: 'recorded',
    code,
    reason,
    ...(totals === undefined ? {} : { answer: { 48: totals } }),
  };
}

function totalsIn(json: string | null): BatchTotals {
  if (json === null) return { debitCount: 0, debitMinor: 0, creditCount: 0, creditMinor: 0 };
  // Written by closeBatch from a BatchTotals and by nobody else.
  return JSON.parse(json) as BatchTotals;
}
