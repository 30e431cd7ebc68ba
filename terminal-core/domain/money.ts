/** An amount in minor units of the terminal's currency (fen for CNY). Always a safe integer, 0 to 999 999 999 999 (DE4 is n12). */
export type AmountMinor = number & { readonly __brand: 'AmountMinor' };

/** The largest amount a DE4 can carry, in minor units. */
export const AMOUNT_MINOR_MAX = 999_999_999_999;

export const ZERO = 0 as AmountMinor;

/** Checks and brands an amount. @throws RangeError when it is not a whole number from 0 to AMOUNT_MINOR_MAX. */
export function amountMinor(value: number): AmountMinor {
  if (!Number.isSafeInteger(value) || value < 0 || value > AMOUNT_MINOR_MAX) {
    throw new RangeError(
      `An amount is a whole number of minor units from 0 to ${AMOUNT_MINOR_MAX}, not ${value}`,
    );
  }
  return value as AmountMinor;
}

export function sumAmounts(amounts: Iterable<AmountMinor>): AmountMinor {
  let total = 0;
  for (const amount of amounts) total += amount;
  return amountMinor(total);
}

/** "1234.05": two decimals, no grouping, no sign. */
export function formatMinor(amount: AmountMinor | number): string {
  const digits = String(Math.abs(amount)).padStart(3, '0');
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Parses "12", "12.3" or "12.34" as people type it; undefined when it is none of these or too large. */
export function parseMinor(text: string): AmountMinor | undefined {
  const match = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (!match) return undefined;
  const value = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
  return value <= AMOUNT_MINOR_MAX ? amountMinor(value) : undefined;
}

/**
 * Shares an amount in proportion to weights so that the parts add up to the fen (largest remainder; ties go to the
 * earlier part). @throws RangeError when there is an amount to share and no weight to share it by.
 */
export function allocateByLargestRemainder(
  amount: AmountMinor,
  weights: readonly AmountMinor[],
): AmountMinor[] {
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  if (total === 0n) {
    if (amount === 0) return weights.map(() => ZERO);
    throw new RangeError('Nothing to share the amount by: all weights are zero');
  }
  const shares = weights.map((weight, index) => {
    const product = BigInt(amount) * BigInt(weight);
    return { index, floor: Number(product / total), remainder: product % total };
  });
  let left = amount - shares.reduce((sum, share) => sum + share.floor, 0);
  const parts = shares.map((share) => share.floor);
  const byRemainder = [...shares].sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  );
  for (const share of byRemainder) {
    if (left === 0) break;
    parts[share.index] = (parts[share.index] ?? 0) + 1;
    left -= 1;
  }
  return parts.map(amountMinor);
}
