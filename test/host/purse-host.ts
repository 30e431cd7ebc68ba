import type { RunningHost } from '../../host-sim/index.ts';
import { issuePurse, purseFile, savePurseKeys } from '../../host-sim/purse/office.ts';
import { buildFrame, type RawAnswer, type RawField } from './raw-frames.ts';
import { CITY, de58, ISSUER, MASTER_KEYS, type PurseTags } from './raw-purse.ts';
import { n12, type RawTerminal, START_MS } from './test-host.ts';

export const SERIAL = '00001000751200000001';
export const HOTLISTED_SERIAL = '00001000751200000004';
export const EXPIRED_SERIAL = '00001000751200000005';
export const BLOCKED_SERIAL = '00001000751200000006';
export const OPENING_MINOR = 100_00;

/** What a purse file says of the issuer whose keys the raw purses have. */
export const PURSE_ISSUER = { issuerId: ISSUER, keyVersion: 1, levels: [CITY, ISSUER], keys: MASTER_KEYS };

const DATES = { startsOn: '20260101', expiresOn: '20301231', balance: '100.00' };

/** Gives a host an issuer's keys and cards. */
export async function issuePurses(host: RunningHost): Promise<void> {
  await issuePursesOf(host, {
    ...PURSE_ISSUER,
    purses: [
      { ...DATES, applicationSerial: SERIAL },
      { ...DATES, applicationSerial: HOTLISTED_SERIAL, status: 'hotlisted' },
      { ...DATES, applicationSerial: EXPIRED_SERIAL, expiresOn: '20260309' },
      { ...DATES, applicationSerial: BLOCKED_SERIAL, status: 'blocked' },
    ],
  });
}

/** As `holdfast host purses load` does with a file. */
export async function issuePursesOf(host: RunningHost, content: unknown): Promise<void> {
  const file = purseFile.parse(content);
  const { issuerId } = file;
  await host.store.transaction(async (tx) => {
    await savePurseKeys(tx, host.services, file);
    for (const purse of file.purses)
      await issuePurse(tx, host.services, { issuerId, purse, nowMs: START_MS });
  });
}

export type MoreFields = Readonly<Record<number, RawField>>;

/** Record of an offline purchase, by its DE58. */
export function recordFrame(terminal: RawTerminal, tags: PurseTags, more: MoreFields = {}): Buffer {
  const amountMinor = Number.parseInt(tags.DF04 ?? '0', 16);
  const { 22: _none, ...fields } = terminal.fields('36', {
    3: '000000',
    4: n12(amountMinor),
    12: tags.DF08 ?? '',
    13: (tags.DF07 ?? '').slice(4),
    58: de58(tags),
    ...more,
  });
  return buildFrame('0220', fields, terminal.macKey);
}

export function sendRecord(
  terminal: RawTerminal,
  tags: PurseTags,
  more: MoreFields = {},
): Promise<RawAnswer> {
  return terminal.connection.ask(recordFrame(terminal, tags, more));
}

/** One of the three messages of a load in cash; `more` may make it another. */
export function loadFrame(
  terminal: RawTerminal,
  mti: '0200' | '0220' | '0400',
  tags: PurseTags,
  more: MoreFields = {},
): Buffer {
  const amountMinor = Number.parseInt(tags.DF04 ?? '0', 16);
  const fields = terminal.fields('46', {
    3: '630000',
    4: n12(amountMinor),
    25: '91',
    58: de58(tags),
    ...more,
  });
  return buildFrame(mti, fields, terminal.macKey);
}

/** Every ledger account of a kind or with a name that begins so, and its balance. */
export async function balances(host: RunningHost, prefix: string): Promise<Record<string, number>> {
  const rows = await host.store.transaction((tx) =>
    tx.all<{ accountId: string; balanceMinor: number }>(
      'SELECT account_id AS "accountId", balance_minor AS "balanceMinor" FROM ledger_accounts WHERE account_id LIKE ?',
      `${prefix}%`,
    ),
  );
  return Object.fromEntries(rows.map((row) => [row.accountId, row.balanceMinor]));
}

export async function exceptionKinds(host: RunningHost): Promise<string[]> {
  const rows = await host.store.transaction((tx) =>
    tx.all<{ kind: string }>('SELECT kind FROM exceptions ORDER BY exception_id'),
  );
  return rows.map((row) => row.kind);
}

export async function purseStatus(host: RunningHost, serial: string): Promise<string | undefined> {
  const row = await host.store.transaction((tx) =>
    tx.get<{ status: string }>('SELECT status FROM purses WHERE application_serial = ?', serial),
  );
  return row?.status;
}
