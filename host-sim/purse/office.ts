import { z } from 'zod';
import { fromHex, purseHash, SecretKey } from '../../terminal-core/crypto/index.ts';
import { formatMinor, parseMinor } from '../../terminal-core/domain/money.ts';
import { PURSE_KEY_PURPOSES } from '../keys/purse-keys.ts';
import { FLOAT, purseAccount } from '../ledger/accounts.ts';
import { post } from '../ledger/post.ts';
import type { HostServices } from '../server/outcome.ts';
import { accountingDate } from '../settings.ts';
import type { StoreTransaction } from '../store/store.ts';
import { findPurse, insertPurse } from './purses.ts';

const bytes = (length: number) =>
  z.string().regex(new RegExp(`^[0-9A-F]{${2 * length}}$`), `${length} bytes in upper-case hex`);
const day = z.string().regex(/^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/, 'YYYYMMDD');
/** The last value would be counted over. */
const counter = z.number().int().min(0).max(0xfffe);
const PURSES_MAX = 10_000;

const purseToIssue = z.strictObject({
  applicationSerial: bytes(10),
  /** Yuan like 50.00, as it is on the card. */
  balance: z.string().refine((text) => parseMinor(text) !== undefined, 'yuan like 50.00'),
  startsOn: day,
  expiresOn: day,
  /** As the card's next INITIALIZE gives them. */
  offlineCounter: counter.default(0),
  onlineCounter: counter.default(0),
  status: z.enum(['active', 'blocked', 'hotlisted']).default('active'),
  name: z.string().max(40).default(''),
});

/** One issuer's keys and the cards that it has given out. Only test keys belong into such a file. */
export const purseFile = z.strictObject({
  issuerId: bytes(8),
  keyVersion: z.number().int().min(0).max(255),
  /** Diversification before the card: nothing, the bank, or the city and the bank. */
  levels: z.array(bytes(8)).max(2),
  keys: z.strictObject({ purchase: bytes(16), load: bytes(16), tac: bytes(16) }),
  purses: z.array(purseToIssue).max(PURSES_MAX),
});

export type PurseFile = z.output<typeof purseFile>;
export type PurseToIssue = z.output<typeof purseToIssue>;

/** Seals the issuer's keys into the vault; what is there of this version stays. @returns how many are new. */
export async function savePurseKeys(
  tx: StoreTransaction,
  services: HostServices,
  file: PurseFile,
): Promise<number> {
  let saved = 0;
  for (const purpose of PURSE_KEY_PURPOSES) {
    const isNew = await services.purseKeys.save(tx, {
      issuerId: file.issuerId,
      version: file.keyVersion,
      purpose,
      key: SecretKey.fromHex(file.keys[purpose]),
      levels: file.levels,
    });
    if (isNew) saved += 1;
  }
  return saved;
}

export type PurseIssue =
  | { readonly kind: 'issued' }
  | { readonly kind: 'there-already' }
  | { readonly kind: 'refused'; readonly message: string };

/** Opens the shadow account of a card that was given out, with what is on it. */
export async function issuePurse(
  tx: StoreTransaction,
  services: HostServices,
  issue: { readonly issuerId: string; readonly purse: PurseToIssue; readonly nowMs: number },
): Promise<PurseIssue> {
  const { issuerId, nowMs, purse } = issue;
  const { cardVault, settings } = services;
  if (await findPurse(tx, purse.applicationSerial)) return { kind: 'there-already' };
  const openingMinor = parseMinor(purse.balance) ?? 0;
  if (openingMinor > settings.purseBalanceMaxMinor)
    return {
      kind: 'refused',
      message: `a purse holds at most ${formatMinor(settings.purseBalanceMaxMinor)}`,
    };
  const purseId = await insertPurse(
    tx,
    {
      applicationSerial: purse.applicationSerial,
      serialHash: purseHash(
        fromHex(purse.applicationSerial, 'The application serial'),
        cardVault.cardHashKey,
      ),
      issuerId,
      status: purse.status,
      startsOn: purse.startsOn,
      expiresOn: purse.expiresOn,
      holderName: purse.name,
      openingMinor,
      firstOffline: purse.offlineCounter,
      firstOnline: purse.onlineCounter,
    },
    nowMs,
  );
  if (openingMinor === 0) return { kind: 'issued' };
  await post(tx, {
    kind: 'purse-issue',
    atMs: nowMs,
    accountingDate: accountingDate(nowMs, settings),
    entries: [
      { account: purseAccount(purseId), amountMinor: openingMinor },
      { account: FLOAT, amountMinor: -openingMinor },
    ],
  });
  return { kind: 'issued' };
}
