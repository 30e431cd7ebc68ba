import { z } from 'zod';
import { SFI_HOLDER, SFI_LOG, SFI_PUBLIC_DATA } from './commands.ts';

/** Issuers in one configuration at most. */
export const PURSE_ISSUERS_MAX = 16;
/** SELECT commands on the way to an application at most. */
export const SELECTIONS_MAX = 4;

/** Application id of the purse that most issuers use. */
const PURSE_APPLICATION_ID = 'A00000000386980701';
const MASTER_FILE_ID = '3F00';

const hexBytes = (bytes: number) =>
  z.string().regex(new RegExp(`^[0-9A-F]{${2 * bytes}}$`), `${bytes} bytes in upper-case hex`);
const sfi = z.number().int().min(1).max(30);
const keyIndex = z.number().int().min(0).max(255);

const selection = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('name'),
    applicationId: z.string().regex(/^([0-9A-F]{2}){5,16}$/, '5 to 16 bytes in upper-case hex'),
  }),
  z.strictObject({ by: z.literal('file'), fileId: hexBytes(2) }),
]);

const selections = z.array(selection).min(1).max(SELECTIONS_MAX);

/** Where the holder's file keeps what the till shows. It holds an identity number, too, which is never given out. */
const holderFile = z
  .strictObject({
    sfi: sfi.default(SFI_HOLDER),
    byteLength: z.number().int().min(1).max(255),
    nameOffset: z.number().int().min(0).max(254),
    nameBytes: z.number().int().min(1).max(255),
  })
  .refine((file) => file.nameOffset + file.nameBytes <= file.byteLength, 'the name ends behind the file');

/** The holder's file where the standard's own layout is followed: type, staff, name 20, identity number 32, its type. */
const STANDARD_HOLDER_FILE = { sfi: SFI_HOLDER, byteLength: 55, nameOffset: 2, nameBytes: 20 };

/** One issuer's cards: how they are known, where their files are, and how their keys come from the issuer's. */
export const purseIssuer = z.strictObject({
  issuerId: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'lower-case letters, digits and hyphens'),
  name: z.strictObject({ 'zh-CN': z.string().min(1).max(40), en: z.string().min(1).max(40) }),
  /** The issuer's code in file 0015, where one application id serves several issuers. */
  issuerCode: hexBytes(8).exactOptional(),
  /** Beginning of the answer to reset, `?` for any digit; cards of other beginnings are not asked. */
  atr: z
    .string()
    .regex(/^[0-9A-F?]{2,66}$/, 'upper-case hex digits and ?')
    .exactOptional(),
  select: selections.default([{ by: 'name', applicationId: PURSE_APPLICATION_ID }]),
  files: z
    .strictObject({
      publicDataSfi: sfi.default(SFI_PUBLIC_DATA),
      logSfi: sfi.default(SFI_LOG),
      holder: holderFile.default(STANDARD_HOLDER_FILE),
    })
    .prefault({}),
  keyIndexes: z.strictObject({ load: keyIndex.default(1), purchase: keyIndex.default(1) }).prefault({}),
  /** Levels between the issuer's key and the card's, as the PSAM is told them. Keys go city, bank, card. */
  levels: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('card') }),
      z.strictObject({ kind: z.literal('bank'), bank: hexBytes(8) }),
      z.strictObject({ kind: z.literal('city'), bank: hexBytes(8), city: hexBytes(8) }),
    ])
    .default({ kind: 'card' }),
  /** `bcd`: two digits a byte, padded with F; `ascii`: one. */
  pinCoding: z.enum(['bcd', 'ascii']).default('bcd'),
});

export type PurseIssuer = z.output<typeof purseIssuer>;
export type PurseIssuerConfig = z.input<typeof purseIssuer>;
export type PurseSelection = z.output<typeof selection>;
export type PurseLevels = PurseIssuer['levels'];

/** The issuers whose cards a till takes, in the order in which they are tried. */
export const purseIssuers = z
  .array(purseIssuer)
  .max(PURSE_ISSUERS_MAX)
  .refine(
    (list) => new Set(list.map(({ issuerId }) => issuerId)).size === list.length,
    'two issuers have the same issuerId',
  );

/** How a PSAM is entered: its terminal number stands in the master file, its purchases in an application. */
export const psamProfile = z.strictObject({
  masterFile: selections.default([{ by: 'file', fileId: MASTER_FILE_ID }]),
  application: z
    .array(selection)
    .max(SELECTIONS_MAX)
    .default([{ by: 'file', fileId: 'DF01' }]),
});

export type PsamProfile = z.output<typeof psamProfile>;

/** True when an answer to reset begins as the pattern says. @param atr upper-case hex. */
export function fitsAtr(pattern: string | undefined, atr: string): boolean {
  if (pattern === undefined) return true;
  return [...pattern].every((digit, index) => digit === '?' || digit === atr[index]);
}
