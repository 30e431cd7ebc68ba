/** What comes from readers and scanners. */
import { z } from 'zod';
import { amountMinor, bilingualText } from './common.ts';
import { transactionView } from './transaction.ts';

export const CARD_REF_LIFETIME_MS = 120_000;

/** A refused offline sale on the card that was just read, marked to be paid now: `sale.collectClaim`. */
export const claimDue = z.object({ txnId: z.string(), amountMinor, atMs: z.number() });

/** What an offline sale may still take of a card here. `expiring`: within CERTIFICATE_EXPIRING_MS. */
export const cardCertificate = z.object({
  state: z.enum(['none', 'valid', 'expiring', 'expired']),
  untilMs: z.number().optional(),
  /** Less what this terminal has taken of it already. */
  leftMinor: amountMinor.optional(),
  /** Of any state but `valid`: that a balance inquiry on line renews it. */
  text: bilingualText.optional(),
});

export const cardHandle = z.object({
  kind: z.literal('card'),
  cardRef: z.string(),
  maskedPan: z.string(),
  entryMode: z.enum(['keyed', 'magnetic', 'barcode']),
  /** Oldest first; absent when the card has none. */
  claims: z.array(claimDue).optional(),
  /** Whether its certificate would let it be taken offline now. */
  certificate: cardCertificate.optional(),
});
export type CardHandle = z.infer<typeof cardHandle>;

/** A purse in the slot. `purseRef` is good until it is taken out. */
export const purseHandle = z.object({
  kind: z.literal('purse'),
  purseRef: z.string(),
  lastDigits: z.string(),
  balanceMinor: amountMinor,
  /** YYYYMMDD, the last day. */
  expiryDate: z.string(),
});
export type PurseHandle = z.infer<typeof purseHandle>;

/** What the devices bring in, as it happens. */
export const deviceEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('scan'), deviceId: z.string(), text: z.string() }),
  cardHandle,
  z.object({ kind: z.literal('card-misread'), deviceId: z.string(), text: bilingualText }),
  purseHandle,
  z.object({ kind: z.literal('purse-removed'), purseRef: z.string() }),
  /** The card that came back has said what became of the sale or load that it left open. */
  z.object({
    kind: z.literal('doubt-settled'),
    transaction: transactionView,
    text: bilingualText,
    nextStep: bilingualText,
    /** The sale was paid otherwise in the meantime: this is owed to the customer. */
    owedBackMinor: amountMinor.optional(),
  }),
]);
export type DeviceEvent = z.infer<typeof deviceEvent>;
