import { type AmountMinor, amountMinor, parseMinor } from '../../../terminal-core/domain/money.ts';
import { DEFAULT_PARAMETERS } from '../../../terminal-core/domain/parameters.ts';
import type { Product } from '../../../terminal-core/domain/product.ts';

/** A basket as a script writes it: `6901234341805*2 6902890181071`. */
export interface ScriptLine {
  readonly barcode: string;
  readonly quantity: number;
}

/** One step of a store day. `ref` names a sale, so that a later step can void or refund it. */
export type DayStep =
  | { readonly action: 'sign-on' }
  | { readonly action: 'cash'; readonly ref: string; readonly basket: readonly ScriptLine[] }
  | {
      readonly action: 'sale';
      readonly ref: string;
      readonly card: string;
      readonly basket: readonly ScriptLine[];
    }
  /** The terminal process is killed while it waits for the answer to this sale; `restart` brings it back. */
  | {
      readonly action: 'kill-in-sale';
      readonly ref: string;
      readonly card: string;
      readonly basket: readonly ScriptLine[];
    }
  | { readonly action: 'kill' }
  | { readonly action: 'restart' }
  /** The network between terminal and host is cut: connections are reset, new ones refused. */
  | { readonly action: 'cut' }
  | { readonly action: 'heal' }
  /** The host's next answer is lost on its way. */
  | { readonly action: 'lose-answer' }
  | { readonly action: 'void'; readonly ref: string }
  | { readonly action: 'upload' }
  | { readonly action: 'settle' }
  | { readonly action: 'next-day' }
  | { readonly action: 'refund'; readonly ref: string; readonly amountMinor: AmountMinor };

export type DayAction = DayStep['action'];
type SaleStep = Extract<DayStep, { action: 'sale' }>;

export interface ScriptProblem {
  readonly line: number;
  readonly problem: string;
}

const HEADER = 'action,ref,card,basket,amount';
const ALONE = [
  'sign-on',
  'kill',
  'restart',
  'cut',
  'heal',
  'lose-answer',
  'upload',
  'settle',
  'next-day',
] as const satisfies readonly DayAction[];
const WITH_A_REF = ['cash', 'sale', 'kill-in-sale', 'void', 'refund'] as const satisfies readonly DayAction[];
/** Every action that a script can have. */
export const DAY_ACTIONS: readonly DayAction[] = [...WITH_A_REF, ...ALONE];

/** Reads a script: CSV with the header `action,ref,card,basket,amount`, one step a line, `#` for remarks. */
export function readDayScript(
  text: string,
):
  | { readonly ok: true; readonly steps: readonly DayStep[] }
  | { readonly ok: false; readonly problems: readonly ScriptProblem[] } {
  const steps: DayStep[] = [];
  const problems: ScriptProblem[] = [];
  const refs = new Set<string>();
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines[0]?.trim() !== HEADER) problems.push({ line: 1, problem: `The header must be ${HEADER}` });
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === '' || line.startsWith('#')) continue;
    const step = readStep(line, refs);
    if (typeof step === 'string') problems.push({ line: index + 1, problem: step });
    else steps.push(step);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, steps };
}

function readStep(line: string, refs: Set<string>): DayStep | string {
  const [action = '', ref = '', card = '', basketText = '', amount = ''] = line
    .split(',')
    .map((cell) => cell.trim());
  const alone = ALONE.find((each) => each === action);
  if (alone) return { action: alone };
  switch (action) {
    case 'cash':
    case 'sale':
    case 'kill-in-sale': {
      const basket = readBasket(basketText);
      if (ref === '' || refs.has(ref))
        return ref === '' ? 'A sale needs a ref' : `The ref ${ref} is there twice`;
      if (basket === undefined)
        return 'A basket is written as BARCODE or BARCODE*QUANTITY, separated by spaces';
      refs.add(ref);
      if (action === 'cash') return { action, ref, basket };
      return /^\d{12,19}$/.test(card) ? { action, ref, card, basket } : 'A card number is 12 to 19 digits';
    }
    case 'void':
      return refs.has(ref) ? { action, ref } : `No earlier sale has the ref ${ref}`;
    case 'refund': {
      const amountMinor = parseMinor(amount);
      if (!refs.has(ref)) return `No earlier sale has the ref ${ref}`;
      return amountMinor === undefined
        ? 'A refund needs an amount, such as 5.00'
        : { action, ref, amountMinor };
    }
    default:
      return `There is no action ${action}; expected one of ${DAY_ACTIONS.join(', ')}`;
  }
}

function readBasket(text: string): ScriptLine[] | undefined {
  const lines: ScriptLine[] = [];
  for (const item of text.split(/\s+/)) {
    const match = /^(\d{8,13})(?:\*(\d{1,3}))?$/.exec(item);
    if (!match) return undefined;
    lines.push({ barcode: match[1] ?? '', quantity: Number(match[2] ?? 1) });
  }
  return lines;
}

