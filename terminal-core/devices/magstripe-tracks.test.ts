import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CARD_TEXT_LENGTH_MAX, parseCardNumber, parseCardText, parseTracks } from './magstripe-tracks.ts';

const PAN = '6217000012344021';
const TRACK1 = `%B${PAN}^PREPAID/CARD              ^2912520000000000?`;
const TRACK2 = `;${PAN}=29125200000000000?`;

function cardOf(text: string, options = {}) {
  const parsed = parseTracks(text, options);
  if (parsed.kind !== 'card') throw new Error(`misread: ${parsed.problem}`);
  return parsed.card;
}

describe('parseTracks', () => {
  it('reads number, track 2 and expiry of a swipe with both tracks', () => {
    const card = cardOf(TRACK1 + TRACK2);
    expect(card.pan.reveal()).toBe(PAN);
    expect(card.track2).toBe(`${PAN}=29125200000000000`);
    expect(card.expiry).toBe('2912');
    expect(card.entryMode).toBe('magnetic');
  });

  it('reads track 2 alone, tracks in any order, and line ends between them', () => {
    for (const text of [TRACK2, `${TRACK2}\r${TRACK1}\r\n`, `${TRACK1}\n${TRACK2}+0123?`]) {
      expect(cardOf(text).pan.reveal()).toBe(PAN);
    }
  });

  it('reads a card without an expiry date', () => {
    expect(cardOf(`;${PAN}=?`).expiry).toBeUndefined();
    expect(cardOf(`;${PAN}=00000000?`).expiry).toBeUndefined();
  });

  it('takes 37 characters of track 2 and refuses 38', () => {
    const data = `${PAN}=2912`.padEnd(37, '0');
    expect(cardOf(`;${data}?`).track2).toHaveLength(37);
    expect(parseTracks(`;${data}0?`)).toEqual({ kind: 'misread', problem: 'too-long' });
  });

  it('refuses more text than any card holds', () => {
    expect(parseTracks(`${TRACK2}+${'0'.repeat(CARD_TEXT_LENGTH_MAX)}?`)).toEqual({
      kind: 'misread',
      problem: 'too-long',
    });
  });

  it.each([
    ['nothing', '', 'no-card-number'],
    ['track 3 alone', '+0123?', 'no-card-number'],
    ['an empty track 2', ';?', 'no-card-number'],
    ['a number that is too short', ';12345678901=2912?', 'no-card-number'],
    ['a loyalty card', ';0012345=?', 'no-card-number'],
    ['a track that the reader could not read', `${TRACK1};E?`, 'bad-track'],
    ['track 1 alone', TRACK1, 'bad-track'],
    ['no end sentinel', `;${PAN}=2912`, 'bad-track'],
    ['no start sentinel', `${PAN}=2912?`, 'bad-track'],
    ['no separator', `;${PAN}?`, 'bad-track'],
    ['a letter in track 2', `;${PAN}=29A2?`, 'bad-track'],
    ['month 13', `;${PAN}=2913?`, 'bad-track'],
    ['half an expiry date', `;${PAN}=29?`, 'bad-track'],
    ['two second tracks', TRACK2 + TRACK2, 'bad-track'],
    ['tracks of two cards', TRACK1.replace(PAN, '6217000012344039') + TRACK2, 'bad-track'],
    ['an unexpected check character', `${TRACK2}3`, 'bad-track'],
  ])('names the misread of %s', (_what, text, problem) => {
    expect(parseTracks(text)).toEqual({ kind: 'misread', problem });
  });

  it('checks the check character where the reader sends it', () => {
    // Worked by hand: sentinels and separator B^F^D = 9, digits 1 to 9 = 1, then 0 1 2 0 = 3; 9^1^3 = B, which is ";",
    // so that a start sentinel must not be taken for the next track.
    const options = { checkCharacter: 'sent' } as const;
    expect(cardOf(';1234567890120=?;', options).pan.reveal()).toBe('1234567890120');
    for (const wrong of ['1', '?', '']) {
      expect(parseTracks(`;1234567890120=?${wrong}`, options)).toEqual({
        kind: 'misread',
        problem: 'bad-check-character',
      });
    }
  });

  it('notices any one wrong character by its check character', () => {
    const text = ';1234567890120=?';
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 13 }), fc.integer({ min: 0, max: 9 }), (at, digit) => {
        fc.pre(text[at] !== String(digit));
        const changed = `${text.slice(0, at)}${digit}${text.slice(at + 1)};`;
        expect(parseTracks(changed, { checkCharacter: 'sent' })).toMatchObject({
          problem: 'bad-check-character',
        });
      }),
    );
  });

  it('answers any text with a card or a misread and never shows a number in words', () => {
    const near = fc
      .tuple(fc.constantFrom(TRACK1, TRACK2, TRACK1 + TRACK2), fc.nat(80), fc.string({ maxLength: 3 }))
      .map(([text, at, noise]) => text.slice(0, at) + noise + text.slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(near, fc.string({ maxLength: 300 })), (text) => {
        const parsed = parseTracks(text);
        if (parsed.kind === 'card') {
          expect(parsed.card.track2).toMatch(/^\d{12,19}=\d*$/);
          expect(parsed.card.track2?.length).toBeLessThanOrEqual(37);
          expect(JSON.stringify(parsed.card.pan)).not.toContain(parsed.card.pan.reveal());
        } else
          expect(['bad-track', 'bad-check-character', 'no-card-number', 'too-long']).toContain(
            parsed.problem,
          );
      }),
      { numRuns: 500 },
    );
  });
});

describe('parseCardNumber', () => {
  it('reads 12 to 19 digits with spaces or hyphens between them', () => {
    for (const text of [
      PAN,
      '6217 0000 1234 4021',
      ' 6217-0000-1234-4021\n',
      '1'.repeat(12),
      '1'.repeat(19),
    ]) {
      expect(parseCardNumber(text, 'keyed').kind).toBe('card');
    }
  });

  it('names what is no card number', () => {
    expect(parseCardNumber('1'.repeat(11), 'keyed')).toEqual({ kind: 'misread', problem: 'no-card-number' });
    expect(parseCardNumber('6217O00012344021', 'keyed')).toEqual({
      kind: 'misread',
      problem: 'no-card-number',
    });
    expect(parseCardNumber('1'.repeat(20), 'barcode')).toEqual({ kind: 'misread', problem: 'too-long' });
  });
});

describe('parseCardText', () => {
  it('reads tracks from a wedge reader and numbers from hands and scanners', () => {
    expect(parseCardText(`${TRACK2}\n`, 'magnetic')?.track2).toBe(`${PAN}=29125200000000000`);
    expect(parseCardText(PAN, 'barcode')).toMatchObject({ entryMode: 'barcode' });
    expect(parseCardText(PAN, 'magnetic')).toBeUndefined();
    expect(parseCardText('6901234567892x', 'keyed')).toBeUndefined();
  });
});
