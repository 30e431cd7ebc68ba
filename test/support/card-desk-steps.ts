import { amountMinor } from '../../terminal-core/domain/money.ts';
import type { Input } from '../../terminal-core/engine/inputs.ts';
import type { CardService } from '../../terminal-core/engine/state.ts';
import { TerminalBench } from './terminal-bench.ts';

export const NEW_CARD = '8890121000010207';
let ids = 0;

function nextId(what: string): string {
  ids += 1;
  return `${what}-${ids}`;
}

export function load(bench: TerminalBench, minor = 100_00, undoId = nextId('load')) {
  return bench.terminal.run({
    kind: 'load-card',
    undoId,
    amountMinor: amountMinor(minor),
    presented: bench.card(),
  });
}

export function serve(
  bench: TerminalBench,
  service: CardService,
  more: Partial<Extract<Input, { kind: 'serve-card' }>> = {},
) {
  return bench.terminal.run({
    kind: 'serve-card',
    service,
    undoId: nextId('service'),
    presented: bench.card(),
    ...(service === 'replace' ? { newCard: bench.card(NEW_CARD) } : {}),
    ...more,
  });
}

export async function withShift(role: 'cashier' | 'supervisor' = 'supervisor'): Promise<TerminalBench> {
  const bench = await new TerminalBench().open(role);
  await bench.terminal.run({ kind: 'open-shift', floatMinor: amountMinor(500_00) });
  bench.sent.length = 0;
  return bench;
}
