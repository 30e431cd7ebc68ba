import type { BilingualText } from '../domain/text.ts';
import { CARD_DESK_REFUSALS } from './refusal-words/card-desk.ts';
import { OFFLINE_REFUSALS } from './refusal-words/offline.ts';
import { OPERATOR_REFUSALS } from './refusal-words/operator.ts';
import { PURSE_REFUSALS } from './refusal-words/purse.ts';
import { SALE_REFUSALS } from './refusal-words/sale.ts';
import { SHIFT_REFUSALS } from './refusal-words/shift.ts';
import { SPLIT_REFUSALS } from './refusal-words/split.ts';
import { TERMINAL_REFUSALS } from './refusal-words/terminal.ts';
import { UNDO_REFUSALS } from './refusal-words/undo.ts';
import type { RuleWords } from './refusal-words/words.ts';
import { WORKBENCH_REFUSALS } from './refusal-words/workbench.ts';

/** Every rule by which the terminal refuses something: nothing was sent and no money moved. One row a rule, by what it is about. */
export const REFUSALS = {
  ...OPERATOR_REFUSALS,
  ...SALE_REFUSALS,
  ...OFFLINE_REFUSALS,
  ...PURSE_REFUSALS,
  ...CARD_DESK_REFUSALS,
  ...SPLIT_REFUSALS,
  ...UNDO_REFUSALS,
  ...TERMINAL_REFUSALS,
  ...WORKBENCH_REFUSALS,
  ...SHIFT_REFUSALS,
} as const satisfies Record<string, RuleWords>;

export type RefusalRule = keyof typeof REFUSALS;

export interface Refusal {
  readonly kind: 'refused';
  readonly rule: RefusalRule;
  readonly text: BilingualText;
  readonly nextStep: BilingualText;
}

export function refusal(rule: RefusalRule): Refusal {
  return { kind: 'refused', rule, ...REFUSALS[rule] };
}
