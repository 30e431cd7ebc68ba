import type { EngineEvent } from '../events.ts';
import { type Approval, type Context, type Decision, type Input, reply } from '../inputs.ts';
import { type RefusalRule, refusal } from '../refusals.ts';
import { type OperatorDoc, parametersOf, type Role, type StateView, terminalOf } from '../state.ts';
import { openShift } from '../takings.ts';

/** Wrong passwords in a row that lock an operator code, and how long: doubling from half a minute to a quarter hour. */
export const PASSWORD_FAILURES_MAX = 5;
const LOCK_FIRST_MS = 30_000;
const LOCK_LONGEST_MS = 900_000;
/** Stands in the journal for a code that nobody has. */
const UNKNOWN_OPERATOR = 'unknown';

export function decideOperatorSignOn(
  state: StateView,
  input: Extract<Input, { kind: 'operator-sign-on' }>,
  context: Context,
): Decision {
  const checked = checkPassword(state, input, context);
  if (checked.kind === 'refused') return reply(refusal(checked.rule), checked.events);
  return reply({ kind: 'signed-on', operatorCode: input.operatorCode }, [
    { kind: 'operator-signed-on', operatorCode: input.operatorCode },
  ]);
}

export function decideOperatorSignOff(state: StateView): Decision {
  const { operatorCode } = terminalOf(state);
  return reply(
    { kind: 'done' },
    operatorCode === undefined ? [] : [{ kind: 'operator-signed-off', operatorCode }],
  );
}

type Checked =
  | { readonly kind: 'matches' }
  | { readonly kind: 'refused'; readonly rule: RefusalRule; readonly events: readonly EngineEvent[] };

function checkPassword(state: StateView, given: Approval, context: Context): Checked {
  const operator = state.get('operators', given.operatorCode);
  if (!operator) {
    // Unknown codes are refused in the same words as wrong passwords, so that codes cannot be tried out.
    return {
      kind: 'refused',
      rule: 'wrong-password',
      // What was typed is not journalled: people swipe cards into any field.
      events: [{ kind: 'operator-sign-on-failed', operatorCode: UNKNOWN_OPERATOR, lockedUntilMs: 0 }],
    };
  }
  if (operator.lockedUntilMs > context.nowMs) return { kind: 'refused', rule: 'operator-locked', events: [] };
  if (given.passwordMatches) return { kind: 'matches' };
  const failures = operator.failures + 1;
  const over = failures - PASSWORD_FAILURES_MAX;
  const lockMs = over < 0 ? 0 : Math.min(LOCK_FIRST_MS * 2 ** over, LOCK_LONGEST_MS);
  return {
    kind: 'refused',
    rule: lockMs === 0 ? 'wrong-password' : 'operator-locked',
    events: [
      {
        kind: 'operator-sign-on-failed',
        operatorCode: given.operatorCode,
        lockedUntilMs: lockMs === 0 ? 0 : context.nowMs + lockMs,
      },
    ],
  };
}

