import { SCAN_LENGTH_MAX, type Scan } from '../ports/devices.ts';

/** What to take off a scan before it counts. */
export interface ScanFrame {
  /** Text that the scanner is set to put before every scan; taken off where it stands. */
  readonly prefix?: string;
  readonly suffix?: string;
  /** `aim`: the scanner puts an AIM identifier such as `]E0` before the data (after the prefix). */
  readonly symbology?: 'aim' | 'none';
}

const AIM_IDENTIFIER = /^\][A-Za-z][0-9A-Za-z]/;
const AIM_LENGTH = 3;

/** The most bytes of one scan as the scanner sends it. */
export function framedLengthMax({ prefix = '', suffix = '', symbology = 'none' }: ScanFrame): number {
  const aimLength = symbology === 'aim' ? AIM_LENGTH : 0;
  return SCAN_LENGTH_MAX + Buffer.byteLength(prefix) + Buffer.byteLength(suffix) + aimLength;
}

/**
 * A scan from its bytes, which are UTF-8 (plain ASCII for every linear symbol). undefined when it is no printable text of
 * at most SCAN_LENGTH_MAX characters: with one wrong byte the rest cannot be trusted to name a product.
 */
export function parseScan(bytes: Uint8Array, frame: ScanFrame): Pick<Scan, 'text' | 'symbology'> | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
  const { prefix = '', suffix = '' } = frame;
  if (text.startsWith(prefix)) text = text.slice(prefix.length);
  if (suffix !== '' && text.endsWith(suffix)) text = text.slice(0, -suffix.length);
  const symbology = frame.symbology === 'aim' ? AIM_IDENTIFIER.exec(text)?.[0] : undefined;
  if (symbology !== undefined) text = text.slice(AIM_LENGTH);
  if (!isPrintable(text)) return undefined;
  return symbology === undefined ? { text } : { text, symbology };
}

/** 1 to SCAN_LENGTH_MAX characters, none of them a control, a line separator or a broken surrogate. */
export function isPrintable(text: string): boolean {
  return text !== '' && text.length <= SCAN_LENGTH_MAX && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text);
}
