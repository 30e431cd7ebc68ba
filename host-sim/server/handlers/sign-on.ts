import { type KeySetKind, signOff as storeSignOff } from '../../store/terminals.ts';
import { newRrn } from '../numbers.ts';
import type { NetworkOutcome, UnauthenticatedContext } from '../outcome.ts';

/** DE60.3 of the three kinds of sign-on. */
const SIGN_ON_KINDS: readonly KeySetKind[] = ['001', '003', '004'];

/** Terminal sign-on (签到): fresh working keys under the terminal master key, the open batch, the host's clock. */
export async function signOn(context: UnauthenticatedContext): Promise<NetworkOutcome> {
  const { nowMs, request, services, terminal, tx } = context;
  const kind = SIGN_ON_KINDS.find((each) => each === request.control);
  if (!kind) return { code: '12' };
  const keys = await services.terminalKeys.signOn(tx, terminal, kind, nowMs);
  const de60 = `${request.type}${terminal.batchNumber}${kind}`;
  return { code: '00', answer: { 37: await newRrn(context), 60: de60, 62: keys } };
}

/** Sign-off (签退): nothing but a new sign-on is taken afterwards; the keys stay for what is still owed. */
export async function signOff(context: UnauthenticatedContext): Promise<NetworkOutcome> {
  await storeSignOff(context.tx, context.terminal.terminalId);
  return { code: '00' };
}

/** Echo (回响测试): says that the host is there. */
export async function echo(): Promise<NetworkOutcome> {
  return { code: '00' };
}
