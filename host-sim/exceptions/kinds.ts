/** What can differ between the two sides, the likely cause, and the one thing that a person does about it. */
export const EXCEPTION_KINDS = {
  'missing-at-host': {
    cause: 'The terminal holds an approved transaction that never reached the host, or the host lost it.',
    action: 'Booked from the terminal’s record. Check the signed receipt if the customer disputes it.',
  },
  'missing-at-terminal': {
    cause: 'The host approved it and the terminal does not know: the answer was lost and no reversal came.',
    action: 'Ask the store for its receipt; without one, give the amount back to the card.',
  },
  'amount-differs': {
    cause: 'Both sides hold the transaction with different amounts.',
    action: 'Compare with the receipt and correct the card by the difference.',
  },
  'card-differs': {
    cause: 'Both sides hold the trace number with different cards.',
    action: 'Compare with the receipt and move the amount to the right card.',
  },
  'not-approved-at-host': {
    cause: 'The terminal reports a success that the host declined or was told to reverse.',
    action: 'Ask the store for its receipt; with one, debit the card by hand.',
  },
  'offline-sale-refused': {
    cause: 'An offline sale came in the upload and the host’s rules refuse it.',
    action: 'The amount stays the store’s claim: collect from the customer or write it off.',
  },
  'card-short': {
    cause: 'A sale had to stand although the card no longer holds the amount.',
    action: 'The merchant was credited from the exceptions account: collect it at the card’s next load.',
  },
  'unknown-card-in-upload': {
    cause: 'A record of the upload names a card that the host does not have.',
    action:
      'The merchant was credited from the exceptions account: find the card’s issuer or charge it back.',
  },
  'record-count-differs': {
    cause: 'The terminal says that it uploaded another number of records than arrived.',
    action: 'Export the batch from the terminal and compare it line by line.',
  },
  'reversal-after-settlement': {
    cause: 'A reversal came for a transaction whose batch both sides had settled.',
    action: 'Ask the store whether the sale happened; if it did not, refund the card.',
  },
  'reversal-mismatch': {
    cause: 'A reversal names a transaction with another amount than the host has.',
    action: 'Nothing was undone. Compare with the terminal’s journal and correct by hand.',
  },
  'reversal-of-used': {
    cause: 'A reversal came for a pre-authorisation that was completed meanwhile.',
    action: 'Nothing was undone. Void or refund the completion if the customer did not take the goods.',
  },
  'same-number-other-content': {
    cause: 'Two different messages carried the same terminal, batch and trace number.',
    action: 'The second was refused. Check the terminal’s trace counter (restored from an old copy?).',
  },
} as const satisfies Record<string, { readonly cause: string; readonly action: string }>;

export type ExceptionKind = keyof typeof EXCEPTION_KINDS;
