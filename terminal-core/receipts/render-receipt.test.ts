import { describe, expect, it } from 'vitest';
import { composeReceipt } from './compose-receipt.ts';
import { decodeEscPos } from './decode-esc-pos.ts';
import { ALL_KINDS, CASH_SALE, PURCHASE, saleLineOf } from './fixtures.test-support.ts';
import { renderEscPos, renderSvg, renderText } from './render-receipt.ts';

/** The text of a picture: its characters stand in elements of their own. */
function textOf(svg: string): string {
  return svg.replaceAll('&#xa0;', ' ').replaceAll(/<[^>]*>/g, '');
}

describe('renderEscPos', () => {
  it('writes Chinese and the yuan sign in GB18030', () => {
    const bytes = Buffer.from(renderEscPos(composeReceipt(CASH_SALE), { columns: 48 }));
    expect(bytes.includes(Buffer.from('bacfbcc6', 'hex'))).toBe(true); // 合计
    expect(bytes.includes(Buffer.from('a3a4', 'hex'))).toBe(true); // ￥
  });

  it('draws rules with hyphens, which every printer has', () => {
    const { lines } = decodeEscPos(renderEscPos(composeReceipt(CASH_SALE), { columns: 32 }));
    expect(lines.filter((line) => line === '-'.repeat(32))).toHaveLength(4);
  });

  it('breaks long names between words and never leaves punctuation at the start of a line', () => {
    const nameZh = '整箱装Sterilised milk 250ml，新老包装随机发货，不可选。';
    const source = composeReceipt({ ...CASH_SALE, lines: [saleLineOf({ nameZh })] });
    for (let shift = 0; shift < 12; shift += 1) {
      const shifted = source.replace('整箱装', '甲'.repeat(shift));
      const { lines } = decodeEscPos(renderEscPos(shifted, { columns: 32 }));
      const text = lines.join('\n');
      for (const word of ['Sterilised', 'milk', '250ml']) expect(text).toContain(word);
      for (const line of lines) expect(line).not.toMatch(/^[，。]/);
    }
  });
});

describe('renderSvg', () => {
  it('shows the text of the receipt', () => {
    const text = textOf(renderSvg(composeReceipt(PURCHASE), { columns: 48 }));
    for (const words of ['和润便利店', '农夫山泉饮用天然水', '￥170.60', '032514000123', '4021']) {
      expect(text).toContain(words);
    }
  });

  it('is the same picture for the same source', () => {
    for (const input of ALL_KINDS) {
      const source = composeReceipt(input);
      expect(renderSvg(source, { columns: 48 })).toBe(renderSvg(source, { columns: 48 }));
    }
  });

  it('holds no script, style sheet or reference to the outside', () => {
    for (const input of ALL_KINDS) {
      const svg = renderSvg(composeReceipt(input), { columns: 48 });
      expect(svg).not.toMatch(/<script|<style|<image|<foreignObject|href|@import|on\w+=/i);
      expect(svg.match(/https?:[^"']*/g)).toEqual(['http://www.w3.org/2000/svg']);
    }
  });

  it('is as wide as the paper with its margins', () => {
    const width = (columns: 48 | 32): string | undefined =>
      /^<svg [^>]*width="(\d+)"/.exec(renderSvg(composeReceipt(CASH_SALE), { columns }))?.[1];
    expect(width(48)).toBe('632');
    expect(width(32)).toBe('440');
  });
});

describe('renderText', () => {
  it('keeps amounts at the right edge, also the large total', () => {
    const lines = renderText(composeReceipt(CASH_SALE), { columns: 48 }).split('\n');
    expect(lines.find((line) => line.startsWith('合计'))).toBe(`合计${' '.repeat(48 - 4 - 8)}￥170.60`);
  });
});
