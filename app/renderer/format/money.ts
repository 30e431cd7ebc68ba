import { formatMinor } from '../../../terminal-core/api/contract.ts';

/** "¥1,234.05" from minor units: grouped, because totals are read at arm's length. */
export function yuan(amountMinor: number): string {
  const [whole = '0', fen = '00'] = formatMinor(Math.abs(amountMinor)).split('.');
  return `${amountMinor < 0 ? '−' : ''}¥${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fen}`;
}

const FEN_DIGITS_MAX = 9;
/** Digits alone are fen, as on every till: `1000` is ten yuan. With a point they are yuan: `10.` is ten yuan too. */
const TYPED_AMOUNT = /^\d*(\.\d{0,2})?$/;

/** Typing into an amount, key by key; a key that makes no amount of it changes nothing. */
export function pushAmountKeys(typed: string, keys: string): string {
  let text = typed;
  for (const key of keys) {
    // An input method that is switched to Chinese sends a stop of its own.
    const next = (text + (key === '。' ? '.' : key)).replace(/^0+(?=\d)/, '');
    if (TYPED_AMOUNT.test(next) && String(typedAmount(next)).length <= FEN_DIGITS_MAX) text = next;
  }
  return text;
}

/** What was typed, in minor units; nothing typed is nought. */
export function typedAmount(typed: string): number {
  const [whole = '', fen] = typed.split('.');
  return fen === undefined ? Number(whole) : Number(whole) * 100 + Number(fen.padEnd(2, '0'));
}

const NOTES_MINOR = [100, 500, 1_000, 2_000, 5_000, 10_000] as const;
const QUICK_AMOUNTS_MAX = 5;

/** What a customer is likely to hand over: the exact amount, then each next way to pay it with notes. */
export function quickAmounts(totalMinor: number): readonly number[] {
  const amounts = new Set([totalMinor]);
  for (const note of NOTES_MINOR) amounts.add(Math.ceil(totalMinor / note) * note);
  return [...amounts].toSorted((a, b) => a - b).slice(0, QUICK_AMOUNTS_MAX);
}
