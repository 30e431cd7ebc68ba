import type { EntryMode } from '../../terminal-core/domain/card.ts';
import type { CardInquiry } from '../../terminal-core/engine/events.ts';
import type { CardService } from '../../terminal-core/engine/state.ts';
import type { Tear } from '../../terminal-core/purse/simulator/index.ts';
import type { Prng } from './prng.ts';

export type OfficeStep = 'open-shift' | 'close-shift' | 'x-report' | 'z-report' | 'safe-drop';

interface PurseManners {
  readonly amountMinor: number;
  /** Into the plan's purses. */
  readonly purse: number;
  /** Where it is pulled away, if it is. */
  readonly tear: Tear;
  readonly comesBack: 'at-once' | 'later';
  /** What a customer does whose payment is in doubt. */
  readonly doubtful: 'waits' | 'pays-cash';
  readonly doubleKey: boolean;
}

/** What a person at a till sets out to do, at a time of the day. */
export type Errand = { readonly id: string; readonly atMs: number } & (
  | { readonly kind: 'cash'; readonly amountMinor: number; readonly doubleKey: boolean }
  | {
      readonly kind: 'card';
      readonly amountMinor: number;
      /** Into the plan's cards. */
      readonly card: number;
      readonly entryMode: EntryMode;
      readonly wrongPin: boolean;
      readonly doubleKey: boolean;
      /** What the customer does when it does not go through. */
      readonly fallback: 'leaves' | 'pays-cash' | 'tries-again' | 'other-card';
      readonly otherCard: number;
      readonly isTorn: boolean;
      /** When nobody knows what came of it, the cashier closes the day at once. */
      readonly settlesAfter: boolean;
    }
  /** A hold on a card, for a sale to come. */
  | {
      readonly kind: 'hold';
      readonly amountMinor: number;
      readonly card: number;
      readonly entryMode: EntryMode;
      readonly wrongPin: boolean;
      readonly doubleKey: boolean;
    }
  | {
      readonly kind: 'complete';
      readonly which: number;
      /** Of what is held; above 1.15 it is too much. */
      readonly share: number;
      readonly wrongCard: boolean;
      readonly doubleKey: boolean;
    }
  /** Paid in parts, by cash (no card) or cards; the last one pays what is left. */
  | {
      readonly kind: 'split';
      readonly totalMinor: number;
      readonly tenders: readonly { readonly card: number | undefined; readonly share: number }[];
      readonly wrongPin: boolean;
      /** After this tender the customer has enough of it and leaves. */
      readonly leavesAfter: number | undefined;
    }
  | {
      readonly kind: 'split-refund';
      readonly which: number;
      readonly share: number;
      readonly doubleKey: boolean;
    }
  /** With a chip card, which may be pulled away. */
  | ({ readonly kind: 'purse' } & PurseManners)
  | ({ readonly kind: 'purse-load' } & PurseManners)
  | {
      readonly kind: 'void';
      readonly which: number;
      readonly wrongCard: boolean;
      readonly wrongPassword: boolean;
      readonly doubleKey: boolean;
    }
  | {
      readonly kind: 'refund';
      readonly which: number;
      readonly share: number;
      readonly tooMuch: boolean;
      readonly doubleKey: boolean;
    }
  | { readonly kind: 'reprint'; readonly which: number }
  /** The card desk: cash onto a card, services of a card, and questions about it. */
  | {
      readonly kind: 'card-load';
      readonly card: number;
      readonly amountMinor: number;
      readonly doubleKey: boolean;
    }
  | {
      readonly kind: 'card-service';
      readonly service: CardService;
      readonly card: number;
      /** Of a replacement. */
      readonly newCard: number;
      readonly wrongPin: boolean;
      readonly doubleKey: boolean;
    }
  | {
      readonly kind: 'card-inquiry';
      readonly inquiry: CardInquiry;
      readonly card: number;
      readonly wrongPin: boolean;
    }
  /** A supervisor looks after what was set aside. */
  | {
      readonly kind: 'workbench';
      readonly which: number;
      /** Into the actions that are offered. */
      readonly action: number;
      readonly wrongPassword: boolean;
    }
  /** The till is closed and what it owes goes to the host on a stick, and the host's answers come back with the next one. */
  | {
      readonly kind: 'stick';
      readonly fate: 'brought' | 'brought-twice' | 'lost';
      readonly onTheWayMs: number;
    }
  /** The holder of a card whose offline sale the host refused pays after all. */
  | { readonly kind: 'collect'; readonly which: number; readonly wrongCard: boolean }
  /** Shifts, and the reports of the drawer. */
  | { readonly kind: 'office'; readonly step: OfficeStep; readonly amountMinor: number }
  | { readonly kind: 'upload-now' }
  | { readonly kind: 'sign-on' }
  | { readonly kind: 'settle' }
  | { readonly kind: 'operator'; readonly operatorCode: string; readonly wrongPassword: boolean }
);

