import type { MessageKind } from '../../terminal-core/iso8583/index.ts';
import { purseLoad } from '../purse/load.ts';
import { purseLoadConfirmation } from '../purse/load-confirmation.ts';
import { purchaseRecord } from '../purse/purchase-record.ts';
import { balance } from './handlers/balance.ts';
import { batchUpload, batchUploadEnd } from './handlers/batch-upload.ts';
import { changeStatus, replace, surrender } from './handlers/card-service.ts';
import { codePayment, spendCode } from './handlers/code-payment.ts';
import { refundCodePayment, voidCodePayment } from './handlers/code-payment-undo.ts';
import { download, downloadEnd } from './handlers/download.ts';
import { load, loadConfirmation } from './handlers/load.ts';
import { voidLoad } from './handlers/load-void.ts';
import { offlineSale } from './handlers/offline-sale.ts';
import {
  completion,
  completionVoid,
  preAuthorisation,
  preAuthorisationVoid,
} from './handlers/pre-authorisation.ts';
import { purchase } from './handlers/purchase.ts';
import { query } from './handlers/query.ts';
import { refund } from './handlers/refund.ts';
import { reversal } from './handlers/reversal.ts';
import { settlement } from './handlers/settlement.ts';
import { echo, signOff, signOn } from './handlers/sign-on.ts';
import { statement } from './handlers/statement.ts';
import { voidSale } from './handlers/void.ts';
import type { MessageContext, NetworkOutcome, Outcome, UnauthenticatedContext } from './outcome.ts';

/** What a kind of message must prove, and which rule decides it. */
export type Handling =
  /** No MAC and no record: network management. */
  | {
      readonly access: 'network';
      readonly handle: (context: UnauthenticatedContext) => Promise<NetworkOutcome>;
    }
  /** No MAC, recorded and answered the same again: settlement and upload. */
  | { readonly access: 'batch'; readonly handle: (context: UnauthenticatedContext) => Promise<Outcome> }
  /** MAC and sign-on; `openBatch`: only in the terminal's open batch. */
  | {
      readonly access: 'authenticated';
      readonly openBatch: boolean;
      /** What a request does whatever is decided about it, a refusal by a fault rule included. */
      readonly always?: (context: MessageContext) => Promise<unknown>;
      readonly handle: (context: MessageContext) => Promise<Outcome>;
    };

const network = (handle: (context: UnauthenticatedContext) => Promise<NetworkOutcome>): Handling => ({
  access: 'network',
  handle,
});
const batch = (handle: (context: UnauthenticatedContext) => Promise<Outcome>): Handling => ({
  access: 'batch',
  handle,
});
const financial = (handle: (context: MessageContext) => Promise<Outcome>) => ({
  access: 'authenticated' as const,
  openBatch: true,
  handle,
});
/** Also for a batch that is closed: these ask about the past or take it back. */
const aboutThePast = (handle: (context: MessageContext) => Promise<Outcome>): Handling => ({
  access: 'authenticated',
  openBatch: false,
  handle,
});

/** Every kind of the catalogue that this host answers; any other is declined with 12. */
export const HANDLING: Partial<Readonly<Record<MessageKind, Handling>>> = {
  'sign-on': network(signOn),
  'sign-off': network(signOff),
  echo: network(echo),
  parameters: network((context) => download(context, 'parameters')),
  'parameters-end': network(downloadEnd),
  hotlist: network((context) => download(context, 'hotlist')),
  'hotlist-end': network(downloadEnd),
  balance: financial(balance),
  statement: financial(statement),
  purchase: financial(purchase),
  'code-payment': { ...financial(codePayment), always: spendCode },
  'code-payment-void': financial(voidCodePayment),
  'code-payment-refund': financial(refundCodePayment),
  void: financial(voidSale),
  refund: financial(refund),
  'pre-authorisation': financial(preAuthorisation),
  'pre-authorisation-void': financial(preAuthorisationVoid),
  completion: financial(completion),
  'completion-void': financial(completionVoid),
  'load-prepaid-cash': financial(load),
  'load-confirm': financial(loadConfirmation),
  'load-void': financial(voidLoad),
  'purse-offline': financial(purchaseRecord),
  'load-purse-cash': financial(purseLoad),
  'load-purse-account': financial(purseLoad),
  'load-purse-confirm': financial(purseLoadConfirmation),
  activate: financial((context) => changeStatus(context, 'activate')),
  block: financial((context) => changeStatus(context, 'block')),
  unblock: financial((context) => changeStatus(context, 'unblock')),
  'report-loss': financial((context) => changeStatus(context, 'report-loss')),
  replace: financial(replace),
  surrender: financial(surrender),
  'offline-advice': financial(offlineSale),
  query: aboutThePast(query),
  reversal: aboutThePast(reversal),
  settlement: batch(settlement),
  'batch-upload': batch(batchUpload),
  'batch-upload-end': batch(batchUploadEnd),
};
