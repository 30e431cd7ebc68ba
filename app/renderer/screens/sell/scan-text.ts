/** What the scan field holds: goods to add, or words to search for. */
export type ScanText =
  | { readonly kind: 'barcode'; readonly barcode: string; readonly quantity: number }
  | { readonly kind: 'words'; readonly words: string; readonly quantity: number };

/** EAN-8 to the longest in-store number; shorter digits are a search by product number. */
const BARCODE = /^\d{8,14}$/;
const WITH_QUANTITY = /^(\d{1,7})\s*[*×x]\s*(.*)$/i;

/** "6901234567892", "3*6901234567892", "3*cola" or "cola". A quantity of nought is one; one that is too large is said to be so by the basket. */
export function parseScanText(text: string): ScanText {
  const trimmed = text.trim();
  const match = WITH_QUANTITY.exec(trimmed);
  const quantity = Math.max(1, Number(match?.[1] ?? 1));
  const rest = match?.[2] ?? trimmed;
  return BARCODE.test(rest)
    ? { kind: 'barcode', barcode: rest, quantity }
    : { kind: 'words', words: rest, quantity };
}
