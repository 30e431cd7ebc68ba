import type { Refusal } from '../../../terminal-core/api/contract.ts';

/** The rule by which the core says that somebody else must agree. */
const SUPERVISOR_RULE = 'supervisor-required';

/** The rules by which it does not take the one who tried to; nothing was sent, so somebody may try again. */
const NOT_TAKEN_RULES = new Set(['wrong-password', 'operator-locked', 'approver-not-allowed']);

/** Nobody has tried yet. */
export function isFirstRequest(refusal: Refusal): boolean {
  return refusal.rule === SUPERVISOR_RULE;
}

/** @returns the refusal when `answer` is one that a supervisor's code and password can lift. */
export function approvalWanted<T extends { readonly kind: string }>(
  answer: T | Refusal,
): Refusal | undefined {
  if (!isRefusal(answer)) return undefined;
  return isFirstRequest(answer) || NOT_TAKEN_RULES.has(answer.rule) ? answer : undefined;
}

function isRefusal(answer: { readonly kind: string } | Refusal): answer is Refusal {
  return answer.kind === 'refused';
}
