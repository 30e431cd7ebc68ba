import type { EventKind } from './events.ts';
import { PURSE_TRANSITIONS } from './purse/transitions.ts';
import type { TxnKind, TxnState } from './state.ts';

/**
 * Whose event it is, seen from the transaction that it changes: not its own, but that of one that names it. The void of
 * a completion names the completion, and through it the pre-authorisation.
 */
export type Follower =
  | 'void'
  | 'refund'
  | 'completion'
  | 'void-of-completion'
  /** The online purchase that pays a claim. */
  | 'collection'
  | 'void-of-collection';

/** One row of the state machine: in these states, this event leads there. `new` is before the transaction exists. */
export interface Transition {
  readonly kinds: readonly TxnKind[];
  readonly from: readonly (TxnState | 'new')[];
  readonly event: EventKind;
  /** Absent: the event is the transaction's own. */
  readonly by?: Follower;
  readonly to: TxnState;
}

const ONLINE = [
  'purchase',
  'void',
  'refund',
  'pre-authorisation',
  'completion',
  'load',
  'card-service',
] as const satisfies readonly TxnKind[];
/** A refund is repeated and a load confirmed until the host answers: neither is ever reversed. */
const REVERSIBLE = [
  'purchase',
  'void',
  'pre-authorisation',
  'completion',
  'card-service',
] as const satisfies readonly TxnKind[];

const VOIDABLE = [
  'purchase',
  'pre-authorisation',
  'completion',
  'load',
] as const satisfies readonly TxnKind[];
const REFUNDABLE = ['purchase', 'completion'] as const satisfies readonly TxnKind[];

/**
 * Every way a transaction may go. An event that finds no row here is a bug, and the step that made it is refused before
 * it reaches the journal.
 */
export const TRANSITIONS: readonly Transition[] = [
  { kinds: ['cash-sale'], from: ['new'], event: 'cash-sale-completed', to: 'approved' },
  { kinds: ['cash-void', 'cash-refund'], from: ['new'], event: 'cash-handed-back', to: 'approved' },
  { kinds: ['offline-sale'], from: ['new'], event: 'offline-sale-accepted', to: 'accepted-offline' },
  { kinds: ['offline-sale'], from: ['accepted-offline'], event: 'advice-delivered', to: 'delivered' },
  { kinds: ['offline-sale'], from: ['accepted-offline'], event: 'advice-rejected', to: 'rejected' },
  { kinds: ['offline-sale'], from: ['rejected'], event: 'claim-dropped', to: 'reversed' },
  { kinds: ONLINE, from: ['new'], event: 'transaction-sent', to: 'sending' },
  { kinds: ONLINE, from: ['sending'], event: 'transaction-approved', to: 'approved' },
  { kinds: ONLINE, from: ['sending'], event: 'transaction-declined', to: 'declined' },
  { kinds: ONLINE, from: ['sending'], event: 'transaction-not-sent', to: 'not-sent' },
  { kinds: ONLINE, from: ['sending'], event: 'outcome-unknown', to: 'unknown' },
  { kinds: REVERSIBLE, from: ['unknown'], event: 'reversal-answered', to: 'reversed' },
  { kinds: REVERSIBLE, from: ['unknown'], event: 'reversal-refused', to: 'reversal-refused' },
  { kinds: ['refund', 'load'], from: ['unknown'], event: 'transaction-approved', to: 'approved' },
  { kinds: ['load'], from: ['unknown'], event: 'transaction-declined', to: 'load-refused' },
  { kinds: ['load'], from: ['load-refused'], event: 'load-cash-given-back', to: 'reversed' },
  { kinds: ['refund'], from: ['unknown'], event: 'transaction-declined', to: 'declined' },
  { kinds: ['cash-sale'], from: ['approved'], event: 'cash-handed-back', by: 'void', to: 'voided' },
  { kinds: ['cash-sale'], from: ['approved'], event: 'cash-handed-back', by: 'refund', to: 'approved' },
  { kinds: VOIDABLE, from: ['approved'], event: 'transaction-approved', by: 'void', to: 'voided' },
  { kinds: ['offline-sale'], from: ['delivered'], event: 'transaction-approved', by: 'void', to: 'voided' },
  { kinds: REFUNDABLE, from: ['approved'], event: 'transaction-approved', by: 'refund', to: 'approved' },
  {
    kinds: ['offline-sale'],
    from: ['delivered'],
    event: 'transaction-approved',
    by: 'refund',
    to: 'delivered',
  },
  {
    kinds: ['pre-authorisation'],
    from: ['approved'],
    event: 'transaction-approved',
    by: 'completion',
    to: 'completed',
  },
  {
    kinds: ['pre-authorisation'],
    from: ['completed'],
    event: 'transaction-approved',
    by: 'void-of-completion',
    to: 'approved',
  },
  {
    kinds: ['offline-sale'],
    from: ['rejected'],
    event: 'transaction-approved',
    by: 'collection',
    to: 'collected',
  },
  {
    kinds: ['offline-sale'],
    from: ['collected'],
    event: 'transaction-approved',
    by: 'void-of-collection',
    to: 'rejected',
  },
  { kinds: ['offline-sale'], from: ['rejected'], event: 'claim-written-off', to: 'written-off' },
  { kinds: ['offline-sale'], from: ['accepted-offline'], event: 'delivery-set-aside', to: 'undeliverable' },
  { kinds: ['offline-sale'], from: ['undeliverable'], event: 'delivery-asked-again', to: 'accepted-offline' },
  { kinds: ['offline-sale'], from: ['undeliverable'], event: 'host-said-stands', to: 'delivered' },
  { kinds: ['offline-sale'], from: ['undeliverable'], event: 'host-said-undone', to: 'rejected' },
  { kinds: ONLINE, from: ['unknown'], event: 'delivery-set-aside', to: 'undeliverable' },
  {
    kinds: ONLINE,
    from: ['undeliverable', 'reversal-refused'],
    event: 'delivery-asked-again',
    to: 'unknown',
  },
  { kinds: ONLINE, from: ['undeliverable', 'reversal-refused'], event: 'host-said-stands', to: 'approved' },
  {
    kinds: REVERSIBLE,
    from: ['undeliverable', 'reversal-refused'],
    event: 'host-said-undone',
    to: 'reversed',
  },
  { kinds: ['refund'], from: ['undeliverable'], event: 'host-said-undone', to: 'declined' },
  { kinds: ['load'], from: ['undeliverable'], event: 'host-said-undone', to: 'load-refused' },
  ...PURSE_TRANSITIONS,
];

/** @throws Error when the table has no such row: a bug in a decision, never a matter of input. */
export function nextState(kind: TxnKind, from: TxnState | 'new', event: EventKind, by?: Follower): TxnState {
  const row = TRANSITIONS.find(
    (each) => each.event === event && each.by === by && each.kinds.includes(kind) && each.from.includes(from),
  );
  if (!row)
    throw new Error(
      `No transition: a ${kind} in state ${from} cannot take ${event}${by === undefined ? '' : ` of its ${by}`}`,
    );
  return row.to;
}
