import { nextNumber } from '../store/counters.ts';
import type { UnauthenticatedContext } from './outcome.ts';

/** Letters and digits that cannot be taken for one another on a receipt. */
const AUTHORISATION_ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** DE37: last digit of the year, day of the year, and a running number. */
export async function newRrn(context: UnauthenticatedContext): Promise<string> {
  const [year = '', month = '', day = ''] = context.accountingDate.split('-');
  const dayOfYear =
    (Date.UTC(Number(year), Number(month) - 1, Number(day)) - Date.UTC(Number(year), 0, 1)) / 86_400_000 + 1;
  const running = (await nextNumber(context.tx, 'rrn')) % 100_000_000;
  return `${year.slice(3)}${String(dayOfYear).padStart(3, '0')}${String(running).padStart(8, '0')}`;
}

/** DE38. */
export function newAuthorisationCode(context: UnauthenticatedContext): string {
  let code = '';
  for (const byte of context.services.random.bytes(6)) {
    code += AUTHORISATION_ALPHABET[byte % AUTHORISATION_ALPHABET.length];
  }
  return code;
}
