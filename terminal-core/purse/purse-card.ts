import type { AmountMinor } from '../domain/money.ts';
import type {
  ApplicationSerial,
  PurseMac1,
  PurseMac2,
  PurseRandom,
  PurseTac,
  PurseTerminalNumber,
  TerminalSerial,
} from '../domain/purse.ts';
import { decodeGb18030 } from '../iso8583/gb18030.ts';
import type { SmartCard } from '../ports/smart-card.ts';
import { ask, type CardAnswer, send } from './card-answer.ts';
import {
  PURSE_COMMANDS,
  PURSE_LOG_RECORDS_MAX,
  proveCommand,
  readBinaryHead,
  readLogCommand,
  readPublicDataCommand,
  VERIFY_PIN_HEAD,
} from './commands.ts';
import { decodeLayout, layoutBytes, type ValuesOf } from './fields.ts';
import type { PurseIssuer } from './issuer.ts';
import { encodePin } from './pin.ts';

/** File 0015. Dates are YYYYMMDD; the card is good up to and with `expiryDate`. */
export interface PursePublicData {
  readonly issuerCode: string;
  readonly applicationType: number;
  readonly version: number;
  readonly applicationSerial: ApplicationSerial;
  readonly startDate: string;
  readonly expiryDate: string;
  readonly fci: string;
}

/** What INITIALIZE FOR PURCHASE gave. Nothing has moved; the counter is the one from before. */
export interface InitialisedPurchase {
  readonly balanceMinor: AmountMinor;
  readonly offlineCounter: number;
  readonly overdraftMinor: AmountMinor;
  readonly keyVersion: number;
  readonly algorithm: number;
  readonly random: PurseRandom;
}

/** What INITIALIZE FOR LOAD gave. Nothing has moved; the counter is the one from before. */
export interface InitialisedLoad {
  readonly oldBalanceMinor: AmountMinor;
  readonly onlineCounter: number;
  readonly keyVersion: number;
  readonly algorithm: number;
  readonly random: PurseRandom;
  /** Proves the card to the host. */
  readonly mac1: PurseMac1;
}

export type PurseLogRecord = ValuesOf<ReturnType<typeof readLogCommand>['answer']>;

/** A purse that `recognisePurse` has selected, for as long as the card stays in. */
export class PurseCard {
  readonly issuer: PurseIssuer;
  readonly #card: SmartCard;

  constructor(card: SmartCard, issuer: PurseIssuer) {
    this.#card = card;
    this.issuer = issuer;
  }

  readPublicData(): Promise<CardAnswer<PursePublicData>> {
    return ask(this.#card, readPublicDataCommand(this.issuer.files.publicDataSfi), {});
  }

  /** The holder's name as the card has it, empty on a bearer card. Nothing else of that file leaves this class. */
  async readHolderName(): Promise<CardAnswer<{ readonly holderName: string }>> {
    const file = this.issuer.files.holder;
    const name = 'READ 0016';
    const answer = await send(this.#card, name, {
      head: readBinaryHead(file.sfi),
      expectedBytes: file.byteLength,
    });
    if (answer.kind !== 'ok') return answer;
    if (answer.data.length !== file.byteLength) {
      const problem = `${answer.data.length} bytes instead of ${file.byteLength}`;
      return { kind: 'malformed', command: name, field: 'length', problem };
    }
    const text = decodeGb18030(answer.data.subarray(file.nameOffset, file.nameOffset + file.nameBytes));
    // Padded with blanks, zeros or FF, as issuers please.
    return { kind: 'ok', holderName: text.replace(/[\p{C}\s]+$/u, '') };
  }

