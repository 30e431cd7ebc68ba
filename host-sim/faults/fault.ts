import { z } from 'zod';

/** A sentence for each thing that can be made to go wrong. */
export const FAULT_KINDS = {
  decline: 'declines with a code and books nothing',
  delay: 'answers late',
  'no-answer-before-booking': 'forgets the request: books nothing and does not answer',
  'no-answer-after-booking': 'books the request and loses the answer',
  'duplicate-answer': 'sends the answer twice',
  'wrong-mac': 'answers with a MAC that does not hold',
  'corrupt-byte': 'changes one byte of the answer',
  'close-in-the-middle': 'books, sends half of the answer and closes the connection',
  'wrong-answer': 'answers under the trace number of another request',
  'slow-drip': 'sends the answer a few bytes at a time',
  'processing-request': 'asks the terminal, in the header, to do something',
  'partial-approval':
    'approves a part of a purchase with 10 and the lesser amount in DE4, if DE60.6 is 1; declines with 51 if not',
  restart: 'books, cuts every connection and listens again later: the host restarts',
  'unbalanced-settlement': 'says that the totals differ although they do not',
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

const KINDS = Object.keys(FAULT_KINDS) as [FaultKind, ...FaultKind[]];

/** One rule: what goes wrong, and for which requests. A rule without conditions is for every request. */
export const faultRuleSchema = z.strictObject({
  kind: z.enum(KINDS),
  /** Conditions; all that are given must hold. */
  mti: z
    .string()
    .regex(/^\d{4}$/)
    .optional(),
  terminalId: z.string().length(8).optional(),
  /** The last four digits of the card number, so that no rule holds a card number. */
  cardLast4: z
    .string()
    .regex(/^\d{4}$/)
    .optional(),
  amountMinor: z.number().int().nonnegative().optional(),
  processingCode: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
  /** DE60.3, e.g. 201 or 001. */
  control: z
    .string()
    .regex(/^\d{3}$/)
    .optional(),
  /** The part of the matching requests that is hit, 0 to 1; the rest passes. */
  share: z.number().min(0).max(1).optional(),
  /** How many requests it hits before it is spent; without it, all. */
  times: z.number().int().positive().optional(),
  /** `decline`: the code. */
  responseCode: z
    .string()
    .regex(/^[0-9A-Z]{2}$/)
    .optional(),
  /** `partial-approval`: what is approved; half of the amount unless given. */
  approveMinor: z.number().int().positive().optional(),
  /** `delay`: how long. `slow-drip`: between the pieces. `restart`: how long nothing listens. */
  delayMs: z.number().int().min(0).max(600_000).optional(),
  /** `processing-request`: the nibble, 0 to 9. */
  processingRequest: z.number().int().min(0).max(9).optional(),
});

export const FAULT_RULES_MAX = 1_000;
export const faultRulesSchema = z.array(faultRuleSchema).max(FAULT_RULES_MAX);

export type FaultRule = z.infer<typeof faultRuleSchema>;

/** What a rule can look at. */
export interface FaultSubject {
  readonly mti: string;
  readonly terminalId: string;
  readonly cardLast4: string | undefined;
  readonly amountMinor: number | undefined;
  readonly processingCode: string | undefined;
  readonly control: string | undefined;
}

const CONDITIONS = ['mti', 'terminalId', 'cardLast4', 'amountMinor', 'processingCode', 'control'] as const;

export function ruleMatches(rule: FaultRule, subject: FaultSubject): boolean {
  return CONDITIONS.every((name) => rule[name] === undefined || rule[name] === subject[name]);
}
