import { formatMinor } from '../../../terminal-core/api/contract.ts';

/** "¥1,234.05" from minor units: grouped, because totals are read at arm's length. */
export function yuan(amountMinor: number): string {
  const [whole = '0', fen = '00'] = formatMinor(Math.abs(amountMinor)).split('.');
  return `${amountMinor < 0 ? '−' : ''}¥${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fen}`;
}

const FEN_DIGITS_MAX = 9;

/** Typing into an amount: each digit pushes the others to the left, as on every till. Too many digits change nothing. */
export function pushAmountDigits(amountMinor: number, digits: string): number {
  let amount = amountMinor;
  for (const digit of digits) {
    if (!/^\d$/.test(digit) || String(amount).length >= FEN_DIGITS_MAX) continue;
    amount = amount * 10 + Number(digit);
  }
  return amount;
}

export function dropAmountDigit(amountMinor: number): number {
  return Math.floor(amountMinor / 10);
}

const NOTES_MINOR = [100, 500, 1_000, 2_000, 5_000, 10_000] as const;
const QUICK_AMOUNTS_MAX = 5;

/** What a customer is likely to hand over: the exact amount, then each next way to pay it with notes. */
export function quickAmounts(totalMinor: number): readonly number[] {
  const amounts = new Set([totalMinor]);
  for (const note of NOTES_MINOR) amounts.add(Math.ceil(totalMinor / note) * note);
  return [...amounts].toSorted((a, b) => a - b).slice(0, QUICK_AMOUNTS_MAX);
}
