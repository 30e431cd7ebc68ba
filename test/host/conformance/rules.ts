/** What a host keeps, whoever wrote it; docs/domain.md, One financial transaction. Each is held by a conformance test. */
export const HOST_RULES = {
  repeat: 'The same request twice is answered the second time as the first, byte for byte, and booked once.',
  'reversal-first':
    'A reversal that comes before its original is recorded, and the original is declined when it comes.',
  'query-first':
    'A query before its original answers "not found", and the original is declined when it comes.',
  'reversal-of-settled': 'The reversal of a settled transaction moves no money.',
  'reversal-of-reversed': 'The reversal of a transaction that was reversed already moves no money again.',
  'reversal-of-older-service':
    'The reversal of a card service changes nothing once the card has been served again: what was lost or replaced stays so.',
  'load-confirmed-once': 'A load that is confirmed more than once, under whichever numbers, is booked once.',
  'hold-keeps-card': 'A card is not replaced or surrendered while a pre-authorisation stands on it.',
  'money-follows-holder':
    'What comes back of a sale with a card that was replaced goes to the card in its place.',
  'void-of-void': 'A void cannot be voided.',
  'closed-batch': 'A request in a batch that the host has closed books nothing.',
  'void-once': 'A sale is voided once.',
  'void-before-settlement': 'A sale is voided in its own batch, before settlement.',
  'void-whole': 'A void is for the full amount.',
  'void-same-card': 'A void needs the card of the sale.',
  'refund-after-settlement': 'A refund is for a sale whose batch was settled.',
  'refund-up-to-original': 'Refunds of one sale never add up to more than the sale.',
  'refund-original-card': 'A refund goes back to the card of the sale only.',
  'completion-up-to-115': 'A completion takes at most 115 % of the held amount.',
  'offline-sale-once': 'An offline sale that is sent again, in whichever message, is booked once.',
  'code-used-once': 'A customer-presented code is good for one use, and a failed use spends it.',
  'upload-books-missing': 'What a batch upload shows and the host lacks is booked, once.',
  'card-data-agree':
    'A request in another currency, or whose card number, track and expiry date do not agree with one another and the card, books nothing.',
  'purse-record-once': 'A purchase of a purse that is sent again, under whichever number, is booked once.',
  'purse-counter-once':
    'Two purchases with one counter of one purse are never both booked, and its card is stopped.',
  'purse-tac-proves':
    'A purchase is booked by its own code alone: not with a wrong one, nor with that of another purchase.',
  'purse-balance-follows':
    'A purchase whose balance does not follow from what is known of the purse is not booked.',
  'purse-doubt-decided':
    'A purchase in doubt is booked when a later record of the purse includes it, and not when it does not.',
  'purse-load-needs-proof':
    'A load of a purse is not taken back without proof that the card does not have it.',
  'purse-load-once': 'A load of a purse is credited once, however often it is asked for and confirmed.',
  'wrong-mac': 'A request whose MAC does not hold books nothing and bars nothing.',
} as const;

export type HostRule = keyof typeof HOST_RULES;
