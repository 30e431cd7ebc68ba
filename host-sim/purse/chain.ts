/**
 * Whether what a card says of itself follows from what is known of it. Every purchase has the balance before it, and a card
 * gains by loads alone; so between two debits with consecutive counters the balance changes by the loads in between and by
 * nothing else.
 */

/** A debit on the card; the state in which the card was given out is one of amount zero. */
export interface Debit {
  readonly counter: number;
  readonly amountMinor: number;
  readonly balanceBeforeMinor: number;
  /** The online counter that the card had; null while it is not known. */
  readonly loadsSeen: number | null;
}

/** One load that the card has or may have. */
export interface ChainLoad {
  readonly loadId: number;
  readonly counter: number;
  readonly amountMinor: number;
}

export type ChainVerdict<Load extends ChainLoad = ChainLoad> =
  /** `loadsSeen` null: records in between are missing. `usedLoads` must have been credited. */
  | {
      readonly kind: 'follows';
      readonly loadsSeen: number | null;
      readonly usedLoads: readonly Load[];
      /** Whether the debit before it is known, so that nothing about it is taken on trust. */
      readonly isJoined: boolean;
    }
  | { readonly kind: 'breaks'; readonly reason: string };

/**
 * @param link.before the nearest known debit below, which the card's opening state always is.
 * @param link.after the nearest known debit above, if there is one.
 * @param loads by counter; several with one counter are alternatives.
 */
export function judge<Load extends ChainLoad>(
  debit: Omit<Debit, 'loadsSeen'>,
  link: { readonly before: Debit; readonly after: Debit | undefined },
  loads: readonly Load[],
): ChainVerdict<Load> {
  const { after, before } = link;
  const gained = debit.balanceBeforeMinor - balanceAfter(before);
  const isJoined = before.counter + 1 === debit.counter;
  const seen = isJoined
    ? explainGain(gained, before.loadsSeen, loads)
    : gainOverGap(gained, before, debit, loads);
  if (!seen) return { kind: 'breaks', reason: `the balance does not follow from counter ${before.counter}` };
  if (after) {
    const self = { ...debit, loadsSeen: seen.loadsSeen };
    const gainedAfter = after.balanceBeforeMinor - balanceAfter(self);
    const next =
      debit.counter + 1 === after.counter
        ? explainGain(gainedAfter, self.loadsSeen, loads)
        : gainOverGap(gainedAfter, self, after, loads);
    if (!next)
      return { kind: 'breaks', reason: `the balance at counter ${after.counter} does not follow from it` };
  }
  return { kind: 'follows', ...seen, isJoined };
}

/** Whether a card that held so much after a debit can hold so much before the next. */
export function canGain(gainedMinor: number, loads: readonly ChainLoad[]): boolean {
  return explainGain(gainedMinor, null, loads) !== undefined;
}

export function balanceAfter(debit: Omit<Debit, 'loadsSeen'>): number {
  return debit.balanceBeforeMinor - debit.amountMinor;
}

interface Gain<Load> {
  readonly loadsSeen: number | null;
  readonly usedLoads: readonly Load[];
}

/** Loads with consecutive counters that add up to the gain, beginning with the online counter `from` where it is known. */
function explainGain<Load extends ChainLoad>(
  gainedMinor: number,
  from: number | null,
  loads: readonly Load[],
): Gain<Load> | undefined {
  if (gainedMinor < 0) return undefined;
  if (gainedMinor === 0) return { loadsSeen: from, usedLoads: [] };
  const starts = from === null ? [...new Set(loads.map((load) => load.counter))] : [from];
  const runs = starts.flatMap((start) => {
    const usedLoads = runOf(gainedMinor, start, loads);
    return usedLoads ? [{ loadsSeen: start + usedLoads.length, usedLoads }] : [];
  });
  // Several loads of one amount: which it was, nobody can say.
  return runs.length > 1 ? { loadsSeen: null, usedLoads: [] } : runs[0];
}

function runOf<Load extends ChainLoad>(
  gainedMinor: number,
  counter: number,
  loads: readonly Load[],
): readonly Load[] | undefined {
  if (gainedMinor === 0) return [];
  for (const load of loads) {
    if (load.counter !== counter || load.amountMinor > gainedMinor) continue;
    const rest = runOf(gainedMinor - load.amountMinor, counter + 1, loads);
    if (rest) return [load, ...rest];
  }
  return undefined;
}

/** Debits in between are missing: each took at least a fen, and no more came on than was loaded since. */
function gainOverGap<Load extends ChainLoad>(
  gainedMinor: number,
  before: Debit,
  after: Pick<Debit, 'counter'>,
  loads: readonly Load[],
): Gain<Load> | undefined {
  const missing = after.counter - before.counter - 1;
  const later = loads.filter((load) => before.loadsSeen === null || load.counter >= before.loadsSeen);
  const loadedMinor = later.reduce((sum, load) => sum + load.amountMinor, 0);
  if (gainedMinor > loadedMinor - missing) return undefined;
  return { loadsSeen: later.length === 0 ? before.loadsSeen : null, usedLoads: [] };
}
