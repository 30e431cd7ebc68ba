/** Longer runs without a space are broken anywhere, so that one never exceeds the narrowest text column. */
const WORD_COLUMNS_MAX = 10;

/** A word of ASCII, or one other character; either keeps the punctuation that must not begin a line. */
const UNIT = new RegExp(`(?:[!-~]{1,${WORD_COLUMNS_MAX}}|.)[，。；：！？、）》」』】…％]?`, 'gsu');

/** What a line may be broken between: receiptline by itself breaks between any two characters, inside words too. */
export function wordUnits(text: string): string[] {
  return text.match(UNIT) ?? [];
}
