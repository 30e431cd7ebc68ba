/** Characters that receiptline reads as layout, decoration, property or escape. */
const METACHARACTERS = /[|{}~_"`^\\]/g;
/** A line of nothing but these is a rule or a paper cut, so the first one is always written as a code. */
const LEADING_RULE = /^[-=]/;
/**
 * What no receipt printer can show and what could hide or reorder other characters: controls, invisible formatting,
 * unassigned and private codes, and combining marks (a line printer has no way to stack them, and one that follows an
 * escape code would melt into it when receiptline normalises the text).
 */
const UNPRINTABLE = /[\p{C}\p{M}]/gu;

/** Text as it will print: composed, on one line, without what cannot be printed, the yuan sign as GB18030 has it. */
export function printableText(text: string): string {
  // Normalising first matters: U+1FEF, say, turns into a backquote, which is a metacharacter.
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\s\p{Z}]/gu, (space) => (space === '\u3000' ? space : ' '))
    .replace(UNPRINTABLE, '')
    .normalize('NFC')
    .replaceAll('\u00a5', '\uffe5')
    .trim();
}

/**
 * User text (a product, merchant or operator name) as receiptline source that prints exactly `printableText(text)` and
 * can start no command, image, barcode, column or decoration.
 */
export function escapeText(text: string): string {
  return printableText(text).replace(METACHARACTERS, hexEscape).replace(LEADING_RULE, hexEscape);
}

function hexEscape(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
