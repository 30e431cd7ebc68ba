/** What crosses the contract about shifts, the drawer and reports, as schemas: each is checked on both sides. */
import { z } from 'zod';
import { amountMinor, done, receipt, refusal, supervisor } from './common.ts';
import { openShift } from './status.ts';

/** Values of notes and coins in one count. */
export const DENOMINATIONS_MAX = 30;
/** Characters of a reason. */
export const REASON_LENGTH_MAX = 80;
/** Reports in one list. */
export const REPORTS_PAGE_MAX = 200;

/** Minor units; a difference or an expected amount may be below zero. */
const signedMinor = z.number().int();
const reason = z.string().max(REASON_LENGTH_MAX);

export const reportKind = z.enum(['x', 'z', 'shift', 'settlement']);

/** A report that was made and can be printed again. */
export const reportView = z.object({
  /** `Z-000012`: X, Z, S (shift) or B (settlement) and its own number, without gaps. */
  reportId: z.string(),
  kind: reportKind,
  number: z.number().int(),
  atMs: z.number(),
  operatorCode: z.string(),
  /** It came out of the printer at least once. */
  printed: z.boolean(),
});
export type ReportView = z.infer<typeof reportView>;

export const openShiftInput = z.object({
  /** What lies in the drawer at the beginning, minor units; may be 0. */
  floatMinor: amountMinor,
});

export const moveCashInput = z.object({
  /** The screen's own unique id: the same one twice is one movement, with another amount it is refused. */
  movementId: z.string().min(8).max(64),
  movement: z.enum(['float-added', 'safe-drop']),
  amountMinor,
  reason,
  supervisor: supervisor.optional(),
});

export const openDrawerInput = z.object({ reason, supervisor: supervisor.optional() });

export const closeShiftInput = z.object({
  /** What was counted, minor units. Asked before anything that tells what should be there is shown. */
  countedMinor: amountMinor,
  /** The same by note and coin; must add up to `countedMinor`. */
  denominations: z
    .array(z.object({ valueMinor: amountMinor.min(1), count: z.number().int().min(0).max(100_000) }))
    .max(DENOMINATIONS_MAX)
    .optional(),
  supervisor: supervisor.optional(),
});

export const shiftOpened = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opened'), shift: openShift }),
  refusal,
]);

export const shiftClosed = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('closed'),
    shiftNumber: z.number().int(),
    expectedMinor: signedMinor,
    countedMinor: amountMinor,
    /** Counted less expected: 长款 above zero, 短款 below. */
    differenceMinor: signedMinor,
    report: reportView,
    receipt,
  }),
  refusal,
]);
export type ShiftClosed = z.infer<typeof shiftClosed>;

export const drawerOpened = z.discriminatedUnion('kind', [
  /** It was journalled. `opened`: a drawer on the printer got its pulse; without a printer a key opens it. */
  done.extend({ opened: z.boolean() }),
  refusal,
]);

/** A report that was just made, or is printed again. */
export const reportResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('report'), report: reportView, receipt }),
  refusal,
]);
export type ReportResult = z.infer<typeof reportResult>;

export const reportListInput = z.object({
  kind: reportKind.optional(),
  limit: z.number().int().min(1).max(REPORTS_PAGE_MAX),
});
