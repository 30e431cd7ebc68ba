/**
 * What names and proves an electronic purse transaction. All of these are upper-case hex, as they are kept in the
 * journal and read out to the issuer; the brands keep a MAC from being taken for a TAC, which have the same length.
 */
type PurseHex<Name extends string> = string & { readonly __brand: Name };

/** Serial of the card's application, 10 bytes; the rightmost 8 make the card's keys. */
export type ApplicationSerial = PurseHex<'ApplicationSerial'>;
/** Number of the terminal (of its PSAM), 6 bytes. */
export type PurseTerminalNumber = PurseHex<'PurseTerminalNumber'>;
/** Serial of one transaction at the terminal, given by its PSAM, 4 bytes. */
export type TerminalSerial = PurseHex<'TerminalSerial'>;
/** What the card made up for one transaction, 4 bytes. */
export type PurseRandom = PurseHex<'PurseRandom'>;
/** Proves the PSAM to the card (purchase), or the card to the host (load). 4 bytes. */
export type PurseMac1 = PurseHex<'PurseMac1'>;
/** Proves the card to the PSAM (purchase), or the host to the card (load). 4 bytes. */
export type PurseMac2 = PurseHex<'PurseMac2'>;
/** The issuer's evidence that the card did it, 4 bytes. */
export type PurseTac = PurseHex<'PurseTac'>;

/** Bytes of each. */
export const PURSE_HEX_BYTES = {
  applicationSerial: 10,
  terminalNumber: 6,
  terminalSerial: 4,
  random: 4,
  mac1: 4,
  mac2: 4,
  tac: 4,
} as const;

interface PurseHexTypes {
  readonly applicationSerial: ApplicationSerial;
  readonly terminalNumber: PurseTerminalNumber;
  readonly terminalSerial: TerminalSerial;
  readonly random: PurseRandom;
  readonly mac1: PurseMac1;
  readonly mac2: PurseMac2;
  readonly tac: PurseTac;
}

export type PurseHexName = keyof PurseHexTypes;

/** Checks and brands. @throws RangeError unless it is upper-case hex of the right length. */
export function purseHex<Name extends PurseHexName>(name: Name, text: string): PurseHexTypes[Name] {
  const byteLength = PURSE_HEX_BYTES[name];
  if (text.length !== 2 * byteLength || !/^[0-9A-F]*$/.test(text))
    throw new RangeError(`${name} is ${byteLength} bytes in upper-case hex, not ${JSON.stringify(text)}`);
  return text as PurseHexTypes[Name];
}

/** `tt`, one byte. 01 and 05 are the passbook's (电子存折). */
export const PURSE_TRANSACTION_TYPE = { load: 0x02, unload: 0x03, purchase: 0x06, composite: 0x09 } as const;

/** The most a purse's balance or one amount can be: 4 bytes. */
export const PURSE_AMOUNT_MINOR_MAX = 0xffff_ffff;
/** A purse's counters are 2 bytes; a card whose counter has come to its end answers 9402. */
export const PURSE_COUNTER_MAX = 0xffff;
