import type {
  CardHandle,
  PaymentResult,
  PurseHandle,
  SplitSale,
} from '../../../terminal-core/api/contract.ts';
import type { BasketLine } from './basket.ts';

export type Tender =
  | { readonly kind: 'cash'; readonly receivedMinor: number }
  | { readonly kind: 'card'; readonly card: CardHandle }
  | { readonly kind: 'purse'; readonly purse: PurseHandle };

/** One of several payments of a sale. `tenderId` is to it what `saleId` is to a sale that is paid at once. */
export interface TenderPart {
  readonly tenderId: string;
  readonly amountMinor: number;
}

/**
 * One try to pay one basket, or one part of a sale, with one tender. `saleId` is what keeps a customer from paying twice: the same attempt asked
 * again gives the core's first outcome, so an attempt keeps its id until its outcome is known and never lends it.
 */
export interface PaymentAttempt {
  readonly saleId: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly totalMinor: number;
  readonly tender: Tender;
  /** Absent where one tender pays all. */
  readonly part?: TenderPart;
}

export interface AttemptRequest {
  readonly lines: readonly BasketLine[];
  readonly totalMinor: number;
  readonly tender: Tender;
  readonly newSaleId: () => string;
}

export function newAttempt({ lines, totalMinor, tender, newSaleId }: AttemptRequest): PaymentAttempt {
  return {
    saleId: newSaleId(),
    lines: lines.map(({ product, quantity }) => ({ sku: product.sku, quantity })),
    totalMinor,
    tender,
  };
}

/** A further payment of a sale that was paid in part; all that is left, unless `partMinor` says less. */
export function nextPart(options: {
  readonly sale: SplitSale;
  readonly tender: Tender;
  readonly partMinor: number | undefined;
  readonly newTenderId: () => string;
}): PaymentAttempt {
  const { sale, tender, partMinor, newTenderId } = options;
  const { saleId, lines, totalMinor, dueMinor } = sale;
  return {
    saleId,
    lines,
    totalMinor,
    tender,
    part: { tenderId: newTenderId(), amountMinor: partMinor ?? dueMinor },
  };
}

/** What the attempt asks its tender for. */
export function askedMinor({ part, totalMinor }: PaymentAttempt): number {
  return part?.amountMinor ?? totalMinor;
}

/**
 * Whether the attempt must be asked again after a reload. `open`: its outcome is not known. `shown`: it is known and the
 * core gives it again, so that a reload brings the same result back. `over`: nothing happened, the next try is a new one.
 */
export function attemptAfter(result: PaymentResult): 'open' | 'shown' | 'over' {
  switch (result.kind) {
    case 'pin-required':
      return 'open';
    case 'approved':
    case 'unknown':
    case 'undone':
    case 'card-in-doubt':
      return 'shown';
    case 'declined':
    case 'refused':
      return 'over';
  }
}
