import { expect } from 'vitest';
import { amountMinor } from '../../terminal-core/domain/money.ts';
import type { Input } from '../../terminal-core/engine/inputs.ts';
import { TerminalBench } from './terminal-bench.ts';

export const SUPERVISOR = { approval: { operatorCode: '2001', passwordMatches: true } };

export async function signOn(bench: TerminalBench, operatorCode: string): Promise<void> {
  await bench.terminal.run({ kind: 'operator-sign-on', operatorCode, passwordMatches: true });
}

/** A cashier's till with a shift open on a float of 500.00. */
export async function shiftOpen(floatMinor = 500_00): Promise<TerminalBench> {
  const bench = await new TerminalBench().open('cashier');
  expect(await bench.terminal.run({ kind: 'open-shift', floatMinor: amountMinor(floatMinor) })).toEqual({
    kind: 'done',
  });
  return bench;
}

export function payCash(bench: TerminalBench, totalMinor: number) {
  return bench.terminal.run({
    kind: 'pay-cash',
    basket: bench.basket(totalMinor),
    receivedMinor: amountMinor(totalMinor + 50_00),
  });
}

export function moveCash(bench: TerminalBench, fields: Partial<Extract<Input, { kind: 'move-cash' }>>) {
  return bench.terminal.run({
    kind: 'move-cash',
    movementId: 'movement-1',
    movement: 'safe-drop',
    amountMinor: amountMinor(100_00),
    reason: 'to the safe',
    ...fields,
  });
}

export function close(
  bench: TerminalBench,
  countedMinor: number,
  fields: Partial<Extract<Input, { kind: 'close-shift' }>> = {},
) {
  return bench.terminal.run({ kind: 'close-shift', countedMinor: amountMinor(countedMinor), ...fields });
}
