import { parse } from 'csv-parse/sync';
import { type AmountMinor, formatMinor, parseMinor } from '../../terminal-core/domain/money.ts';
import { Pan } from '../../terminal-core/domain/pan.ts';
import { cardAccount, FLOAT } from '../ledger/accounts.ts';
import { post } from '../ledger/post.ts';
import { accountingDate, type HostSettings } from '../settings.ts';
import {
  CARD_KINDS,
  CARD_STATUSES,
  type CardKind,
  type CardStatus,
  findCard,
  insertCard,
} from '../store/cards.ts';
import type { StoreTransaction } from '../store/store.ts';
import type { HostServices } from './outcome.ts';

/** A card as an issuer's file has it. */
export interface CardToIssue {
  readonly pan: Pan;
  readonly kind: CardKind;
  readonly balanceMinor: AmountMinor;
  /** YYMM. */
  readonly expiry: string;
  /** Six digits; a card without one is good below the PIN limit only. */
  readonly pin: string | undefined;
  readonly status: CardStatus;
  readonly holderName: string;
}

export interface CardFileLine {
  /** Counted from 1, the header included. */
  readonly line: number;
  readonly card: CardToIssue;
}

export interface CardFile {
  readonly cards: readonly CardFileLine[];
  /** One sentence for each line that cannot be used; never with a card number in it. */
  readonly problems: readonly string[];
}

const COLUMNS = ['pan', 'kind', 'balance', 'expiry', 'pin', 'status', 'name'] as const;

/** Reads `pan,kind,balance,expiry,pin,status,name`. A broken line is named by its number and the rest is read. */
export function readCardFile(text: string, settings: HostSettings): CardFile {
  const rows = rowsOf(text);
  if (!rows) return { cards: [], problems: ['the file is no CSV: a quotation mark is not closed'] };
  const [header, ...lines] = rows;
  if (header?.record.join(',') !== COLUMNS.join(',')) {
    return { cards: [], problems: [`line 1: the header must be ${COLUMNS.join(',')}`] };
  }
  const cards: CardFileLine[] = [];
  const problems: string[] = [];
  for (const { info, record } of lines) {
    const card = cardOfRow(record, settings);
    if (typeof card === 'string') problems.push(`line ${info.lines}: ${card}`);
    else cards.push({ line: info.lines, card });
  }
  return { cards, problems };
}

interface CsvRow {
  readonly info: { readonly lines: number };
  readonly record: readonly string[];
}

function rowsOf(text: string): readonly CsvRow[] | undefined {
  try {
    const options = {
      bom: true,
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
    };
    // With `info` the parser gives each row with its line; its types do not say so.
    return parse(text, options) as unknown as CsvRow[];
  } catch {
    return undefined;
  }
}

function cardOfRow(record: readonly string[], settings: HostSettings): CardToIssue | string {
  if (record.length !== COLUMNS.length) return `${record.length} columns instead of ${COLUMNS.length}`;
  const [panText = '', kindText, balanceText = '', expiry = '', pin = '', statusText, holderName = ''] =
    record;
  const pan = Pan.parse(panText);
  if (!pan) return 'the card number must be 12 to 19 digits';
  const kind = CARD_KINDS.find((each) => each === kindText);
  if (!kind) return `the kind must be one of ${CARD_KINDS.join(', ')}`;
  const status = CARD_STATUSES.find((each) => each === statusText);
  if (!status) return `the status must be one of ${CARD_STATUSES.join(', ')}`;
  const balanceMinor = parseMinor(balanceText);
  if (balanceMinor === undefined) return 'the balance must be yuan like 500.00';
  const maxMinor = kind === 'bearer' ? settings.bearerBalanceMaxMinor : settings.registeredBalanceMaxMinor;
  if (balanceMinor > maxMinor) return `a ${kind} card holds at most ${formatMinor(maxMinor)}`;
  if (!/^\d{2}(0[1-9]|1[0-2])$/.test(expiry)) return 'the expiry must be YYMM';
  if (pin !== '' && !/^\d{6}$/.test(pin)) return 'the PIN must be six digits or nothing';
  return { pan, kind, balanceMinor, expiry, pin: pin === '' ? undefined : pin, status, holderName };
}

/** Issues a card and loads it from the float. @returns false when the card exists already; it is left as it is. */
export async function issueCard(
  tx: StoreTransaction,
  services: HostServices,
  issue: { readonly card: CardToIssue; readonly nowMs: number },
): Promise<boolean> {
  const { card, nowMs } = issue;
  const { cardVault, settings } = services;
  const panHash = cardVault.panHash(card.pan);
  if (await findCard(tx, panHash)) return false;
  const pin = card.pin === undefined ? undefined : cardVault.makePinVerifier(card.pin);
  const cardId = await insertCard(
    tx,
    {
      panHash,
      panSealed: cardVault.sealPan(card.pan),
      panMasked: card.pan.masked(),
      kind: card.kind,
      status: card.status,
      expiry: card.expiry,
      holderName: card.holderName,
      pinSalt: pin?.salt ?? null,
      pinVerifier: pin?.verifier ?? null,
    },
    nowMs,
  );
  if (card.balanceMinor === 0) return true;
  await post(tx, {
    kind: 'issue',
    atMs: nowMs,
    accountingDate: accountingDate(nowMs, settings),
    entries: [
      { account: cardAccount(cardId), amountMinor: card.balanceMinor },
      { account: FLOAT, amountMinor: -card.balanceMinor },
    ],
  });
  return true;
}
