import { balance } from './handlers/balance.ts';
import { batchUpload } from './handlers/batch-upload.ts';
import { download } from './handlers/download.ts';
import { offlineSale } from './handlers/offline-sale.ts';
import { purchase } from './handlers/purchase.ts';
import { query } from './handlers/query.ts';
import { refund } from './handlers/refund.ts';
import { reversal } from './handlers/reversal.ts';
import { settlement } from './handlers/settlement.ts';
import { echo, SIGN_ON_KINDS, signOff, signOn } from './handlers/sign-on.ts';
import { voidSale } from './handlers/void.ts';
import type { MessageContext, NetworkOutcome, Outcome, UnauthenticatedContext } from './outcome.ts';
import type { HostRequest } from './request.ts';

/** How a kind of message is handled: what it must prove, and which rule decides it. */
export type MessageKind =
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
      readonly handle: (context: MessageContext) => Promise<Outcome>;
    };

interface Row {
  readonly mti: string;
  readonly processingCode?: string;
  /** DE60.1. */
  readonly types?: readonly string[];
  /** DE60.3. */
  readonly controls?: readonly string[];
  readonly kind: MessageKind;
}

const network = (handle: (context: UnauthenticatedContext) => Promise<NetworkOutcome>): MessageKind => ({
  access: 'network',
  handle,
});
const financial = (handle: (context: MessageContext) => Promise<Outcome>): MessageKind => ({
  access: 'authenticated',
  openBatch: true,
  handle,
});

/** The table of PROTOCOL, Messages: the first row that fits a request handles it. */
const ROWS: readonly Row[] = [
  { mti: '0800', controls: SIGN_ON_KINDS, kind: network(signOn) },
  { mti: '0820', controls: ['002'], kind: network(signOff) },
  { mti: '0820', controls: ['301'], kind: network(echo) },
  { mti: '0800', controls: ['360', '362'], kind: network((context) => download(context, 'parameters')) },
  { mti: '0820', controls: ['360', '362'], kind: network((context) => download(context, 'parameters')) },
  { mti: '0800', controls: ['390', '391'], kind: network((context) => download(context, 'hotlist')) },
  { mti: '0820', controls: ['390', '391'], kind: network((context) => download(context, 'hotlist')) },
  { mti: '0200', processingCode: '310000', types: ['01'], kind: financial(balance) },
  { mti: '0200', processingCode: '000000', types: ['22'], kind: financial(purchase) },
  { mti: '0200', processingCode: '200000', types: ['23'], kind: financial(voidSale) },
  { mti: '0220', processingCode: '200000', types: ['25'], kind: financial(refund) },
  { mti: '0220', processingCode: '000000', types: ['30'], kind: financial(offlineSale) },
  {
    mti: '0200',
    processingCode: '380000',
    types: ['65'],
    kind: { access: 'authenticated', openBatch: false, handle: query },
  },
  { mti: '0400', kind: { access: 'authenticated', openBatch: false, handle: reversal } },
  { mti: '0500', kind: { access: 'batch', handle: settlement } },
  { mti: '0320', kind: { access: 'batch', handle: batchUpload } },
];

/** How to handle a request; undefined for one that this host does not know. */
export function kindOf(request: HostRequest): MessageKind | undefined {
  return ROWS.find(
    (row) =>
      row.mti === request.mti &&
      (row.processingCode === undefined || row.processingCode === request.processingCode) &&
      (row.types === undefined || row.types.includes(request.type)) &&
      (row.controls === undefined || row.controls.includes(request.control)),
  )?.kind;
}
