import type { AmountMinor } from '../domain/money.ts';
import {
  type ApplicationSerial,
  PURSE_TRANSACTION_TYPE,
  type PurseMac1,
  type PurseMac2,
  type PurseTerminalNumber,
  type TerminalSerial,
} from '../domain/purse.ts';
import type { SmartCard } from '../ports/smart-card.ts';
import { ask, type CardAnswer } from './card-answer.ts';
import { initSamCommand, PSAM_COMMANDS } from './commands.ts';
import type { PsamProfile, PurseLevels } from './issuer.ts';
import type { InitialisedPurchase } from './purse-card.ts';
import { selectAll } from './recognise.ts';

/** What INIT SAM FOR PURCHASE needs of the card's answer, of the card and of the sale. */
export interface SamPurchase {
  readonly initialised: Pick<InitialisedPurchase, 'random' | 'offlineCounter' | 'keyVersion' | 'algorithm'>;
  readonly applicationSerial: ApplicationSerial;
  readonly levels: PurseLevels;
  readonly amountMinor: AmountMinor;
  /** YYYYMMDD and hhmmss: the same go to the card. */
  readonly date: string;
  readonly time: string;
}

/** The secure access module of the till, a card in a `sam` slot. */
export class Psam {
  readonly #card: SmartCard;
  readonly #profile: PsamProfile;

  constructor(card: SmartCard, profile: PsamProfile) {
    this.#card = card;
    this.#profile = profile;
  }

  /** Reads the terminal number from the master file and enters the purchase application. Once after each reset. */
  async terminalNumber(): Promise<CardAnswer<{ readonly terminalNumber: PurseTerminalNumber }>> {
    const master = await selectAll(this.#card, this.#profile.masterFile);
    if (master.kind !== 'ok') return master;
    const read = await ask(this.#card, PSAM_COMMANDS.readTerminalNumber, {});
    if (read.kind !== 'ok') return read;
    const application = await selectAll(this.#card, this.#profile.application);
    return application.kind === 'ok' ? read : application;
  }

  /** MAC1 for the card, and the terminal's serial of this transaction, which is used up whatever becomes of it. */
  initForPurchase(
    purchase: SamPurchase,
  ): Promise<CardAnswer<{ readonly terminalSerial: TerminalSerial; readonly mac1: PurseMac1 }>> {
    const { initialised, applicationSerial, levels, amountMinor, date, time } = purchase;
    const between = levelsOf(levels);
    return ask(this.#card, initSamCommand(between.count), {
      random: initialised.random,
      offlineCounter: initialised.offlineCounter,
      amountMinor,
      transactionType: PURSE_TRANSACTION_TYPE.purchase,
      date,
      time,
      keyVersion: initialised.keyVersion,
      algorithm: initialised.algorithm,
      cardFactor: applicationSerial.slice(-16),
      levels: between.hex,
    });
  }

  /**
   * Has the card's MAC2 checked. `ok`: the card is genuine. `status` 9302: it is not, the sale is a suspect. Anything
   * else: not checked, and a PSAM that was reset since cannot check it any more.
   */
  creditForPurchase(request: { readonly mac2: PurseMac2 }): Promise<CardAnswer<unknown>> {
    return ask(this.#card, PSAM_COMMANDS.creditForPurchase, request);
  }
}

function levelsOf(levels: PurseLevels): { readonly count: 0 | 1 | 2; readonly hex: string } {
  switch (levels.kind) {
    case 'card':
      return { count: 0, hex: '' };
    case 'bank':
      return { count: 1, hex: levels.bank };
    case 'city':
      return { count: 2, hex: levels.bank + levels.city };
  }
}
