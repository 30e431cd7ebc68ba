/**
 * Long (长款): the host holds money for which the store shows no sale. Short (短款): the store shows a sale for which the host
 * holds no money. `either` depends on the amounts, `none` moves no money.
 */
export type Side = 'long' | 'short' | 'either' | 'none';

/** What can differ between the two sides, the likely cause, and the one thing that a person does about it. */
export const EXCEPTION_KINDS = {
  'missing-at-host': {
    side: 'short',
    cause: 'The terminal holds an approved transaction that never reached the host, or the host lost it.',
    action: 'Booked from the terminal’s record. Check the signed receipt if the customer disputes it.',
  },
  'missing-at-terminal': {
    side: 'long',
    cause: 'The host approved it and the terminal does not know: the answer was lost and no reversal came.',
    action: 'Ask the store for its receipt; without one, give the amount back to the card.',
  },
  'amount-differs': {
    side: 'either',
    cause: 'Both sides hold the transaction with different amounts.',
    action: 'Compare with the receipt and correct the card by the difference.',
  },
  'card-differs': {
    side: 'none',
    cause: 'Both sides hold the trace number with different cards.',
    action: 'Compare with the receipt and move the amount to the right card.',
  },
  'not-approved-at-host': {
    side: 'short',
    cause: 'The terminal reports a success that the host declined or was told to reverse.',
    action: 'Ask the store for its receipt; with one, debit the card by hand.',
  },
  'offline-sale-refused': {
    side: 'short',
    cause: 'An offline sale came in the upload and the host’s rules refuse it.',
    action: 'The amount stays the store’s claim: collect from the customer or write it off.',
  },
  'card-short': {
    side: 'short',
    cause: 'A sale had to stand although the card no longer holds the amount.',
    action: 'The merchant was credited from the exceptions account: collect it at the card’s next load.',
  },
  'unknown-card-in-upload': {
    side: 'short',
    cause: 'A record of the upload names a card that the host does not have.',
    action:
      'The merchant was credited from the exceptions account: find the card’s issuer or charge it back.',
  },
  'credit-without-sale': {
    side: 'short',
    cause: 'A void or refund of the upload gives back more than the card has paid at this terminal.',
    action:
      'The card was not credited. Find the sale it belongs to, then credit the card by hand or charge it back.',
  },
  'record-count-differs': {
    side: 'none',
    cause: 'The terminal says that it uploaded another number of records than arrived.',
    action: 'Export the batch from the terminal and compare it line by line.',
  },
  'reversal-after-settlement': {
    side: 'long',
    cause: 'A reversal came for a transaction whose batch both sides had settled.',
    action: 'Ask the store whether the sale happened; if it did not, refund the card.',
  },
  'reversal-mismatch': {
    side: 'either',
    cause: 'A reversal names a transaction with another amount than the host has.',
    action: 'Nothing was undone. Compare with the terminal’s journal and correct by hand.',
  },
  'reversal-of-used': {
    side: 'none',
    cause: 'A reversal came for a pre-authorisation that was completed meanwhile.',
    action: 'Nothing was undone. Void or refund the completion if the customer did not take the goods.',
  },
  'same-number-other-content': {
    side: 'none',
    cause: 'Two different messages carried the same terminal, batch and trace number.',
    action: 'The second was refused. Check the terminal’s trace counter (restored from an old copy?).',
  },
} as const satisfies Record<string, { readonly side: Side; readonly cause: string; readonly action: string }>;

export type ExceptionKind = keyof typeof EXCEPTION_KINDS;
