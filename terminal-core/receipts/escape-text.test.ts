import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeReceipt } from './compose-receipt.ts';
import { decodeEscPos } from './decode-esc-pos.ts';
import { escapeText, printableText } from './escape-text.ts';
import { CASH_SALE, saleLineOf } from './fixtures.test-support.ts';
import { renderEscPos, renderSvg } from './render-receipt.ts';

/** What an attacker or an unlucky catalogue would write, mixed with anything at all. */
const hostileName = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '|',
        '{',
        '}',
        '~',
        '_',
        '"',
        '`',
        '\\',
        '^',
        '-',
        '=',
        '\n',
        '\\x1b',
        '\\n',
        '\u1fef',
        '\u0327',
      ),
      fc.constantFrom(
        '{image:iVBORw0KGgo=}',
        '{code:123456}',
        '{command:\\x1b\\x40}',
        '{width:1}',
        '---',
        '===',
      ),
      fc.constantFrom(
        '<script>',
        '&amp;',
        ']]>',
        '农夫',
        '￥',
        '\u2028',
        '\u202e',
        '\u0000',
        '\u001b',
        '\ud800',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

const squeeze = (text: string): string => text.replaceAll(/\s/gu, '');

describe('escapeText', () => {
  it('prints any product name as it is and lets none of it become layout or a command', () => {
    const plain = renderEscPos(composeReceipt({ ...CASH_SALE, lines: [saleLineOf({ nameZh: '甲' })] }), {
      columns: 48,
    });
    const { barcodes, cuts } = decodeEscPos(plain);
    fc.assert(
      fc.property(hostileName, fc.constantFrom(48 as const, 32 as const), (name, columns) => {
        const shown = printableText(name);
        fc.pre(shown !== '');
        const source = composeReceipt({ ...CASH_SALE, lines: [saleLineOf({ nameZh: name, quantity: 1 })] });
        const paper = decodeEscPos(renderEscPos(source, { columns }));
        const first = paper.lines.findIndex((line) => line.includes('4.00') || line.includes('2.00'));
        const last = paper.lines.findIndex((line) => line.startsWith('件数'));
        const item = paper.lines.slice(first, last - 1).join('');
        expect(squeeze(item.replace(' 2.00', ''))).toBe(squeeze(shown));
        expect(paper.barcodes).toEqual(barcodes);
        expect(paper.cuts).toBe(cuts);
      }),
      { numRuns: 400 },
    );
  });

  it('lets no name bring an element, a link or a script into the picture', () => {
    const elements = (svg: string): string[] => svg.match(/<(?!\/?(?:tspan|text|g)\b)[^>]*/g) ?? [];
    const expected = elements(
      renderSvg(composeReceipt({ ...CASH_SALE, lines: [saleLineOf({ nameZh: '甲', quantity: 1 })] }), {
        columns: 48,
      }),
    );
    fc.assert(
      fc.property(hostileName, (name) => {
        const source = composeReceipt({
          ...CASH_SALE,
          lines: [saleLineOf({ nameZh: name.slice(0, 12), nameEn: '甲', quantity: 1 })],
        });
        const found = elements(renderSvg(source, { columns: 48 }));
        // Names of two lines move what is below them, so numbers are left out of the comparison.
        const shape = (list: string[]): string[] =>
          list.map((element) => element.replaceAll(/[\d.,-]+/g, '#'));
        expect(shape(found)).toEqual(shape(expected));
      }),
      { numRuns: 200 },
    );
  });

  it('keeps a name of hyphens or equals signs from becoming a rule or a paper cut', () => {
    expect(escapeText('---')).toBe('\\x2d--');
    expect(escapeText('=')).toBe('\\x3d');
  });

  it('turns the yen sign into the yuan sign that GB18030 has in two bytes', () => {
    expect(printableText('\u00a55')).toBe('￥5');
  });

  it('reads characters that normalise into a metacharacter as that metacharacter', () => {
    expect(escapeText('\u1fef')).toBe('\\x60');
  });

  it('drops a combining mark that would melt into an escape code', () => {
    expect(escapeText('|\u0327')).toBe('\\x7c');
  });
});
