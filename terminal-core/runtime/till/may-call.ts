import { type Refusal, refusal } from '../../engine/refusals.ts';
import { type Role, type StateView, terminalOf } from '../../engine/state.ts';

const EVERYBODY = ['cashier', 'supervisor', 'engineer'] as const;

/**
 * Who must be signed on for what the screens can ask for (docs/domain.md 7). What needs a supervisor's approval on top is decided
 * by the engine; status, sign-on and the catalogue are for everybody.
 */
const MAY_CALL = {
  'terminal-sign-on': EVERYBODY,
  'upload-now': ['supervisor'],
  workbench: ['supervisor'],
  'see-transactions': EVERYBODY,
  'see-exposure': ['supervisor', 'engineer'],
  'reprint-receipt': EVERYBODY,
  'see-reports': ['cashier', 'supervisor'],
  // It tells what the drawer should hold, which a cashier must not know before counting it.
  'see-x-reports': ['supervisor'],
  'read-card': ['cashier', 'supervisor'],
} as const satisfies Record<string, readonly Role[]>;

/** @returns the refusal, or undefined when the operator who is signed on may. */
export function whyNotCall(state: StateView, what: keyof typeof MAY_CALL): Refusal | undefined {
  const { operatorCode } = terminalOf(state);
  const role = operatorCode === undefined ? undefined : state.get('operators', operatorCode)?.role;
  if (role === undefined) return refusal('no-operator');
  const allowed: readonly Role[] = MAY_CALL[what];
  return allowed.includes(role) ? undefined : refusal('role-not-allowed');
}
