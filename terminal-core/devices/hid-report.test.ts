import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HidKeyboardDecoder } from './hid-keyboard-report.ts';
import { HidPosDecoder } from './hid-pos-report.ts';
import { isPrintable } from './scan-text.ts';

/** Random reports, half of them with the report id of scans, so that the decoder has something to read. */
const report = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  fc.uint8Array({ minLength: 63, maxLength: 63 }).map((rest) => Uint8Array.of(2, ...rest)),
  fc
    .stringMatching(/^[ -~]{56}$/)
    .map((text) => Uint8Array.from([2, 56, 0x5d, 0x51, 0x30, ...Buffer.from(text), 0, 0, 1])),
);

describe.each([
  ['HID POS', () => new HidPosDecoder()],
  ['HID keyboard', () => new HidKeyboardDecoder()],
] as const)('the %s decoder', (_name, create) => {
  it('answers any reports with printable scans of bounded length and never throws', () => {
    fc.assert(
      fc.property(fc.array(report, { maxLength: 30 }), (reports) => {
        const decoder = create();
        for (const bytes of reports) {
          const scan = decoder.push(bytes);
          if (scan?.kind === 'scan') expect(isPrintable(scan.text)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('half a scan', () => {
  it('is forgotten by the HID POS decoder', () => {
    const decoder = new HidPosDecoder();
    const reportOf = (digit: number, continued: number): Uint8Array =>
      Uint8Array.from([2, 1, 0x5d, 0x45, 0x30, digit, ...new Uint8Array(57), continued]);
    decoder.push(reportOf(0x39, 1));
    decoder.discard();
    expect(decoder.push(reportOf(0x36, 0))).toEqual({ kind: 'scan', text: '6', symbology: ']E0' });
  });

  it('is forgotten by the HID keyboard decoder', () => {
    const decoder = new HidKeyboardDecoder();
    const keyOf = (key: number): Uint8Array => Uint8Array.of(0, 0, key, 0, 0, 0, 0, 0);
    decoder.push(keyOf(0x26));
    decoder.discard();
    decoder.push(keyOf(0x23));
    expect(decoder.push(keyOf(0x28))).toEqual({ kind: 'scan', text: '6' });
  });
});
