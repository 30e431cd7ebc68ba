const FIRST_SHOWN = 6;
const LAST_SHOWN = 4;

/** A card number while it is keyed in: first six and last four, the middle as dots, in groups of four. */
export function maskedWhileKeyed(digits: string): string {
  const masked = [...digits].map((digit, index) =>
    index < FIRST_SHOWN || index >= digits.length - LAST_SHOWN ? digit : '•',
  );
  return masked.join('').replace(/(.{4})(?=.)/g, '$1 ');
}
