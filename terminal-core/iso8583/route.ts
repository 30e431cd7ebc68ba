import { BITMAP_BYTES, bitmapWords, readBitmap } from './bitmap.ts';
import { type Dialect, wireBytes } from './compile.ts';
import { MTI_BYTES, readMti, readPrefix } from './decode.ts';
import { readValue } from './read-value.ts';

/** What a router needs of a message. Each is undefined where the message lacks it or it cannot be read. */
export interface Route {
  mti?: string;
  /** DE3. */
  processingCode?: string;
  /** DE4, twelve digits in minor units. */
  amount?: string;
  /** DE11. */
  stan?: string;
  /** DE41, padding included. */
  terminalId?: string;
  /** DE42, padding included. */
  merchantId?: string;
}

const TPDU_AND_HEADER_BYTES = 11;
const LAST_DE = 42;

const NAME_OF_DE: Readonly<Record<number, Exclude<keyof Route, 'mti'>>> = {
  3: 'processingCode',
  4: 'amount',
  11: 'stan',
  41: 'terminalId',
  42: 'merchantId',
};

/**
 * Reads the few fields that decide where a message goes and stops behind them; everything else is only stepped over.
 * Never fails: a frame that breaks off gives what was in front of the break.
 */
export function readRoute(dialect: Dialect, bytes: Uint8Array): Route {
  const route: Route = {};
  const { spec } = dialect;
  let at = spec.transportHeader ? TPDU_AND_HEADER_BYTES : 0;
  const mtiBytes = MTI_BYTES[spec.mti];
  const mti = readMti(bytes, at, mtiBytes);
  if (mti === undefined) return route;
  route.mti = mti;
  at += mtiBytes;
  const blockBytes = spec.bitmap.encoding === 'hex' ? 2 * BITMAP_BYTES : BITMAP_BYTES;
  if (at + blockBytes > bytes.length || readBitmap(bytes, at, spec.bitmap.encoding) >= 0) return route;
  const { high, low } = bitmapWords;
  at += high < 0 ? 2 * blockBytes : blockBytes;
  for (let de = 2; de <= LAST_DE; de += 1) {
    const isPresent = de <= 32 ? (high >>> (32 - de)) & 1 : (low >>> (64 - de)) & 1;
    if (isPresent === 0) continue;
    const field = dialect.fields[de];
    if (!field) return route;
    const units = field.isFixed ? field.units : readPrefix(field, bytes, at);
    if (units < 0 || units > field.units) return route;
    at += field.prefixBytes;
    const end = at + wireBytes(field.way, units);
    if (end > bytes.length) return route;
    const name = NAME_OF_DE[de];
    const value = name ? readValue(field, bytes, at, units) : undefined;
    if (name && typeof value === 'string') route[name] = value;
    at = end;
  }
  return route;
}
