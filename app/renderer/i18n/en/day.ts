import type { English } from '../english.ts';
import type { day as chinese } from '../zh-cn/day.ts';

export const day: English<typeof chinese> = {
  'day.title': 'End of day',
  'day.totals': 'Totals of this batch',
  'day.batch': 'Batch {{number}}',
  'day.debit': 'Card sales',
  'day.credit': 'Voids and refunds',
  'day.cash': 'Cash',
  'day.count': 'Count',
  'day.amount': 'Amount',
  'day.unsent': 'Offline sales not sent yet',
  'day.unsent.none': 'All sent',
  'day.unsent.not-counted': 'Offline sales that wait to be sent are not counted above until they are sent.',
  'day.reversals': 'Reversals owed',
  'day.reversals.none': 'None',
  'day.upload': 'Upload now',
  'day.upload.working': 'Uploading…',
  'day.upload.done': '{{delivered}} delivered, {{rejected}} rejected, {{left}} left',
  'day.upload.no-network': 'There is no network: nothing can be uploaded now',
  'day.upload.no-network.next':
    'The offline sales are kept and go out by themselves when the network is back.',
  'day.settle': 'Settle',
  'day.settle.hint':
    'Reversals first, then the upload, then the totals against the host. No cards meanwhile.',
  'day.settle.working': 'Comparing totals with the host…',
  'day.settled.balanced': 'Balanced: batch {{number}} is closed',
  'day.settled.not-balanced': 'Not balanced: batch {{number}} was uploaded line by line',
  'day.settled.not-balanced.next':
    'The differences are among the host’s exceptions; a supervisor looks at them.',
  'day.slip-here': 'The settlement slip appears here',
  'day.unfinished': 'Settlement is not finished',
};
