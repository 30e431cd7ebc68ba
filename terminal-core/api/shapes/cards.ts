/** The desk for host-account cards, as it crosses the contract. */
import { z } from 'zod';
import { amountMinor, bilingualText, pin, receipt, refusal, supervisor, undoId } from './common.ts';
import { cardCertificate, claimDue } from './devices.ts';
import { paymentResult } from './sale.ts';

export const inquireInput = z.object({
  /** `statement`: the last ten movements, with the balance. */
  inquiry: z.enum(['balance', 'statement']),
  cardRef: z.string().max(64),
  /** Needed by no host rule; checked, and counted when wrong, where it is given. */
  pin: pin.optional(),
  /** Print the slip, too. */
  print: z.boolean().optional(),
});

/** One movement of a card. */
export const statementLine = z.object({
  /** YYYYMMDD and hhmmss, the host's local time. */
  date: z.string(),
  time: z.string(),
  what: bilingualText,
  /** Minor units, below zero where the card paid. */
  amountMinor: z.number().int(),
  /** On the card after it. */
  balanceMinor: amountMinor,
});

/** What a purse has written down itself, newest first. It proves nothing, and moves nothing to be asked for. */
export const purseLog = z.object({
  kind: z.literal('purse-log'),
  lines: z.array(
    z.object({
      /** YYYYMMDD and hhmmss, as the card was told. */
      date: z.string(),
      time: z.string(),
      what: bilingualText,
      /** Minor units, below zero where the card paid. */
      amountMinor: z.number().int(),
      /** 12 hex digits. */
      terminalNumber: z.string(),
    }),
  ),
});
export const purseLogResult = z.discriminatedUnion('kind', [purseLog, refusal]);
export type PurseLogResult = z.infer<typeof purseLogResult>;

export const inquiryResult = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('inquiry'),
    maskedPan: z.string(),
    balanceMinor: amountMinor.optional(),
    /** Of a statement, newest first. */
    lines: z.array(statementLine).optional(),
    /** As it is after the answer, which has renewed it. */
    certificate: cardCertificate,
    /** A slip for the customer; it proves nothing. */
    receipt,
  }),
  z.object({
    kind: z.literal('declined'),
    responseCode: z.string(),
    text: bilingualText,
    nextStep: bilingualText,
  }),
  refusal,
]);
export type InquiryResult = z.infer<typeof inquiryResult>;

export const loadInput = z.object({
  loadId: undoId,
  amountMinor,
  cardRef: z.string().max(64),
});

const served = {
  serviceId: undoId,
  cardRef: z.string().max(64),
  pin: pin.optional(),
  supervisor: supervisor.optional(),
};

export const serveInput = z.discriminatedUnion('service', [
  z.object({ service: z.literal('activate'), ...served }),
  z.object({ service: z.literal('block'), ...served }),
  z.object({ service: z.literal('unblock'), ...served }),
  z.object({ service: z.literal('report-loss'), ...served }),
  z.object({ service: z.literal('replace'), ...served, newCardRef: z.string().max(64) }),
  z.object({ service: z.literal('surrender'), ...served, amountMinor }),
]);

/** What became of a load, with what the card's holder still owes this store, to be offered for payment now. */
export const loadResult = z.object({ result: paymentResult, claims: z.array(claimDue) });
export type LoadResult = z.infer<typeof loadResult>;
