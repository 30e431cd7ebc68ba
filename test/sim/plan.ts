import { type Errand, errandOf, type Habits, habitsOf } from './errands.ts';
import { type FaultMix, mixOfSeed } from './faults.ts';
import { Prng } from './prng.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** 21 November 2026, midnight in China. */
export const FIRST_MIDNIGHT_MS = Date.UTC(2026, 10, 20, 16, 0, 0);

/** A card of the simulated issuer. */
export interface SimCard {
  readonly pan: string;
  /** YYMM */
  readonly expiry: string;
  readonly pin: string | undefined;
  readonly kind: 'registered' | 'bearer';
  readonly status: 'inactive' | 'active' | 'blocked' | 'hotlisted';
  readonly balanceMinor: number;
  /** The issuer knows no such card. */
  readonly isStrange: boolean;
}

/** What befalls a till or the host at a time of the day, whatever they are doing. */
export type Mishap = { readonly id: string; readonly atMs: number } & (
  | { readonly kind: 'partition'; readonly durationMs: number; readonly noticedAfterMs: number }
  | { readonly kind: 'power-cut' }
  | { readonly kind: 'disk-full'; readonly durationMs: number }
  | { readonly kind: 'printer'; readonly durationMs: number }
  | { readonly kind: 'clock-jump'; readonly byMs: number }
  | { readonly kind: 'host-crash'; readonly durationMs: number }
  | { readonly kind: 'card-blocked'; readonly card: number }
);

/** One till's part of one day. Times are after the day's midnight. */
export interface TillDay {
  readonly errands: readonly Errand[];
  readonly mishaps: readonly Mishap[];
}

export interface PlannedDay {
  /** By till. */
  readonly tills: readonly TillDay[];
  /** The last thing of the day; now and then nobody does it. */
  readonly settles: boolean;
}

/** All that one seed decides before anything happens: what a shrinker can leave parts out of. */
export interface Plan {
  readonly seed: number;
  readonly mix: FaultMix;
  readonly cards: readonly SimCard[];
  /** What is on the chip cards of this world at first, minor units. */
  readonly purseBalances: readonly number[];
  readonly syncEveryMs: number;
  /** How much later than eight in the morning the store opens; a late one closes beyond the host's day cut. */
  readonly opensLaterMs: number;
  readonly certificates: {
    readonly capMinor: number;
    readonly floorMinor: number;
    readonly countMax: number;
  };
  readonly days: readonly PlannedDay[];
}

const OPENS_MS = 8 * HOUR_MS;
const CLOSES_MS = 20 * HOUR_MS;

export function planOfSeed(seed: number): Plan {
  const prng = new Prng(`holdfast ${seed}`);
  const mix = mixOfSeed(prng.fork('mix'));
  const shape = prng.fork('shape');
  const tills = shape.pick([1, 1, 2, 2, 3]);
  const days = shape.pick([1, 1, 2, 2, 3]);
  const errands = shape.int(4, 17);
  const habits = habitsOf(prng.fork('habits'));
  const cards = cardsOf(prng.fork('cards'));
  return {
    seed,
    mix,
    cards,
    purseBalances: purseBalancesOf(prng.fork('purses')),
    syncEveryMs: shape.pick([15_000, 60_000, 240_000]),
    opensLaterMs: prng.fork('hours').pick([0, 0, 3.5 * HOUR_MS]),
    certificates: {
      capMinor: shape.pick([100_00, 300_00, 500_00]),
      floorMinor: shape.pick([50_00, 200_00]),
      countMax: shape.pick([2, 5]),
    },
    days: Array.from({ length: days }, (_, day) => ({
      settles: day === days - 1 || !shape.chance(0.2),
      tills: Array.from({ length: tills }, (_none, till) =>
        tillDay(prng.fork(`day ${day} till ${till}`), {
          id: `${day + 1}.${till + 1}`,
          errands,
          habits,
          mix,
          cards: cards.length,
        }),
      ),
    })),
  };
}

function purseBalancesOf(prng: Prng): number[] {
  return Array.from({ length: prng.int(1, 3) }, () => prng.pick([0, 40_00, 150_00, 600_00]));
}

