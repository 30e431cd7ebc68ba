import { describe, expect, it } from 'vitest';
import { parseScanText } from './scan-text.ts';

describe('the scan field', () => {
  it.each([
    ['6901234341805', { kind: 'barcode', barcode: '6901234341805', quantity: 1 }],
    ['3*6901234341805', { kind: 'barcode', barcode: '6901234341805', quantity: 3 }],
    ['12 × 可乐', { kind: 'words', words: '可乐', quantity: 12 }],
    ['3*', { kind: 'words', words: '', quantity: 3 }],
    ['99999*6901234341805', { kind: 'barcode', barcode: '6901234341805', quantity: 99_999 }],
    ['0*cola', { kind: 'words', words: 'cola', quantity: 1 }],
    ['1234567', { kind: 'words', words: '1234567', quantity: 1 }],
    ['  cola  ', { kind: 'words', words: 'cola', quantity: 1 }],
  ])('reads %j', (text, meaning) => {
    expect(parseScanText(text)).toEqual(meaning);
  });
});
