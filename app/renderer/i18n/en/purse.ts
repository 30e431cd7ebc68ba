import type { English } from '../english.ts';
import type { purse as chinese } from '../zh-cn/purse.ts';

export const purse: English<typeof chinese> = {
  'purse.title': 'Purse',
  'purse.insert': 'Insert the chip card',
  'purse.insert.next': 'Leave it in until the outcome is shown',
  'purse.no-psam': 'There is no security module (PSAM): no purse can be taken now',
  'purse.balance': 'Balance {{amount}}',
  'purse.after': '{{amount}} stays on the card',
  'purse.too-little': '{{amount}} too little on the card',
  'purse.not-for-parts': 'A purse pays a whole sale only',
  'purse.not-for-parts.next': 'This one is paid in part: take cash or another card for the rest.',
  'purse.same-card': 'Put the same card back',
  'purse.same-card.finishes': 'It finishes by itself then. Do not hand over the goods yet.',
  'purse.ending': 'Card ending in',
  'purse.other-tender': 'The card is not there? Take {{amount}} otherwise:',
  'purse.load.amount': 'Load amount',
  'purse.load': 'Take cash and load {{amount}}',
  'purse.refund.title': 'Give back to the purse',
  'purse.refund': 'Give back {{amount}}',
  'result.loaded': 'Loaded',
  'result.loaded.text': 'The amount is on the card',
  'result.purse-paid': 'Paid by purse',
  'result.purse-paid.text': 'The card has paid; it is sent to its issuer later. Hand over the goods.',
};