type ErrandKind = Errand['kind'];
type At = Pick<Errand, 'id' | 'atMs'>;

/** How often a store does each kind of errand: shares, not chances. */
export type Habits = Readonly<Record<ErrandKind, number>>;

/** One row a kind of errand: its share in an ordinary store, and how one is made up. */
const ERRANDS: {
  readonly [K in ErrandKind]: {
    readonly share: number;
    readonly make: (prng: Prng, cards: number) => Omit<Extract<Errand, { kind: K }>, keyof At>;
  };
} = {
  cash: {
    share: 8,
    make: (prng) => ({ kind: 'cash', amountMinor: prng.int(1, 200_00), doubleKey: prng.chance(0.1) }),
  },
  card: {
    share: 80,
    make: (prng, cards) => {
      const amountMinor = prng.chance(0.08)
        ? prng.int(300_00, 1_100_00)
        : prng.chance(0.3)
          ? prng.int(50_00, 250_00)
          : prng.int(1, 50_00);
      return {
        kind: 'card',
        amountMinor,
        // Those who pay much have the card with the PIN.
        card: amountMinor >= 300_00 && prng.chance(0.8) ? 0 : prng.int(0, cards - 1),
        entryMode: prng.pick(['magnetic', 'magnetic', 'barcode', 'keyed']),
        wrongPin: prng.chance(0.25),
        doubleKey: prng.chance(0.12),
        fallback: prng.pick(['leaves', 'pays-cash', 'tries-again', 'other-card']),
        otherCard: prng.int(0, cards - 1),
        isTorn: prng.chance(0.06),
        settlesAfter: prng.chance(0.35),
      };
    },
  },
  hold: {
    share: 4,
    make: (prng, cards) => ({
      kind: 'hold',
      amountMinor: prng.chance(0.2) ? prng.int(300_00, 900_00) : prng.int(1_00, 250_00),
      card: prng.chance(0.5) ? 0 : prng.int(0, cards - 1),
      entryMode: prng.pick(['magnetic', 'keyed']),
      wrongPin: prng.chance(0.2),
      doubleKey: prng.chance(0.15),
    }),
  },
  complete: {
    share: 4,
    make: (prng) => ({
      kind: 'complete',
      which: prng.fraction(),
      share: prng.pick([1, 1, 0.6, 0.25, 1.1, 1.15, 1.3]),
      wrongCard: prng.chance(0.1),
      doubleKey: prng.chance(0.15),
    }),
  },
  split: {
    share: 4,
    make: (prng, cards) => {
      const tenders = prng.int(2, 3);
      return {
        kind: 'split',
        totalMinor: prng.pick([prng.int(2, 100_00), prng.int(100_00, 500_00)]),
        tenders: Array.from({ length: tenders + 1 }, () => ({
          card: prng.chance(0.35) ? undefined : prng.int(0, cards - 1),
          share: prng.pick([0.5, 0.33, 0.03, 0.8]),
        })),
        wrongPin: prng.chance(0.2),
        leavesAfter: prng.chance(0.4) ? prng.int(0, tenders - 1) : undefined,
      };
    },
  },
  'split-refund': {
    share: 2,
    make: (prng) => ({
      kind: 'split-refund',
      which: prng.fraction(),
      share: prng.pick([1, 0.5, 0.31, 0.07]),
      doubleKey: prng.chance(0.2),
    }),
  },
  purse: {
    share: 8,
    make: (prng) => ({
      kind: 'purse',
      amountMinor: prng.chance(0.1) ? prng.int(100_00, 400_00) : prng.int(1, 60_00),
      ...purseManners(prng, SALE_COMMANDS),
    }),
  },
  'purse-load': {
    share: 3,
    make: (prng) => ({
      kind: 'purse-load',
      amountMinor: prng.pick([50_00, 100_00, 200_00, 900_00]),
      ...purseManners(prng, LOAD_COMMANDS),
    }),
  },
  void: {
    share: 10,
    make: (prng) => ({
      kind: 'void',
      which: prng.fraction(),
      wrongCard: prng.chance(0.15),
      wrongPassword: prng.chance(0.05),
      doubleKey: prng.chance(0.2),
    }),
  },
  refund: {
    share: 10,
    make: (prng) => ({
      kind: 'refund',
      which: prng.fraction(),
      share: prng.pick([1, 0.5, 0.33, 0.7]),
      tooMuch: prng.chance(0.2),
      doubleKey: prng.chance(0.2),
    }),
  },
  'card-load': {
    share: 3,
    make: (prng, cards) => ({
      kind: 'card-load',
      card: prng.int(0, cards - 1),
      amountMinor: prng.pick([20_00, 100_00, prng.int(1, 900_00), 6_000_00]),
      doubleKey: prng.chance(0.2),
    }),
  },
  'card-service': {
    share: 3,
    make: (prng, cards) => ({
      kind: 'card-service',
      service: prng.pick([
        'activate',
        'activate',
        'block',
        'unblock',
        'unblock',
        'report-loss',
        'replace',
        'replace',
        'surrender',
      ] as const),
      card: prng.int(0, cards - 1),
      // The spare ones are at the end.
      newCard: prng.chance(0.8) ? cards - 1 : prng.int(0, cards - 1),
      wrongPin: prng.chance(0.15),
      doubleKey: prng.chance(0.2),
    }),
  },
  'card-inquiry': {
    share: 3,
    make: (prng, cards) => ({
      kind: 'card-inquiry',
      inquiry: prng.pick(['balance', 'balance', 'statement'] as const),
      card: prng.int(0, cards - 1),
      wrongPin: prng.chance(0.2),
    }),
  },
  workbench: {
    share: 5,
    make: (prng) => ({
      kind: 'workbench',
      which: prng.fraction(),
      action: prng.fraction(),
      wrongPassword: prng.chance(0.1),
    }),
  },
  stick: {
    share: 5,
    make: (prng) => ({
      kind: 'stick',
      fate: prng.pick(['brought', 'brought', 'brought-twice', 'lost'] as const),
      onTheWayMs: prng.pick([60_000, 3_600_000, 6 * 3_600_000, 30 * 3_600_000]),
    }),
  },
  collect: {
    share: 4,
    make: (prng) => ({ kind: 'collect', which: prng.fraction(), wrongCard: prng.chance(0.15) }),
  },
  reprint: { share: 2, make: (prng) => ({ kind: 'reprint', which: prng.fraction() }) },
  office: {
    share: 4,
    make: (prng) => ({
      kind: 'office',
      step: prng.pick([
        'open-shift',
        'open-shift',
        'close-shift',
        'x-report',
        'z-report',
        'safe-drop',
      ] as const),
      amountMinor: prng.int(1, 300_00),
    }),
  },
  'upload-now': { share: 2, make: () => ({ kind: 'upload-now' }) },
  'sign-on': { share: 2, make: () => ({ kind: 'sign-on' }) },
  settle: { share: 5, make: () => ({ kind: 'settle' }) },
  operator: {
    share: 3,
    make: (prng) => ({
      kind: 'operator',
      operatorCode: prng.pick(['1001', '2001', '2001', '9001']),
      wrongPassword: prng.chance(0.3),
    }),
  },
};

