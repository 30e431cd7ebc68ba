import { card, host, terminal } from './purse-bench.ts';
import { balances, loadFrame, type MoreFields, OPENING_MINOR } from './purse-host.ts';
import { buildFrame, type RawAnswer } from './raw-frames.ts';
import { type LoadSession, type PurseTags, tagsOf } from './raw-purse.ts';
import { MERCHANT_ID, n12 } from './test-host.ts';

export const LOAD_MINOR = 50_00;

/** What the first purse, its open loads and the merchant have in the ledger. */
export async function books(): Promise<{ shadow: number; pending: number; merchant: number }> {
  const all = await balances(host, '');
  return {
    shadow: all['purse:1'] ?? 0,
    pending: all['purse-load:1'] ?? 0,
    merchant: all[`merchant:${MERCHANT_ID}`] ?? 0,
  };
}

export const UNTOUCHED = { shadow: OPENING_MINOR, pending: 0, merchant: 0 };
export const PENDING = { shadow: OPENING_MINOR, pending: LOAD_MINOR, merchant: -LOAD_MINOR };
export const CREDITED = { shadow: OPENING_MINOR + LOAD_MINOR, pending: 0, merchant: -LOAD_MINOR };

export interface Load {
  readonly session: LoadSession;
  readonly stan: string;
  readonly frame: Buffer;
  readonly answer: RawAnswer;
  /** DE58 of the answer. */
  readonly tags: PurseTags;
}

/** INITIALIZE FOR LOAD and the request. */
export async function requestLoad(
  amountMinor = LOAD_MINOR,
  more: MoreFields = {},
  purse = card,
): Promise<Load> {
  const session = purse.initializeForLoad(amountMinor);
  const stan = terminal.nextStan();
  const frame = loadFrame(terminal, '0200', session.tags, { 11: stan, ...more });
  const answer = await terminal.connection.ask(frame);
  return { session, stan, frame, answer, tags: tagsOf(answer.fields[58] ?? '') };
}

export function named(load: Load): MoreFields {
  return { 61: `${terminal.batchNumber}${load.stan}` };
}

/** CREDIT FOR LOAD, which must go well. @returns DE58 of the confirmation. */
export function credit(load: Load, purse = card): PurseTags {
  const tags = purse.creditForLoad(load.session, load.tags);
  if (!tags) throw new Error('The card did not take MAC2');
  return tags;
}

export function confirm(load: Load, tags: PurseTags): Promise<RawAnswer> {
  return terminal.connection.ask(loadFrame(terminal, '0220', tags, named(load)));
}

/** 0400 with the trace number of the load; without tags, without a proof. */
export function reverse(load: Load, tags: PurseTags | undefined): Promise<RawAnswer> {
  const { 22: _mode, ...fields } = terminal.fields('46', {
    3: '630000',
    4: n12(LOAD_MINOR),
    11: load.stan,
    25: '91',
    39: '98',
  });
  const frame =
    tags === undefined
      ? buildFrame('0400', fields, terminal.macKey)
      : loadFrame(terminal, '0400', tags, { 4: n12(LOAD_MINOR), 11: load.stan, 39: '98' });
  return terminal.connection.ask(frame);
}
