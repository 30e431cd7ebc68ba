/** The shortest run of digits that could be a card's number. */
export const CARD_DIGITS_MIN = 12;

/** Whatever stands between digits but a letter: people write a number in groups, with dots, dashes or spaces. */
const SEPARATORS = /(?<=\d)[^\p{L}\d]+(?=\d)/gu;
const LONG_RUN = new RegExp(`\\d{${CARD_DIGITS_MIN},}`);

/**
 * Whether a text that people typed holds what could be a card number: people swipe and copy cards into any field, and the
 * journal keeps reasons in the clear. NFKC first: a Chinese input method types digits full-width.
 */
export function holdsCardNumberLike(text: string): boolean {
  return LONG_RUN.test(text.normalize('NFKC').replace(SEPARATORS, ''));
}
