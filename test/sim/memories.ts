/** What people at a till were told and what came out of the printer: none of it is in any system that could be wrong. */
export interface Told {
  readonly till: number;
  readonly txnId: string;
  readonly kind: 'sale' | 'load' | 'card-service' | 'hold' | 'completion' | 'void' | 'refund';
  readonly amountMinor: number;
}

/** One customer's wish to pay once, whatever it takes. */
export interface Intent {
  readonly till: number;
  readonly errandId: string;
  /** One for each attempt. */
  readonly saleIds: string[];
}

/** A sale that somebody began to pay in parts. */
export interface SplitIntent {
  readonly till: number;
  readonly saleId: string;
  readonly totalMinor: number;
}

export interface Print {
  readonly till: number;
  readonly txnId: string;
}

export interface PinTry {
  readonly till: number;
  readonly saleId: string;
}

export interface Memories {
  /** "Approved", as the cashier read it. */
  readonly told: Told[];
  readonly intents: Intent[];
  readonly splits: SplitIntent[];
  readonly printed: Print[];
  /** Sales paid with the card's own PIN. */
  readonly rightPins: PinTry[];
}

export function noMemories(): Memories {
  return { told: [], intents: [], splits: [], printed: [], rightPins: [] };
}