function cardsOf(prng: Prng): SimCard[] {
  const base = {
    expiry: '2912',
    pin: undefined,
    kind: 'registered',
    status: 'active',
    isStrange: false,
  } as const;
  const wealth = (): number => prng.pick([30_00, 120_00, 500_00, 2_000_00]);
  const cards: Omit<SimCard, 'pan'>[] = [
    { ...base, balanceMinor: 4_000_00, pin: '135790' },
    { ...base, balanceMinor: wealth() },
    { ...base, balanceMinor: wealth() },
  ];
  if (prng.chance(0.5)) cards.push({ ...base, kind: 'bearer', balanceMinor: prng.int(0, 1_000_00) });
  if (prng.chance(0.4)) cards.push({ ...base, balanceMinor: prng.int(0, 15_00) });
  if (prng.chance(0.3)) cards.push({ ...base, balanceMinor: 500_00, status: 'blocked' });
  if (prng.chance(0.5)) cards.push({ ...base, balanceMinor: 500_00, status: 'hotlisted' });
  if (prng.chance(0.3)) cards.push({ ...base, balanceMinor: 500_00, expiry: '2510' });
  if (prng.chance(0.2)) cards.push({ ...base, balanceMinor: 0, isStrange: true });
  // For activation and replacement.
  const spare = { ...base, balanceMinor: 0, status: 'inactive' } as const;
  cards.push(spare);
  if (prng.chance(0.5)) cards.push({ ...spare, pin: '246800' });
  return cards.map((card, index) => ({
    ...card,
    pan: `88901210${String(prng.int(10_000_000, 99_999_999))}${index}0`,
  }));
}

function tillDay(
  prng: Prng,
  given: {
    readonly id: string;
    readonly errands: number;
    readonly habits: Habits;
    readonly mix: FaultMix;
    readonly cards: number;
  },
): TillDay {
  const rushHour = prng.chance(0.3);
  const time = (): number =>
    rushHour ? prng.int(12 * HOUR_MS, 13 * HOUR_MS) : prng.int(OPENS_MS, CLOSES_MS);
  const errands = Array.from({ length: given.errands }, (_, index) =>
    errandOf(prng, { ...given, id: `${given.id}.${index + 1}`, atMs: time() }),
  );
  return {
    errands: errands.sort((a, b) => a.atMs - b.atMs),
    mishaps: mishapsOf(prng.fork('mishaps'), given, time),
  };
}

function mishapsOf(
  prng: Prng,
  given: { readonly id: string; readonly mix: FaultMix; readonly cards: number },
  time: () => number,
): Mishap[] {
  const mishaps: Mishap[] = [];
  const add = (intensity: number, most: number, make: (at: { id: string; atMs: number }) => Mishap): void => {
    for (let count = 0; count < most; count += 1) {
      if (prng.chance(intensity))
        mishaps.push(make({ id: `${given.id}!${mishaps.length + 1}`, atMs: time() }));
    }
  };
  const { mix } = given;
  add(mix.partition, 5, (at) => ({
    ...at,
    kind: 'partition',
    durationMs: prng.pick([
      prng.int(5_000, 60_000),
      prng.int(60_000, 2 * HOUR_MS),
      prng.int(2 * HOUR_MS, 8 * HOUR_MS),
    ]),
    noticedAfterMs: prng.pick([0, 500, prng.int(1_000, 40_000)]),
  }));
  add(mix['terminal-crash'], 2, (at) => ({ ...at, kind: 'power-cut' }));
  add(mix['disk-full'], 2, (at) => ({ ...at, kind: 'disk-full', durationMs: prng.int(5_000, HOUR_MS) }));
  add(mix.printer, 2, (at) => ({ ...at, kind: 'printer', durationMs: prng.int(60_000, 3 * HOUR_MS) }));
  add(mix['clock-jump'], 2, (at) => ({
    ...at,
    kind: 'clock-jump',
    byMs: prng.pick([1, -1]) * prng.pick([prng.int(1_000, 600_000), prng.int(HOUR_MS, 30 * HOUR_MS)]),
  }));
  add(mix['host-crash'], 1, (at) => ({ ...at, kind: 'host-crash', durationMs: prng.int(5_000, HOUR_MS) }));
  if (prng.chance(0.1)) {
    mishaps.push({
      id: `${given.id}!card`,
      atMs: time(),
      kind: 'card-blocked',
      card: prng.int(0, given.cards - 1),
    });
  }
  return mishaps;
}