/** Who may do what on their own (docs/domain.md 7). What is missing here is refused. */
const MAY = {
  sell: ['cashier', 'supervisor'],
  void: ['supervisor'],
  refund: ['supervisor'],
  inquire: ['cashier', 'supervisor'],
  'serve-card': ['cashier', 'supervisor'],
  /** Puts a card in use again, or moves its balance to another. */
  'release-card': ['supervisor'],
  surrender: ['supervisor'],
  settle: ['supervisor'],
  resolve: ['supervisor'],
  'open-shift': ['cashier', 'supervisor'],
  'own-shift': ['cashier', 'supervisor'],
  'any-shift': ['supervisor'],
  'open-drawer': ['supervisor'],
  'x-report': ['supervisor'],
  'z-report': ['supervisor'],
  train: ['supervisor'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Action = keyof typeof MAY;

/** Money that goes in or out of the drawer belongs to somebody's shift, where the store has them. */
const IN_A_SHIFT: readonly Action[] = ['sell', 'void', 'refund', 'surrender'];

function mayAlone(action: Action, role: Role): boolean {
  const roles: readonly Role[] = MAY[action];
  return roles.includes(role);
}

export type Permission =
  | {
      readonly kind: 'allowed';
      readonly operatorCode: string;
      readonly supervisorCode?: string;
      readonly events: readonly EngineEvent[];
    }
  | { readonly kind: 'refused'; readonly rule: RefusalRule; readonly events: readonly EngineEvent[] };

/** Whether the operator who is signed on may do this, alone or with a supervisor's approval. */
export function permission(
  state: StateView,
  asked: {
    readonly action: Action;
    readonly approval?: Approval | undefined;
    readonly txnId?: string;
  },
  context: Context,
): Permission {
  const { operatorCode, training } = terminalOf(state);
  const operator = operatorCode === undefined ? undefined : state.get('operators', operatorCode);
  if (!operator) return { kind: 'refused', rule: 'no-operator', events: [] };
  if (training && asked.action !== 'train') return { kind: 'refused', rule: 'in-training', events: [] };
  const noShift = whyNotInThisShift(state, asked.action, operator);
  if (noShift) return { kind: 'refused', rule: noShift, events: [] };
  if (mayAlone(asked.action, operator.role)) {
    return { kind: 'allowed', operatorCode: operator.operatorCode, events: [] };
  }
  if (operator.role === 'engineer') return { kind: 'refused', rule: 'role-not-allowed', events: [] };
  return approvedBy(state, { ...asked, operatorCode: operator.operatorCode }, context);
}

/** A supervisor's own code and password, whoever is signed on. */
export function approvedBy(
  state: StateView,
  asked: {
    readonly action: keyof typeof MAY;
    readonly operatorCode: string;
    readonly approval?: Approval | undefined;
    readonly txnId?: string;
  },
  context: Context,
): Permission {
  if (!asked.approval) return { kind: 'refused', rule: 'supervisor-required', events: [] };
  const checked = checkPassword(state, asked.approval, context);
  if (checked.kind === 'refused') return checked;
  const approver = state.get('operators', asked.approval.operatorCode);
  if (!approver || !mayAlone(asked.action, approver.role)) {
    return { kind: 'refused', rule: 'approver-not-allowed', events: [] };
  }
  return {
    kind: 'allowed',
    operatorCode: asked.operatorCode,
    supervisorCode: approver.operatorCode,
    events: [
      {
        kind: 'supervisor-approved',
        operatorCode: approver.operatorCode,
        action: asked.action,
        ...(asked.txnId === undefined ? {} : { txnId: asked.txnId }),
      },
    ],
  };
}

/** Where the store has shifts, a cashier's drawer is counted against what that cashier did; a supervisor helps out in any. */
function whyNotInThisShift(
  state: StateView,
  action: Action,
  { operatorCode, role }: OperatorDoc,
): RefusalRule | undefined {
  if (role === 'engineer' || !IN_A_SHIFT.includes(action)) return undefined;
  if (parametersOf(state).shiftRequired === 0) return undefined;
  const shift = openShift(state);
  if (!shift) return 'shift-required';
  return role === 'cashier' && shift.operatorCode !== operatorCode ? 'shift-of-another' : undefined;
}

/** A refusal that is journalled with who was at the till (docs/domain.md 3: every refusal is journalled). */
export function refuse(
  state: StateView,
  options: { readonly command: string; readonly rule: RefusalRule; readonly events?: readonly EngineEvent[] },
): Decision {
  const { operatorCode } = terminalOf(state);
  return reply(refusal(options.rule), [
    ...(options.events ?? []),
    {
      kind: 'refused',
      command: options.command,
      rule: options.rule,
      ...(operatorCode === undefined ? {} : { operatorCode }),
    },
  ]);
}
