import { describe, expect, it } from 'vitest';
import { readCatalogue } from './catalogue.ts';

const HEADER = 'sku,barcode,name_zh,name_en,price,tax_class';
const GOOD = 'W1,4006381333931,笔,Pen,3.50,standard';

describe('a catalogue', () => {
  it('names each broken line by its number and loads the rest', () => {
    const catalogue = readCatalogue(
      [
        HEADER,
        GOOD,
        'W2,4006381333932,笔,Pen,3.50,standard',
        'W3,73513537,笔,Pen,free,standard',
        'W4,73513537,笔,Pen,1.00,luxury',
        'W1,73513537,笔,Pen,1.00,zero',
        'W5,4006381333931,笔,Pen,1.00,zero',
        'W6,036000291452,笔,Pen',
        'W7,036000291452,"笔,Pen,1.00,zero',
        '',
        'W8,036000291452,"大,笔","Pen ""XL""",1.00,zero',
      ].join('\r\n'),
    );
    expect(catalogue.products.map((product) => product.sku)).toEqual(['W1', 'W8']);
    expect(catalogue.bySku('W8')).toMatchObject({ nameZh: '大,笔', nameEn: 'Pen "XL"', priceMinor: 100 });
    expect(catalogue.problems.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7, 8, 9]);
    expect(catalogue.problems[0]?.problem).toContain('4006381333932');
  });

  it('says what the header must be when it is another', () => {
    const catalogue = readCatalogue(`name,price\n${GOOD}`);
    expect(catalogue.products).toEqual([]);
    expect(catalogue.problems).toEqual([{ line: 1, problem: `The header must be ${HEADER}` }]);
  });

  it('reads a file that starts with a byte order mark', () => {
    expect(readCatalogue(`\uFEFF${HEADER}\n${GOOD}`).problems).toEqual([]);
  });

  it('has another version when a price changes', () => {
    const other = GOOD.replace('3.50', '3.60');
    expect(readCatalogue(`${HEADER}\n${GOOD}`).version).not.toBe(
      readCatalogue(`${HEADER}\n${other}`).version,
    );
  });
});
