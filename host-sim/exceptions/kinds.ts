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
    cause:
      'A reversal came for what was used since: a pre-authorisation that was completed, the void of a completion whose hold was taken again, or a card service after which the card was served or used.',
    action:
      'Nothing was undone. Void or refund the completion if the customer did not take the goods; ask whose card it is and set its status by hand.',
  },
  'credit-to-surrendered': {
    side: 'long',
    cause: 'A transaction was reversed whose card had been given back meanwhile.',
    action: 'The amount stands on a card that nobody has: pay it to the holder.',
  },
  'same-number-other-content': {
    side: 'none',
    cause: 'Two different messages carried the same terminal, batch and trace number.',
    action: 'The second was refused. Check the terminal’s trace counter (restored from an old copy?).',
  },
  'purse-unknown': {
    side: 'short',
    cause: 'An offline sale was made with a purse that this issuer never gave out.',
    action:
      'Nothing was paid. Find the issuer by the application serial, or tell the store that it took a forged card.',
  },
  'purse-tac-wrong': {
    side: 'short',
    cause:
      'The authentication code of an offline purse sale is wrong: the card or the record is forged or damaged.',
    action:
      'Nothing was paid. Upload the record again from the terminal’s journal; if it is the same, it is the store’s loss.',
  },
  'purse-tac-replayed': {
    side: 'short',
    cause:
      'A purse sale carries the authentication code of another sale under a counter of its own: the record was made up.',
    action: 'Nothing was paid. Find out who can write records at that terminal; the card is not to blame.',
  },
  'purse-amount-differs': {
    side: 'either',
    cause: 'An offline purse sale names one amount in DE4 and another in DE58.',
    action: 'Nothing was booked. Compare with the receipt and have the terminal checked.',
  },
  'purse-counter-reused': {
    side: 'short',
    cause:
      'Two different purchases carry the same counter of one purse: there are two cards, or a record was changed.',
    action:
      'The second was not paid and the card is on the hotlist. Call the card in and compare it with its records.',
  },
  'purse-counter-backwards': {
    side: 'short',
    cause: 'A purse shows a counter that it has left behind: a copy of the card, or an old record.',
    action: 'Nothing was paid or loaded and the card is on the hotlist. Call the card in.',
  },
  'purse-balance-breaks': {
    side: 'short',
    cause: 'The balance on a purse does not follow from what it has paid and been loaded.',
    action: 'Nothing was paid or loaded and the card is on the hotlist. Call the card in and read its log.',
  },
  'purse-mac2-wrong': {
    side: 'none',
    cause: 'A terminal found that a card could not prove its debit: fraud alert.',
    action: 'Nothing was paid. Ask the store what card it was, and watch its application serial.',
  },
  'purse-refused-at-sale': {
    side: 'long',
    cause:
      'A terminal took a purse that had expired or had been on the hotlist for longer than a terminal may not know.',
    action:
      'The card was debited and the amount is in suspense: pay it to the store or give it back to the holder.',
  },
  'purse-dated-ahead': {
    side: 'none',
    cause:
      'An offline purse sale is dated more than a day ahead of the host: the clock of the till is wrong.',
    action:
      'The card has paid, and so has the host. Set the clock of the till, and look at what else it sold by that date.',
  },
  'purse-record-disproved': {
    side: 'short',
    cause:
      'A debit that the terminal reported without an authentication code is contradicted by later records of the card.',
    action: 'Nothing was paid. Ask the store for the receipt and the card’s log.',
  },
  'purse-doubt-debited': {
    side: 'long',
    cause: 'The card of an unresolved sale turned out to have been debited; the store has been paid.',
    action:
      'Ask the store whether the customer paid in another way too; if so, load the amount back onto the card.',
  },
  'purse-doubt-corrected': {
    side: 'short',
    cause:
      'An unresolved sale had been taken for the debit of another one, which has come with the code of the card since.',
    action: 'The store that had been paid has given it back. Ask it whether the customer took the goods.',
  },
  'purse-load-unknown': {
    side: 'none',
    cause: 'A confirmation came for a load that this host never released.',
    action:
      'Nothing was booked. Compare with the terminal’s journal: it may have been connected to another host.',
  },
  'purse-load-unexplained': {
    side: 'none',
    cause: 'A purse shows an online counter that no load of this host explains.',
    action: 'The load was refused. Call the card in and compare its log with the host’s loads.',
  },
  'purse-load-tac-wrong': {
    side: 'either',
    cause: 'A load was confirmed with a wrong authentication code.',
    action:
      'The load stays pending. Let the card be presented again: its counter says whether it was credited.',
  },
  'purse-load-disputed': {
    side: 'either',
    cause: 'A load was confirmed after it had been taken back, or another load has used up its counter.',
    action:
      'With a right code the card was believed and the exceptions account paid: collect the amount from the store.',
  },
  'purse-reversal-of-credited': {
    side: 'none',
    cause: 'A reversal came for a load that the card is known to have.',
    action: 'Nothing was undone. Ask the store; what must go back is paid out, never taken from the card.',
  },
} as const satisfies Record<string, { readonly side: Side; readonly cause: string; readonly action: string }>;

export type ExceptionKind = keyof typeof EXCEPTION_KINDS;
