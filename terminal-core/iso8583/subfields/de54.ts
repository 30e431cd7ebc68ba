import { type AmountMinor, amountMinor } from '../../domain/money.ts';
import type { SubfieldResult } from '../iso-error.ts';
import { fault, firstNonDigit } from './positional.ts';

/** One balance of an answer. */
export interface Balance {
  /** Two digits: 00 unspecified, 10 savings, 20 cheque, 30 credit. */
  readonly accountType: string;
  /** Two digits: 01 ledger balance, 02 available balance. */
  readonly amountType: string;
  /** ISO 4217, three digits. */
  readonly currency: string;
  /** C: the customer has it; D: the customer owes it. */
  readonly sign: 'C' | 'D';
  readonly amountMinor: AmountMinor;
}

const BALANCE_CHARACTERS = 20;

/** DE54: balances of 20 characters each; `cup` has one, the ISO dialects up to six. */
export function decodeDe54(text: string): SubfieldResult<Balance[]> {
  if (text.length % BALANCE_CHARACTERS !== 0) {
    return fault(
      'truncated',
      '54',
      text.length - (text.length % BALANCE_CHARACTERS),
      'a balance has 20 characters',
    );
  }
  const balances: Balance[] = [];
  for (let at = 0; at < text.length; at += BALANCE_CHARACTERS) {
    const path = `54.${balances.length + 1}`;
    const sign = text[at + 7];
    if (sign !== 'C' && sign !== 'D') return fault('bad-digit', path, at + 7, 'the sign is neither C nor D');
    const bad = firstNonDigit(text.slice(at, at + 7) + text.slice(at + 8, at + BALANCE_CHARACTERS));
    if (bad >= 0) return fault('bad-digit', path, at + (bad < 7 ? bad : bad + 1), 'a character is no digit');
    balances.push({
      accountType: text.slice(at, at + 2),
      amountType: text.slice(at + 2, at + 4),
      currency: text.slice(at + 4, at + 7),
      sign,
      amountMinor: amountMinor(Number(text.slice(at + 8, at + BALANCE_CHARACTERS))),
    });
  }
  return { ok: true, value: balances };
}

export function encodeDe54(balances: readonly Balance[]): SubfieldResult<string> {
  let text = '';
  for (const [index, balance] of balances.entries()) {
    const path = `54.${index + 1}`;
    const { accountType, amountType, currency, sign } = balance;
    if (accountType.length !== 2 || amountType.length !== 2 || currency.length !== 3) {
      return fault('bad-length', path, text.length, 'a part of the balance does not have its length');
    }
    if (firstNonDigit(accountType + amountType + currency) >= 0) {
      return fault('bad-digit', path, text.length, 'a type or the currency is not all digits');
    }
    text += `${accountType}${amountType}${currency}${sign}${String(balance.amountMinor).padStart(12, '0')}`;
  }
  return { ok: true, value: text };
}