  /** @param pin 4 to 12 digits. @throws RangeError for anything else: the screen checks before. */
  async verifyPin(pin: string): Promise<CardAnswer<unknown>> {
    return send(this.#card, 'VERIFY PIN', {
      head: VERIFY_PIN_HEAD,
      data: encodePin(pin, this.issuer.pinCoding),
    });
  }

  balance(): Promise<CardAnswer<{ readonly balanceMinor: AmountMinor }>> {
    return ask(this.#card, PURSE_COMMANDS.getBalance, {});
  }

  initialisePurchase(request: {
    readonly amountMinor: AmountMinor;
    readonly terminalNumber: PurseTerminalNumber;
  }): Promise<CardAnswer<InitialisedPurchase>> {
    return ask(this.#card, PURSE_COMMANDS.initialiseForPurchase, {
      keyIndex: this.issuer.keyIndexes.purchase,
      ...request,
    });
  }

  /**
   * Takes the money. The caller's row is committed before. Of the answers only a `status` whose meaning is `refused`
   * says that nothing was taken; `isInDoubt` names the others.
   */
  debit(request: {
    readonly terminalSerial: TerminalSerial;
    /** YYYYMMDD and hhmmss, as the PSAM was told. */
    readonly date: string;
    readonly time: string;
    readonly mac1: PurseMac1;
  }): Promise<CardAnswer<{ readonly tac: PurseTac; readonly mac2: PurseMac2 }>> {
    return ask(this.#card, PURSE_COMMANDS.debitForPurchase, request);
  }

  initialiseLoad(request: {
    readonly amountMinor: AmountMinor;
    readonly terminalNumber: PurseTerminalNumber;
  }): Promise<CardAnswer<InitialisedLoad>> {
    return ask(this.#card, PURSE_COMMANDS.initialiseForLoad, {
      keyIndex: this.issuer.keyIndexes.load,
      ...request,
    });
  }

  /** Puts the money on the card; as with `debit`, only a refusal says that it was not. */
  creditForLoad(request: {
    readonly date: string;
    readonly time: string;
    readonly mac2: PurseMac2;
  }): Promise<CardAnswer<{ readonly tac: PurseTac }>> {
    return ask(this.#card, PURSE_COMMANDS.creditForLoad, request);
  }

  /**
   * Asks the card for the codes of its latest transaction of a type.
   * @returns `status` with 9406 or 6985 when it finds none, which never proves that the card did nothing.
   */
  prove(request: {
    /** PURSE_TRANSACTION_TYPE. */
    readonly transactionType: number;
    /** The counter that INITIALIZE gave; the card is asked for the next, which it has counted up to. */
    readonly initialisedCounter: number;
  }): Promise<CardAnswer<{ readonly mac2: PurseMac2; readonly tac: PurseTac }>> {
    return ask(this.#card, proveCommand(request.transactionType), {
      counter: request.initialisedCounter + 1,
    });
  }

  /** @param recordNumber 1 (the latest) to PURSE_LOG_RECORDS_MAX. An unused record is `undefined`. */
  async readLog(recordNumber: number): Promise<CardAnswer<{ readonly record: PurseLogRecord | undefined }>> {
    const spec = readLogCommand(recordNumber, this.issuer.files.logSfi);
    const answer = await send(this.#card, spec.name, {
      head: spec.head,
      expectedBytes: layoutBytes(spec.answer),
    });
    if (answer.kind !== 'ok') return answer;
    const { data } = answer;
    if (data.length > 0 && data.every((byte) => byte === 0 || byte === 0xff))
      return { kind: 'ok', record: undefined };
    const decoded = decodeLayout<typeof spec.answer>(spec.answer, data);
    if (decoded.ok) return { kind: 'ok', record: decoded.values };
    return { kind: 'malformed', command: spec.name, field: decoded.field, problem: decoded.problem };
  }

  /** All records, latest first; stops at the first that is unused or not there. */
  async readLogs(): Promise<CardAnswer<{ readonly records: readonly PurseLogRecord[] }>> {
    const records: PurseLogRecord[] = [];
    for (let recordNumber = 1; recordNumber <= PURSE_LOG_RECORDS_MAX; recordNumber += 1) {
      const answer = await this.readLog(recordNumber);
      if (answer.kind === 'status' && answer.meaning.code === 'record-not-found') break;
      if (answer.kind !== 'ok') return answer;
      if (answer.record === undefined) break;
      records.push(answer.record);
    }
    return { kind: 'ok', records };
  }
}

/** True when a log record is that of this transaction. Cards differ in whether they log the counter from before. */
export function isLoggedAs(
  record: PurseLogRecord,
  transaction: {
    readonly transactionType: number;
    readonly initialisedCounter: number;
    readonly amountMinor: AmountMinor;
    readonly terminalNumber: PurseTerminalNumber;
    readonly date: string;
    readonly time: string;
  },
): boolean {
  const { initialisedCounter } = transaction;
  return (
    (record.counter === initialisedCounter + 1 || record.counter === initialisedCounter) &&
    record.transactionType === transaction.transactionType &&
    record.amountMinor === transaction.amountMinor &&
    record.terminalNumber === transaction.terminalNumber &&
    record.date === transaction.date &&
    record.time === transaction.time
  );
}
