import { z } from 'zod';
import { fromHex, toHex } from '../../crypto/bytes.ts';
import { diversify, SecretKey } from '../../crypto/index.ts';
import { type ApplicationSerial, PURSE_AMOUNT_MINOR_MAX, PURSE_COUNTER_MAX } from '../../domain/purse.ts';
import type { PurseLevels } from '../issuer.ts';

const bytes = (length: number) => z.string().regex(new RegExp(`^[0-9A-F]{${2 * length}}$`));
const counter = z.number().int().min(0).max(PURSE_COUNTER_MAX);
const byte = z.number().int().min(0).max(255);

const keySlot = z.strictObject({
  index: byte,
  version: byte,
  algorithm: byte,
  /** The card's own key, 16 bytes. */
  value: bytes(16),
});

/** What a simulated purse keeps when the power is gone. Only test keys belong here: the file is not protected. */
export const purseCardState = z.strictObject({
  applicationId: z.string().regex(/^([0-9A-F]{2}){5,16}$/),
  fileId: bytes(2),
  issuerCode: bytes(8),
  applicationSerial: bytes(10),
  startDate: z.string().regex(/^\d{8}$/),
  expiryDate: z.string().regex(/^\d{8}$/),
  /** File 0016, as bytes. */
  holderFile: z.string().regex(/^([0-9A-F]{2}){1,255}$/),
  balanceMinor: z.number().int().min(0).max(PURSE_AMOUNT_MINOR_MAX),
  overdraftMinor: z.number().int().min(0).max(0xff_ffff),
  onlineCounter: counter,
  offlineCounter: counter,
  purchaseKeys: z.array(keySlot),
  loadKeys: z.array(keySlot),
  tacKey: bytes(16),
  /** As VERIFY sends it. */
  pin: z.string().regex(/^([0-9A-F]{2}){2,6}$/),
  pinTriesLeft: z.number().int().min(0).max(15),
  pinTriesMax: z.number().int().min(1).max(15),
  /** What must not begin before the PIN was verified. */
  needsPinFor: z.array(z.enum(['load', 'purchase'])),
  /** 9303 to everything that moves money. */
  isLocked: z.boolean(),
  /** Records of 23 bytes, latest first. */
  log: z.array(bytes(23)),
  /** The codes of the latest transaction, under the counter from after it. */
  proof: z.strictObject({ transactionType: byte, counter, mac2: bytes(4), tac: bytes(4) }).exactOptional(),
});

export type PurseCardState = z.output<typeof purseCardState>;

/** An issuer's keys, each 16 bytes in hex. For simulated cards and test PSAMs only. */
export interface IssuerKeys {
  readonly purchase: string;
  readonly load: string;
  readonly tac: string;
}

/** A fresh card of an issuer: its keys are derived as the PSAM and the host derive them. */
export function personalise(card: {
  readonly issuerKeys: IssuerKeys;
  readonly levels: PurseLevels;
  readonly applicationSerial: ApplicationSerial;
  readonly changes?: Partial<PurseCardState>;
}): PurseCardState {
  const { issuerKeys, levels, applicationSerial } = card;
  const own = (key: string): string => cardKey(key, levels, applicationSerial);
  const slot = (key: string) => ({ index: 1, version: 1, algorithm: 0, value: own(key) });
  return {
    applicationId: 'A00000000386980701',
    fileId: '3F01',
    issuerCode: '1000750000000000',
    applicationSerial,
    startDate: '20260101',
    expiryDate: '20301231',
    holderFile: '00'.repeat(55),
    balanceMinor: 0,
    overdraftMinor: 0,
    onlineCounter: 0,
    offlineCounter: 0,
    purchaseKeys: [slot(issuerKeys.purchase)],
    loadKeys: [slot(issuerKeys.load)],
    tacKey: own(issuerKeys.tac),
    pin: '123456',
    pinTriesLeft: 3,
    pinTriesMax: 3,
    needsPinFor: [],
    isLocked: false,
    log: [],
    ...card.changes,
  };
}

/** The key of one card: city, bank, card, as far as the issuer has these levels. */
function cardKey(master: string, levels: PurseLevels, applicationSerial: string): string {
  const factors =
    levels.kind === 'city' ? [levels.city, levels.bank] : levels.kind === 'bank' ? [levels.bank] : [];
  const all = [...factors, applicationSerial].map((factor) => fromHex(factor, 'factor'));
  return toHex(diversify(SecretKey.fromHex(master), all).reveal());
}