/** Writes steps the way `readDayScript` reads them. */
export function writeDayScript(steps: readonly DayStep[]): string {
  const rows = steps.map((step) => {
    const basket =
      'basket' in step ? step.basket.map((line) => `${line.barcode}*${line.quantity}`).join(' ') : '';
    const amount = 'amountMinor' in step ? (step.amountMinor / 100).toFixed(2) : '';
    return [step.action, 'ref' in step ? step.ref : '', 'card' in step ? step.card : '', basket, amount].join(
      ',',
    );
  });
  return `${[HEADER, ...rows].join('\n')}\n`;
}

export interface ScriptCard {
  readonly pan: string;
  readonly expiry: string;
  readonly pin: string;
  readonly status: string;
  readonly balanceMinor: AmountMinor;
}

/** From here on a prepaid card asks for its PIN. */
const PIN_FROM_MINOR = DEFAULT_PARAMETERS.pinRequiredFromMinor;

/**
 * The day of a seed: online and offline sales, a cut network, a lost answer, a killed terminal, a void, settlement, and
 * the next day's refund. The same seed, catalogue and cards give the same day.
 */
export function dayOfSeed(
  seed: number,
  goods: { readonly products: readonly Product[]; readonly cards: readonly ScriptCard[] },
): DayStep[] {
  const random = mulberry32(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(list: readonly T[]): T => {
    const picked = list[below(list.length)];
    if (picked === undefined) throw new RangeError('Nothing to pick from');
    return picked;
  };
  let sales = 0;
  const ref = (): string => {
    sales += 1;
    return `s${sales}`;
  };
  const basket = (): ScriptLine[] =>
    Array.from({ length: 1 + below(3) }, () => ({
      barcode: pick(goods.products).barcode,
      quantity: 1 + below(2),
    }));
  /** Cheap goods, so that no offline limit is in the way. */
  const cheap = [...goods.products]
    .sort((a, b) => a.priceMinor - b.priceMinor)
    .slice(0, Math.ceil(goods.products.length / 3));
  const smallBasket = (): ScriptLine[] => [{ barcode: pick(cheap).barcode, quantity: 1 + below(2) }];
  const usable = goods.cards.filter(
    (card) => card.status === 'active' && card.balanceMinor >= 200_00 && card.expiry > '2612',
  );
  const poor = goods.cards.filter((card) => card.status === 'active' && card.balanceMinor < 10_00);
  const barred = goods.cards.filter((card) => card.status !== 'active');
  const sale = (lines = basket(), card = pick(usable).pan): SaleStep => ({
    action: 'sale',
    ref: ref(),
    card,
    basket: lines,
  });
  const cash = (): DayStep => ({ action: 'cash', ref: ref(), basket: basket() });
  const several = (least: number, most: number, make: () => DayStep): DayStep[] =>
    Array.from({ length: least + below(most - least + 1) }, make);

  // What is undone later must be approved for sure: it goes on the card with the most on it.
  const [richest] = [...usable].sort((a, b) => b.balanceMinor - a.balanceMinor);
  const [dearest] = [...goods.products].sort((a, b) => b.priceMinor - a.priceMinor);
  if (!richest || !dearest)
    throw new RangeError('A day needs goods, and an active card with at least 200.00 on it');
  const toVoid = sale(basket(), richest.pan);
  const toRefund = sale(basket(), richest.pan);
  const manyOfTheDearest = {
    barcode: dearest.barcode,
    quantity: Math.ceil(PIN_FROM_MINOR / dearest.priceMinor),
  };
  const withPin = sale([manyOfTheDearest], richest.pan);
  return [
    { action: 'sign-on' },
    cash(),
    toVoid,
    ...several(1, 3, () => sale()),
    toRefund,
    withPin,
    { action: 'void', ref: toVoid.ref },
    ...(poor.length > 0 ? [sale([manyOfTheDearest], pick(poor).pan)] : []),
    ...(barred.length > 0 ? [sale(basket(), pick(barred).pan)] : []),
    { action: 'cut' },
    ...several(2, 4, () => sale(smallBasket())),
    cash(),
    { action: 'heal' },
    { action: 'upload' },
    { action: 'lose-answer' },
    sale(),
    sale(),
    { ...sale(), action: 'kill-in-sale' },
    { action: 'restart' },
    sale(),
    { action: 'cut' },
    ...several(1, 2, () => sale(smallBasket())),
    { action: 'kill' },
    { action: 'restart' },
    sale(smallBasket()),
    { action: 'heal' },
    { action: 'settle' },
    { action: 'next-day' },
    { action: 'sign-on' },
    { action: 'refund', ref: toRefund.ref, amountMinor: amountMinor(100) },
    sale(),
    { action: 'settle' },
  ];
}

/** A small seeded generator (mulberry32): the day must repeat, it need not be unpredictable. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
