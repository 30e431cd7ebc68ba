import type { CardHandle } from '../../../../../terminal-core/api/contract.ts';
import type { IconName } from '../../../components/icon.tsx';

/** What is asked of the person at the till before the core is, in this order. */
export type Need =
  | 'amount'
  | 'card'
  | 'new-card'
  /** The whole balance of the card, as the host says it. */
  | 'balance'
  /** One more look at what will be done. */
  | 'look';

/** What was asked for so far. */
export interface Gathered {
  readonly amountMinor?: number;
  readonly card?: CardHandle;
  readonly newCard?: CardHandle;
}

interface OperationRow {
  /** The letter that opens it on the page of the card desk. */
  readonly key: string;
  readonly icon: IconName;
  readonly needs: readonly Need[];
}

/** What is done at the card desk, in the order of its buttons. Who may do it, and up to what amount, is the core's word. */
export const DESK_OPERATIONS = {
  load: { key: 'L', icon: 'plus', needs: ['amount', 'card'] },
  activate: { key: 'A', icon: 'check', needs: ['card', 'look'] },
  block: { key: 'B', icon: 'lock', needs: ['card', 'look'] },
  unblock: { key: 'U', icon: 'undo', needs: ['card', 'look'] },
  'report-loss': { key: 'R', icon: 'alert', needs: ['card', 'look'] },
  replace: { key: 'N', icon: 'card', needs: ['card', 'new-card', 'look'] },
  surrender: { key: 'S', icon: 'cash', needs: ['card', 'balance', 'look'] },
  'pre-authorise': { key: 'H', icon: 'hold', needs: ['amount', 'card'] },
} as const satisfies Record<string, OperationRow>;

export type DeskOperation = keyof typeof DESK_OPERATIONS;

// The names of a literal table, in the order in which they are written.
export const DESK_ORDER = Object.keys(DESK_OPERATIONS) as readonly DeskOperation[];
