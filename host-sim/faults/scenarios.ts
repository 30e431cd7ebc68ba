import type { FaultRule } from './fault.ts';

export interface Scenario {
  /** What happens, in a sentence. */
  readonly sentence: string;
  readonly rules: readonly FaultRule[];
}

const FINANCIAL = '0200';
const MINUTE_MS = 60_000;

/** Named ways to be a bad host, for people who test terminals. */
export const SCENARIOS = {
  'lost-answer': {
    sentence: 'Books the next sale and loses the answer: the terminal must reverse it.',
    rules: [{ kind: 'no-answer-after-booking', mti: FINANCIAL, times: 1 }],
  },
  'lost-request': {
    sentence: 'Never sees the next sale: the reversal comes first.',
    rules: [{ kind: 'no-answer-before-booking', mti: FINANCIAL, times: 1 }],
  },
  'lost-reversal-answer': {
    sentence:
      'Books the next sale, loses its answer, and loses the answer to its reversal twice: it must come again.',
    rules: [
      { kind: 'no-answer-after-booking', mti: FINANCIAL, times: 1 },
      { kind: 'no-answer-after-booking', mti: '0400', times: 2 },
    ],
  },
  'late-answer': {
    sentence: 'Answers the next sale after a minute, when the terminal has long reversed it.',
    rules: [{ kind: 'delay', mti: FINANCIAL, delayMs: MINUTE_MS, times: 1 }],
  },
  'double-answer': {
    sentence: 'Answers every sale twice.',
    rules: [{ kind: 'duplicate-answer', mti: FINANCIAL }],
  },
  'strangers-answer': {
    sentence: 'Answers the next sale under the trace number of another request.',
    rules: [{ kind: 'wrong-answer', mti: FINANCIAL, times: 1 }],
  },
  'forged-answer': {
    sentence: 'Approves the next sale with a MAC that does not hold.',
    rules: [{ kind: 'wrong-mac', mti: FINANCIAL, times: 1 }],
  },
  'broken-line': {
    sentence: 'Books the next sale and closes the connection in the middle of the answer.',
    rules: [{ kind: 'close-in-the-middle', mti: FINANCIAL, times: 1 }],
  },
  'bad-line': {
    sentence: 'Every tenth answer has a changed byte, every tenth is lost, every fifth drips in slowly.',
    rules: [
      { kind: 'corrupt-byte', share: 0.1 },
      { kind: 'no-answer-after-booking', share: 0.1 },
      { kind: 'slow-drip', share: 0.2, delayMs: 5 },
    ],
  },
  'issuer-down': {
    sentence: 'Declines every sale with 91 and takes everything else.',
    rules: [{ kind: 'decline', mti: FINANCIAL, responseCode: '91' }],
  },
  'keys-lost': {
    sentence: 'Asks for a new sign-on at the next sale.',
    rules: [{ kind: 'decline', mti: FINANCIAL, responseCode: 'A0', times: 1 }],
  },
  'partial-approval': {
    sentence: 'Approves half of the next sale, if the terminal can take a part; declines it with 51 if not.',
    rules: [{ kind: 'partial-approval', mti: FINANCIAL, times: 1 }],
  },
  'wrong-words': {
    sentence:
      'Declines one sale each with 51, 55, 41, 05, 12 and 91, so that a tester sees what the cashier reads.',
    rules: ['51', '55', '41', '05', '12', '91'].map((responseCode) => ({
      kind: 'decline' as const,
      mti: FINANCIAL,
      responseCode,
      times: 1,
    })),
  },
  'host-restarts': {
    sentence:
      'Books the next sale and restarts: connections are cut, the answer is lost, nothing listens for two seconds.',
    rules: [{ kind: 'restart', mti: FINANCIAL, delayMs: 2_000, times: 1 }],
  },
  'host-restarts-at-settlement': {
    sentence:
      'Closes the batch and restarts before it has answered: the terminal must ask again and get the same.',
    rules: [{ kind: 'restart', mti: '0500', delayMs: 2_000, times: 1 }],
  },
  'restart-loses-request': {
    sentence: 'Restarts before the next sale is booked: the reversal comes first.',
    rules: [
      { kind: 'no-answer-before-booking', mti: FINANCIAL, times: 1 },
      { kind: 'restart', mti: FINANCIAL, delayMs: 2_000, times: 1 },
    ],
  },
  'unclear-code-payment': {
    sentence: 'Books the next payment by code and loses the answer: the terminal must query, then reverse.',
    rules: [{ kind: 'no-answer-after-booking', mti: FINANCIAL, processingCode: '000000', times: 1 }],
  },
  'unbalanced-day': {
    sentence: 'Says at the next settlement that the totals differ, so that the whole batch is uploaded.',
    rules: [{ kind: 'unbalanced-settlement', mti: '0500', times: 1 }],
  },
  'lost-settlement-answer': {
    sentence: 'Closes the batch and loses the answer: the terminal must ask again and get the same.',
    rules: [{ kind: 'no-answer-after-booking', mti: '0500', times: 1 }],
  },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;

export function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(SCENARIOS, name);
}
