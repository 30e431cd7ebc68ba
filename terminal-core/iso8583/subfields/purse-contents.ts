import type { PurseFields, PurseKey } from './de58.ts';

/** What DE58 carries in one message of the purse, each within its 100 bytes. */
interface PurseContents {
  readonly required: readonly PurseKey[];
  readonly optional: readonly PurseKey[];
}

const TRANSACTION = ['applicationSerial', 'counter', 'transactionType', 'amount'] as const;
const KEY = ['keyVersion', 'algorithm'] as const;

/** docs/protocol.md, "The electronic purse", says what each message means; this says what each must and may carry. */
export const PURSE_CONTENTS = {
  /** 0220 000000 36. The TAC is required unless the flags say that there is none. */
  purchaseRecord: {
    required: [...TRANSACTION, 'terminal', 'terminalSerial', 'date', 'time', 'balanceBefore', ...KEY],
    optional: ['tac', 'random', 'mac2', 'flags'],
  },
  /** 0200 630000 46 and 600000 45: what INITIALIZE FOR LOAD gave. */
  loadRequest: {
    required: [...TRANSACTION, 'terminal', 'balanceBefore', ...KEY, 'random', 'mac1'],
    optional: [],
  },
  /** Their answer: what CREDIT FOR LOAD takes. Date and time are the host's. */
  loadAnswer: { required: [...TRANSACTION, 'date', 'time', 'mac2'], optional: [] },
  /** 0220 630000 46 and 600000 45: the card was credited. The TAC is required unless the flags say that there is none. */
  loadConfirmation: {
    required: [...TRANSACTION, 'terminal', 'date', 'time', 'balanceBefore', ...KEY],
    optional: ['tac', 'flags'],
  },
  /** 0400 of a load: a later INITIALIZE FOR LOAD, which proves that the card was not credited. */
  loadReversal: {
    required: [...TRANSACTION, 'terminal', 'balanceBefore', ...KEY, 'random', 'mac1'],
    optional: [],
  },
} as const satisfies Record<string, PurseContents>;

export type PurseMessage = keyof typeof PURSE_CONTENTS;

/** What the message must carry and does not. */
export function missingPurseObjects(message: PurseMessage, fields: PurseFields): PurseKey[] {
  return PURSE_CONTENTS[message].required.filter((key) => fields[key] === undefined);
}
