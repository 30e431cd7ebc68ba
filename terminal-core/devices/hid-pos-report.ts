import { SCAN_LENGTH_MAX, type Scan } from '../ports/devices.ts';
import { isPrintable } from './scan-text.ts';

/** Where the parts of a scanned data report stand; offsets count from the report id. */
export interface HidPosLayout {
  /** First byte of the reports that carry scans; others (status, settings) are ignored. */
  readonly reportId: number;
  readonly lengthOffset: number;
  /** Three characters of AIM identifier; absent where the scanner sends none. */
  readonly symbologyOffset?: number;
  readonly dataOffset: number;
  readonly dataLengthMax: number;
  /** A byte whose lowest bit says that the scan goes on in the next report; absent where scans never do. */
  readonly continuedOffset?: number;
}

/**
 * Usage page 0x8C "bar code scanner" as Honeywell, Zebra, Datalogic, Access-IS and others lay it out: id 2, length, AIM
 * identifier, 56 bytes of data, two bytes of the maker's own, continuation flag; 64 bytes in all. Source: the USB HID
 * Point of Sale Usage Tables 1.02 and the "HID reports" appendix of the Access-IS LSR110 manual.
 */
export const HID_POS_LAYOUT: HidPosLayout = {
  reportId: 2,
  lengthOffset: 1,
  symbologyOffset: 2,
  dataOffset: 5,
  dataLengthMax: 56,
  continuedOffset: 63,
};

export type HidScan =
  | ({ readonly kind: 'scan' } & Pick<Scan, 'text' | 'symbology'>)
  /** Not printable, too long, or a report that contradicts itself. */
  | { readonly kind: 'dropped' };

/** Puts scans together from HID POS reports; holds at most SCAN_LENGTH_MAX characters. */
export class HidPosDecoder {
  readonly #layout: HidPosLayout;
  #text = '';
  #symbology: string | undefined;
  #bad = false;

  constructor(layout: HidPosLayout = HID_POS_LAYOUT) {
    this.#layout = layout;
  }

  /** @returns a scan when this report ends one. */
  push(report: Uint8Array): HidScan | undefined {
    const layout = this.#layout;
    if (report[0] !== layout.reportId) return undefined;
    const length = report[layout.lengthOffset] ?? 0;
    const data = report.subarray(layout.dataOffset, layout.dataOffset + length);
    if (length > layout.dataLengthMax || data.length < length) this.#bad = true;
    this.#symbology ??= this.#symbologyOf(report);
    const text = Buffer.from(data).toString('latin1');
    if (this.#text.length + text.length > SCAN_LENGTH_MAX) this.#bad = true;
    else if (!this.#bad) this.#text += text;
    const flags = layout.continuedOffset === undefined ? 0 : (report[layout.continuedOffset] ?? 0);
    return (flags & 1) === 1 ? undefined : this.#end();
  }

  /** Forgets a scan whose last report never came. */
  discard(): void {
    this.#text = '';
    this.#symbology = undefined;
    this.#bad = false;
  }

  #end(): HidScan {
    // Some scanners send the line end that they are set to, too.
    const text = this.#text.replace(/[\r\n\t]+$/, '');
    const symbology = this.#symbology;
    const bad = this.#bad;
    this.discard();
    if (bad || !isPrintable(text)) return { kind: 'dropped' };
    return symbology === undefined ? { kind: 'scan', text } : { kind: 'scan', text, symbology };
  }

  #symbologyOf(report: Uint8Array): string | undefined {
    const offset = this.#layout.symbologyOffset;
    if (offset === undefined) return undefined;
    const text = Buffer.from(report.subarray(offset, offset + 3)).toString('latin1');
    return /^\][A-Za-z][0-9A-Za-z]$/.test(text) ? text : undefined;
  }
}
