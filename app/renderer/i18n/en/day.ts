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
  'day.settled.closed-by-host': 'The host had closed batch {{number}} already, with other totals',
  'day.settled.closed-by-host.next':
    'It is closed here, too. A supervisor asks the acquirer for its list and compares it with this slip.',
  'day.give-up': 'Give this settlement up',
  'day.give-up.text':
    'The host does not compare batch {{number}}. Given up, the batch stays open with all that is in it, cards can be taken again, and the next settlement starts anew. Ask the acquirer why.',
  'day.give-up.keep': 'Try again later',
  'day.give-up.done': 'The settlement is given up; the batch is open',
  'day.closed-by-host': 'The host has closed batch {{number}}: settle now',
  'day.to-check': 'Batch {{number}}: closed by the host, to be compared',
  'day.to-check.ours':
    'This till has {{debitCount}} debits of {{debits}} and {{creditCount}} credits of {{credits}}. Its slip is {{report}}.',
  'day.to-check.do': 'Compared',
  'day.to-check.means':
    'The acquirer’s list of this batch was compared with this till’s. Say what the difference was, and who answered:',
  'day.to-check.done': 'Recorded: the batch was compared',
  'day.slip-here': 'The settlement slip appears here',
  'day.unfinished': 'Settlement is not finished',
};
