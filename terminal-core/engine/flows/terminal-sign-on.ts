import { type BatchNumber, batchNumber, nextStan, type Stan } from '../../domain/identifiers.ts';
import { momentFromWire } from '../../domain/local-time.ts';
import type { ExchangeOutcome } from '../exchange.ts';
import { type Context, type Decision, type Input, reply, send } from '../inputs.ts';
import { signOnMessage } from '../messages.ts';
import { type RefusalRule, refusal } from '../refusals.ts';
import { type StateView, terminalOf } from '../state.ts';
import { textField } from './answers.ts';
import { placedAnew } from './placement.ts';

/** Terminal sign-on (签到): keys, batch number and clock come with the answer, all at once or not at all. */
export function decideTerminalSignOn(state: StateView, context: Context): Decision {
  if (!context.linkUp) return reply(refusal('host-unreachable'));
  const terminal = terminalOf(state);
  const stan = nextStan(terminal.lastStan);
  return send(
    {
      purpose: { kind: 'terminal-sign-on' },
      message: signOnMessage(terminal, stan, terminal.operatorCode ?? ''),
    },
    [{ kind: 'stan-taken', stan, message: 'sign-on' }],
  );
}

export function decideSignOnEnded(state: StateView, outcome: ExchangeOutcome, context: Context): Decision {
  const failed = (rule: RefusalRule, reason: string): Decision =>
    reply(refusal(rule), [{ kind: 'terminal-sign-on-failed', reason }]);
  switch (outcome.kind) {
    case 'answered': {
      const { message, keySetId } = outcome;
      const code = textField(message, 39);
      if (code !== '00') return failed('sign-on-refused', `answered ${code ?? 'without a code'}`);
      const batch = batchOf(textField(message, 60));
      if (!batch) return failed('sign-on-refused', 'the answer has no batch number');
      if (keySetId === undefined) return failed('sign-on-keys-wrong', 'the answer has no keys');
      const terminal = terminalOf(state);
      const { utcOffsetMinutes } = terminal;
      const hostMs = momentFromWire({
        monthDay: textField(message, 13) ?? '',
        time: textField(message, 12) ?? '',
        nearMs: context.nowMs,
        utcOffsetMinutes,
      });
      const kept = openBatch(state, batch);
      const event = {
        kind: 'terminal-signed-on' as const,
        keySetId,
        batchNumber: kept,
        ...(kept === batch ? {} : { hostBatchNumber: batch }),
        hostClockOffsetMs: hostMs === undefined ? 0 : hostMs - context.nowMs,
      };
      const { batchNumber } = event;
      return reply({ kind: 'done' }, [event, ...placedAnew(state, { batchNumber, keySetId })]);
    }
    case 'keys-refused':
      return failed('sign-on-keys-wrong', outcome.detail);
    case 'wrong-mac':
    case 'unreadable':
      return failed('sign-on-refused', outcome.kind);
    case 'no-answer':
    case 'not-sent':
    case 'cannot-be-made':
      return reply(refusal('host-unreachable'));
  }
}

/**
 * A batch with transactions in it, or one whose settlement has begun, stays open until it is settled, whatever number a
 * new sign-on brings: the host may have closed it already, and the answer that said so was lost.
 */
function openBatch(state: StateView, offered: BatchNumber): BatchNumber {
  const { batchNumber: current, settlement } = terminalOf(state);
  if (current === undefined) return offered;
  if (settlement) return current;
  for (const txn of state.live('transactions')) {
    if (txn.batchNumber === current && txn.kind !== 'cash-sale' && !txn.settled) return current;
  }
  return offered;
}

function batchOf(de60: string | undefined): BatchNumber | undefined {
  const digits = /^\d{2}(\d{6})/.exec(de60 ?? '')?.[1];
  const value = Number(digits ?? 0);
  return value >= 1 ? batchNumber(value) : undefined;
}

/** Trace numbers for messages that are no transactions: durable before they are used, like all of them. */
export function decideTakeStans(state: StateView, input: Extract<Input, { kind: 'take-stans' }>): Decision {
  const stans: Stan[] = [];
  let last = terminalOf(state).lastStan;
  for (let taken = 0; taken < input.count; taken += 1) {
    last = nextStan(last);
    stans.push(last);
  }
  return reply(
    { kind: 'stans', stans },
    last === undefined ? [] : [{ kind: 'stan-taken', stan: last, message: input.message }],
  );
}
