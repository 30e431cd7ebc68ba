import type { Card, EntryMode } from '../domain/card.ts';
import { Pan } from '../domain/pan.ts';
import type { CardReadProblem } from '../ports/devices.ts';

/** A card that was read, or why not. The device adds its name. */
export type ParsedCard =
  | { readonly kind: 'card'; readonly card: Card }
  | { readonly kind: 'misread'; readonly problem: CardReadProblem };

/** ISO/IEC 7813: 79, 40 and 107 characters with sentinels and check character, and room for line ends. */
export const CARD_TEXT_LENGTH_MAX = 256;
/** Data of a track without sentinels and check character (ISO/IEC 7813). */
const TRACK1_DATA_MAX = 76;
const TRACK2_DATA_MAX = 37;

export interface TrackOptions {
  /** Whether the reader sends the check character (LRC) after each end sentinel. */
  readonly checkCharacter?: 'sent' | 'none';
}

/**
 * Reads the text of a magstripe reader: `%B…^…^…?` and `;…=…?` (ISO/IEC 7813 tracks 1 and 2), in any order, track 3
 * ignored. Track 2 is what the host needs, so a swipe without a good track 2 is a misread: the cashier swipes again.
 */
export function parseTracks(text: string, { checkCharacter = 'none' }: TrackOptions = {}): ParsedCard {
  if (text.length > CARD_TEXT_LENGTH_MAX) return misread('too-long');
  const tracks = splitTracks(text, checkCharacter);
  if (typeof tracks === 'string') return misread(tracks);
  const track1 = tracks.get('%');
  const track2 = tracks.get(';');
  if (track2 === undefined) return misread(track1 === undefined ? 'no-card-number' : 'bad-track');
  if (track2.length > TRACK2_DATA_MAX) return misread('too-long');
  if (track1 !== undefined && track1.length > TRACK1_DATA_MAX) return misread('too-long');
  const parsed = parseTrack2(track2);
  if (parsed.kind === 'card' && track1 !== undefined && contradicts(track1, parsed.card.pan))
    return misread('bad-track');
  return parsed;
}

/** A card number as it is keyed or scanned: 12 to 19 digits; spaces and hyphens between groups are ignored. */
export function parseCardNumber(text: string, entryMode: Exclude<EntryMode, 'magnetic'>): ParsedCard {
  if (text.length > CARD_TEXT_LENGTH_MAX) return misread('too-long');
  const digits = text.replaceAll(/[\s-]/g, '');
  if (/^\d{20,}$/.test(digits)) return misread('too-long');
  const pan = Pan.parse(digits);
  return pan ? { kind: 'card', card: { pan, entryMode } } : misread('no-card-number');
}

/**
 * The card in what came through a keyboard: track text of a wedge reader, or a number that was keyed or scanned.
 * undefined when there is none.
 */
export function parseCardText(text: string, entryMode: EntryMode): Card | undefined {
  const parsed = entryMode === 'magnetic' ? parseTracks(text.trim()) : parseCardNumber(text, entryMode);
  return parsed.kind === 'card' ? parsed.card : undefined;
}

/** Data by start sentinel, or what is wrong with the frame around it. */
function splitTracks(text: string, checkCharacter: 'sent' | 'none'): Map<string, string> | CardReadProblem {
  const tracks = new Map<string, string>();
  let rest = text.replaceAll(/[\r\n]/g, '');
  while (rest !== '') {
    const match = /^([%;+])([^?]*)\?/.exec(rest);
    const [whole, sentinel, data] = match ?? [];
    if (whole === undefined || sentinel === undefined || data === undefined) return 'bad-track';
    rest = rest.slice(whole.length);
    if (checkCharacter === 'sent') {
      if (rest[0] !== expectedCheckCharacter(whole)) return 'bad-check-character';
      rest = rest.slice(1);
    }
    // Readers write `E` in place of a track that they could not read.
    if (data === 'E' || tracks.has(sentinel)) return 'bad-track';
    if (data !== '') tracks.set(sentinel, data);
  }
  return tracks;
}

/**
 * The longitudinal check character of ISO/IEC 7811: even parity of each bit over all characters with sentinels. Track 1
 * counts in 6 bits from space, tracks 2 and 3 in 4 bits from "0".
 */
function expectedCheckCharacter(track: string): string {
  const [base, mask] = track.startsWith('%') ? [0x20, 0x3f] : [0x30, 0x0f];
  let sum = 0;
  for (let index = 0; index < track.length; index += 1) sum ^= (track.charCodeAt(index) - base) & mask;
  return String.fromCharCode(base + sum);
}

function parseTrack2(track2: string): ParsedCard {
  const match = /^(\d*)=(\d*)$/.exec(track2);
  const [, digits, discretionary] = match ?? [];
  if (digits === undefined || discretionary === undefined) return misread('bad-track');
  const pan = Pan.parse(digits);
  if (!pan) return misread('no-card-number');
  const expiry = discretionary.slice(0, 4);
  // Cards without an expiry date have none, or zeros in its place.
  if (expiry === '' || expiry === '0000')
    return { kind: 'card', card: { pan, entryMode: 'magnetic', track2 } };
  if (!/^\d\d(0[1-9]|1[0-2])$/.test(expiry)) return misread('bad-track');
  return { kind: 'card', card: { pan, entryMode: 'magnetic', track2, expiry } };
}

/** Two tracks of one card that name different numbers are a bad read or a forged card. */
function contradicts(track1: string, pan: Pan): boolean {
  const digits = /^B([\d ]{12,23})\^/.exec(track1)?.[1]?.replaceAll(' ', '');
  const other = digits === undefined ? undefined : Pan.parse(digits);
  return other !== undefined && !other.equals(pan);
}

function misread(problem: CardReadProblem): ParsedCard {
  return { kind: 'misread', problem };
}
