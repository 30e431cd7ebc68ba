/** Notes and coins of the yuan in use, in fen, largest first; what is smaller than a jiao is counted in fen. */
export const DENOMINATIONS_MINOR = [10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10, 1] as const;
type Denomination = (typeof DENOMINATIONS_MINOR)[number];

/** What was typed for each note and coin; what was not typed is not there. */
export type Counted = Readonly<Partial<Record<Denomination, string>>>;

/** The contract takes 100 000 of one. */
const COUNT_DIGITS_MAX = 5;

/** Types digits into the count of one note or coin; anything else changes nothing. */
export function pushCount(counted: Counted, valueMinor: Denomination, typed: string): Counted {
  const digits = `${counted[valueMinor] ?? ''}${typed.replace(/\D/g, '')}`.replace(/^0+(?=\d)/, '');
  return digits === '' || digits.length > COUNT_DIGITS_MAX ? counted : { ...counted, [valueMinor]: digits };
}

/** Takes the last digit away. */
export function dropDigit(counted: Counted, valueMinor: Denomination): Counted {
  const { [valueMinor]: typed = '', ...others } = counted;
  return typed.length <= 1 ? others : { ...others, [valueMinor]: typed.slice(0, -1) };
}

export function countOf(counted: Counted, valueMinor: Denomination): number {
  return Number(counted[valueMinor] ?? 0);
}

/** All of it in fen. */
export function countedMinor(counted: Counted): number {
  return DENOMINATIONS_MINOR.reduce((sum, valueMinor) => sum + valueMinor * countOf(counted, valueMinor), 0);
}

/** What the core is told: no row for what is not there. */
export function denominationsOf(counted: Counted): { valueMinor: number; count: number }[] {
  return DENOMINATIONS_MINOR.map((valueMinor) => ({
    valueMinor,
    count: countOf(counted, valueMinor),
  })).filter(({ count }) => count > 0);
}

/** An empty drawer is counted by typing a nought: nothing typed is nothing counted. */
export function isAnythingCounted(counted: Counted): boolean {
  return Object.keys(counted).length > 0;
}
