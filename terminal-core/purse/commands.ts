import type { ApduHead } from './apdu.ts';
import { amount, counterBefore, date, hex, type Layout, named, time, uint } from './fields.ts';

/** One command of the card or the PSAM: fixed head, fields of the data, fields of the answer. */
export interface CommandSpec {
  readonly name: string;
  readonly head: ApduHead;
  readonly data: Layout;
  /** Le is the sum of these; a command whose answer is empty has no Le. */
  readonly answer: Layout;
}

/** Short file identifiers as most issuers have them. */
export const SFI_PUBLIC_DATA = 0x15;
export const SFI_HOLDER = 0x16;
export const SFI_LOG = 0x18;

/** Records of file 18 at most. */
export const PURSE_LOG_RECORDS_MAX = 10;

const dateTime = { date, time } as const;

/**
 * JR/T 0025 "EP", as put together from public implementations. Lc and Le come from the fields, so that a row cannot
 * contradict itself; the bytes are held by test/vectors/epurse.json.
 */
export const PURSE_COMMANDS = {
  getBalance: {
    name: 'GET BALANCE',
    head: [0x80, 0x5c, 0x00, 0x02],
    data: {},
    answer: { balanceMinor: amount() },
  },
  initialiseForLoad: {
    name: 'INITIALIZE FOR LOAD',
    head: [0x80, 0x50, 0x00, 0x02],
    data: { keyIndex: uint(1), amountMinor: amount(), terminalNumber: named('terminalNumber') },
    answer: {
      oldBalanceMinor: amount(),
      onlineCounter: counterBefore,
      keyVersion: uint(1),
      algorithm: uint(1),
      random: named('random'),
      mac1: named('mac1'),
    },
  },
  creditForLoad: {
    name: 'CREDIT FOR LOAD',
    head: [0x80, 0x52, 0x00, 0x00],
    data: { ...dateTime, mac2: named('mac2') },
    answer: { tac: named('tac') },
  },
  initialiseForPurchase: {
    name: 'INITIALIZE FOR PURCHASE',
    head: [0x80, 0x50, 0x01, 0x02],
    data: { keyIndex: uint(1), amountMinor: amount(), terminalNumber: named('terminalNumber') },
    answer: {
      balanceMinor: amount(),
      offlineCounter: counterBefore,
      overdraftMinor: amount(3),
      keyVersion: uint(1),
      algorithm: uint(1),
      random: named('random'),
    },
  },
  debitForPurchase: {
    name: 'DEBIT FOR PURCHASE',
    head: [0x80, 0x54, 0x01, 0x00],
    data: { terminalSerial: named('terminalSerial'), ...dateTime, mac1: named('mac1') },
    // PROVE gives these two in the other order.
    answer: { tac: named('tac'), mac2: named('mac2') },
  },
} as const satisfies Record<string, CommandSpec>;

/** READ BINARY of the public data file; a longer file begins with the same fields. */
export function readPublicDataCommand(sfi: number) {
  return {
    name: 'READ 0015',
    head: readBinaryHead(sfi),
    data: {},
    answer: {
      issuerCode: hex(8),
      applicationType: uint(1),
      version: uint(1),
      applicationSerial: named('applicationSerial'),
      startDate: date,
      /** The last day on which the card is good. */
      expiryDate: date,
      fci: hex(2),
    },
  } as const satisfies CommandSpec;
}

/** READ BINARY from the start of a file by its short identifier. */
export function readBinaryHead(sfi: number): ApduHead {
  return [0x00, 0xb0, 0x80 | sfi, 0x00];
}

/** GET TRANSACTION PROVE. @param transactionType `tt`, which stands in P2. */
export function proveCommand(transactionType: number) {
  return {
    name: 'GET TRANSACTION PROVE',
    head: [0x80, 0x5a, 0x00, transactionType],
    data: { counter: uint(2) },
    // DEBIT FOR PURCHASE gives these two in the other order.
    answer: { mac2: named('mac2'), tac: named('tac') },
  } as const satisfies CommandSpec;
}

/** READ RECORD of the log. @param recordNumber 1 is the latest. */
export function readLogCommand(recordNumber: number, logSfi: number) {
  return {
    name: 'READ LOG',
    head: [0x00, 0xb2, recordNumber, (logSfi << 3) | 0x04],
    data: {},
    answer: {
      /** As counted after the transaction: one more than INITIALIZE gave; some cards keep the one from before. */
      counter: uint(2),
      overdraftMinor: amount(3),
      amountMinor: amount(),
      transactionType: uint(1),
      terminalNumber: named('terminalNumber'),
      ...dateTime,
    },
  } as const satisfies CommandSpec;
}

export const PSAM_COMMANDS = {
  readTerminalNumber: {
    name: 'PSAM READ 0016',
    head: readBinaryHead(SFI_HOLDER),
    data: {},
    answer: { terminalNumber: named('terminalNumber') },
  },
  creditForPurchase: {
    name: 'CREDIT SAM FOR PURCHASE',
    head: [0x80, 0x72, 0x00, 0x00],
    data: { mac2: named('mac2') },
    answer: {},
  },
} as const satisfies Record<string, CommandSpec>;

/**
 * INIT SAM FOR PURCHASE: Lc is 1C, 24 or 2C by the levels between the issuer's key and the card's.
 * @param levelCount 0 card only, 1 bank, 2 bank and city.
 */
export function initSamCommand(levelCount: 0 | 1 | 2) {
  return {
    name: 'INIT SAM FOR PURCHASE',
    head: [0x80, 0x70, 0x00, 0x00],
    data: {
      random: named('random'),
      offlineCounter: uint(2),
      amountMinor: amount(),
      transactionType: uint(1),
      ...dateTime,
      keyVersion: uint(1),
      algorithm: uint(1),
      /** The rightmost 8 bytes of the application serial. */
      cardFactor: hex(8),
      /** Bank, then city: the other order than the keys are derived in. */
      levels: hex(8 * levelCount),
    },
    answer: { terminalSerial: named('terminalSerial'), mac1: named('mac1') },
  } as const satisfies CommandSpec;
}

/** SELECT by application id (P1 04) or by file id (P1 00). Its answer, the FCI, is not looked at. */
export const SELECT_HEAD = { name: [0x00, 0xa4, 0x04, 0x00], file: [0x00, 0xa4, 0x00, 0x00] } as const;
export const VERIFY_PIN_HEAD = [0x00, 0x20, 0x00, 0x00] as const;
