import { describe, expect, it } from 'vitest';
import { decodeGb18030, encodeGb18030 } from './gb18030.ts';

describe('GB18030 text', () => {
  it('goes both ways in one, two and four bytes', () => {
    const text = 'A中\u{20000}é';
    const bytes = encodeGb18030(text);
    expect(bytes && decodeGb18030(bytes)).toBe(text);
    expect(bytes).toHaveLength(1 + 2 + 4 + 2);
  });

  it('keeps every pair of bytes, right or wrong', () => {
    for (let high = 0x80; high <= 0xff; high += 1) {
      for (let low = 0; low <= 0xff; low += 1) {
        const bytes = Uint8Array.of(high, low);
        const encoded = encodeGb18030(decodeGb18030(bytes));
        if (encoded?.length !== 2 || encoded[0] !== high || encoded[1] !== low) {
          expect({ high, low, encoded }).toBeUndefined();
        }
      }
    }
  });

  it('refuses text that would not come back as it was', () => {
    expect(encodeGb18030('\ud800')).toBeUndefined();
    // Two escaped bytes that together are a character.
    expect(encodeGb18030('\udcd6\udcd0')).toBeUndefined();
  });
});
