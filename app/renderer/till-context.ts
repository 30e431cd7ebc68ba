import { createContext, useContext } from 'react';
import type { CardHandle, PurseHandle, TillStatus } from '../../terminal-core/api/contract.ts';
import type { BilingualText } from './i18n/i18n.ts';
import type { InputHub } from './input/input-hub.ts';
import type { BasketStore } from './store/basket-store.ts';
import type { CatalogueStore } from './store/catalogue-store.ts';
import type { Cell } from './store/cell.ts';
import type { ClaimOffers } from './store/claim-offers.ts';
import type { PaymentStore } from './store/payment-store.ts';
import type { Preferences } from './store/preferences.ts';
import type { CoreLink } from './transport/core-link.ts';

/** The back office, page by page, in the order of its tabs. */
export const DAY_PAGES = ['settle', 'shift', 'reports', 'bench', 'exposure', 'training', 'cards'] as const;
export type DayPage = (typeof DAY_PAGES)[number];
export type TenderKind = 'cash' | 'card' | 'purse';

export type Screen =
  | { readonly kind: 'sell'; readonly showsHeld?: boolean }
  | {
      readonly kind: 'pay';
      readonly tender: TenderKind;
      readonly card?: CardHandle;
      /** Only this much of what is left, minor units. */
      readonly partMinor?: number;
    }
  | { readonly kind: 'journal' }
  | { readonly kind: 'day'; readonly page?: DayPage };

/** What is done in a dialog of its own, over whatever screen is open. */
export type TillDialog =
  | { readonly kind: 'cancel-sale'; readonly saleId: string }
  /** `refundId`: one that was planned before and is taken up again. */
  | { readonly kind: 'refund-sale'; readonly saleId: string; readonly refundId?: string }
  /** `refundOf`: the purse sale that is given back to its card; otherwise cash is loaded. */
  | { readonly kind: 'purse'; readonly refundOf?: PurseRefund };

export interface PurseRefund {
  readonly txnId: string;
  /** What has not gone back yet, minor units. */
  readonly leftMinor: number;
}

/** One thing the cashier should know now; the next one takes its place. `calm`: nothing went wrong, and no sound is made. */
export interface Notice {
  readonly tone: 'problem' | 'good' | 'calm';
  readonly text: BilingualText;
  readonly nextStep?: BilingualText;
  /** Good news that somebody must have read: it does not go away by itself. */
  readonly stays?: boolean;
}

/** Everything the screens work with, made once at the start. */
export interface Till {
  readonly link: CoreLink;
  /** The newest status; undefined until the core has sent one. */
  readonly status: Cell<TillStatus | undefined>;
  readonly inputs: InputHub;
  readonly baskets: BasketStore;
  readonly catalogue: CatalogueStore;
  readonly payment: PaymentStore;
  readonly claims: ClaimOffers;
  readonly preferences: Preferences;
  readonly screen: Cell<Screen>;
  readonly dialog: Cell<TillDialog | undefined>;
  /** The purse that is in the slot. */
  readonly purse: Cell<PurseHandle | undefined>;
  readonly notice: Cell<Notice | undefined>;
}

export const TillContext = createContext<Till | undefined>(undefined);

/** @throws Error outside the till's provider, which is a bug. */
export function useTill(): Till {
  const till = useContext(TillContext);
  if (till === undefined) throw new Error('A screen was rendered outside the till');
  return till;
}