/** INS of the commands at which a card is pulled away: the one that moves money mostly, INITIALIZE and PROVE now and then. */
const SALE_COMMANDS = [0x54, 0x54, 0x54, 0x50, 0x5a] as const;
const LOAD_COMMANDS = [0x52, 0x52, 0x52, 0x50, 0x5a] as const;

function purseManners(prng: Prng, commands: readonly number[]) {
  return {
    purse: prng.int(0, 11),
    tear: {
      instruction: prng.pick(commands),
      point: prng.pick(['before-acting', 'after-acting', 'mid-answer', 'acted-without-proof'] as const),
    },
    comesBack: prng.pick(['at-once', 'later'] as const),
    doubtful: prng.pick(['waits', 'pays-cash'] as const),
    doubleKey: prng.chance(0.1),
  };
}

const KINDS = Object.keys(ERRANDS) as readonly ErrandKind[];

/**
 * Every store has its own habits: some errands it hardly knows, others it does all day. What happens only after three rare
 * errands in a row would else never happen.
 */
export function habitsOf(prng: Prng): Habits {
  const habit = (kind: ErrandKind): number => ERRANDS[kind].share * prng.pick([0.2, 1, 1, 1, 6]);
  // The keys are those of the table.
  return Object.fromEntries(KINDS.map((kind) => [kind, habit(kind)])) as Habits;
}

export function errandOf(
  prng: Prng,
  given: At & { readonly habits: Habits; readonly cards: number },
): Errand {
  const { atMs, cards, habits, id } = given;
  const kind = prng.weighted(KINDS, (each) => habits[each]);
  // A row makes errands of its own kind.
  return { id, atMs, ...ERRANDS[kind].make(prng, cards) } as Errand;
}
