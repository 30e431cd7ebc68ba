import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCAN_LENGTH_MAX } from '../ports/devices.ts';
import { type AssembledLine, LineAssembler, type Terminator } from './line-assembler.ts';
import { framedLengthMax, isPrintable, parseScan } from './scan-text.ts';

const TERMINATORS: readonly Terminator[] = ['CR', 'LF', 'CRLF', 'idle'];
const END: Readonly<Record<Terminator, string>> = { CR: '\r', LF: '\n', CRLF: '\r\n', idle: '' };

function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

function texts(lines: readonly AssembledLine[]): string[] {
  return lines.map((line) => (line.kind === 'line' ? Buffer.from(line.bytes).toString('latin1') : line.kind));
}

/** Cuts a text at the given places, wherever they fall. */
function chunksOf(text: string, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [...places, text.length].map((end, index) => bytes(text.slice(places[index - 1] ?? 0, end)));
}

describe('LineAssembler', () => {
  it('gives the same lines however the chunks fall', () => {
    const line = fc.stringMatching(/^[ -~]{1,40}$/);
    fc.assert(
      fc.property(
        fc.constantFrom('CR' as const, 'LF' as const, 'CRLF' as const),
        fc.array(line, { maxLength: 8 }),
        fc.array(fc.nat(400), { maxLength: 20 }),
        (terminator, lines, cuts) => {
          const assembler = new LineAssembler({ terminator, lengthMax: 40 });
          const stream = lines.map((text) => text + END[terminator]).join('');
          const found = chunksOf(stream, cuts).flatMap((chunk) => assembler.push(chunk));
          expect(texts(found)).toEqual(lines);
          expect(assembler.pendingLength).toBe(0);
        },
      ),
    );
  });

  it('takes a line of the most bytes and drops one more, tail included', () => {
    const assembler = new LineAssembler({ terminator: 'LF', lengthMax: 5 });
    expect(texts(assembler.push(bytes('12345\n123456\nabc\n')))).toEqual(['12345', 'too-long', 'abc']);
  });

  it('knows CR and LF where a device sends both, and skips empty lines', () => {
    for (const terminator of ['CR', 'LF', 'CRLF'] as const) {
      const assembler = new LineAssembler({ terminator, lengthMax: 40 });
      expect(texts(assembler.push(bytes('one\r\n\r\ntwo\r\n')))).toEqual(['one', 'two']);
    }
  });

  it('leaves the end of an idle line to the caller', () => {
    const assembler = new LineAssembler({ terminator: 'idle', lengthMax: 40 });
    expect(assembler.push(bytes('69\r01'))).toEqual([]);
    const line = assembler.flush();
    expect(texts(line ? [line] : [])).toEqual(['69\r01']);
    expect(assembler.flush()).toBeUndefined();
  });

  it('forgets a torn line', () => {
    const assembler = new LineAssembler({ terminator: 'LF', lengthMax: 40 });
    assembler.push(bytes('6901'));
    assembler.discard();
    expect(texts(assembler.push(bytes('2345\n')))).toEqual(['2345']);
  });

  it('never throws on any bytes, never holds more than its limit, and lets only printable text pass as a scan', () => {
    const frame = { prefix: 'P', suffix: 'S', symbology: 'aim' } as const;
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 700 }),
      fc.stringMatching(/^[ -~\r\n\]]{0,40}$/).map(bytes),
      fc.string({ maxLength: 300 }).map((text) => Buffer.from(text, 'utf8')),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...TERMINATORS),
        fc.array(chunk, { maxLength: 6 }),
        (terminator, chunks) => {
          const lengthMax = framedLengthMax(frame);
          const assembler = new LineAssembler({ terminator, lengthMax });
          const lines: AssembledLine[] = [];
          for (const part of chunks) {
            lines.push(...assembler.push(part));
            expect(assembler.pendingLength).toBeLessThanOrEqual(lengthMax);
          }
          const last = assembler.flush();
          if (last) lines.push(last);
          for (const line of lines) {
            if (line.kind !== 'line') continue;
            const scan = parseScan(line.bytes, frame);
            if (scan === undefined) continue;
            expect(scan.text.length).toBeLessThanOrEqual(SCAN_LENGTH_MAX);
            expect(scan.text).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]+$/u);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('parseScan', () => {
  const scan = (text: string, frame = {}): unknown => parseScan(Buffer.from(text, 'utf8'), frame);

  it('takes off prefix, suffix and AIM identifier, in this order', () => {
    const frame = { prefix: '<', suffix: '>', symbology: 'aim' } as const;
    expect(scan('<]E06901234567892>', frame)).toEqual({ text: '6901234567892', symbology: ']E0' });
    expect(scan('6901234567892', frame)).toEqual({ text: '6901234567892' });
  });

  it('leaves an AIM identifier in the text unless it is expected', () => {
    expect(scan(']E0690')).toEqual({ text: ']E0690' });
  });

  it('reads Chinese in a QR code', () => {
    expect(scan('商品：水')).toEqual({ text: '商品：水' });
  });

  it('refuses what is empty, broken, unprintable or too long', () => {
    expect(scan('')).toBeUndefined();
    expect(scan('<>', { prefix: '<', suffix: '>' })).toBeUndefined();
    expect(parseScan(Uint8Array.of(0x36, 0xff, 0x39), {})).toBeUndefined();
    expect(scan('69\u000701')).toBeUndefined();
    expect(scan('x'.repeat(SCAN_LENGTH_MAX))).toBeDefined();
    expect(scan('x'.repeat(SCAN_LENGTH_MAX + 1))).toBeUndefined();
    expect(isPrintable('6901\u202e234')).toBe(false);
  });
});
