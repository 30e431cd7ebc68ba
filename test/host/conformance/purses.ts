import { CITY, ISSUER, MASTER_KEYS, type RawIssuer } from '../raw-purse.ts';

/** What the suite needs of a purse, and what an issuer's file says of it. */
export type PurseRole = 'purse' | 'hotlisted-purse' | 'expired-purse';

/** A purse as it was given out: its counters begin at zero. */
export interface TestPurse {
  readonly serial: string;
  readonly balanceMinor: number;
  readonly issuer: RawIssuer;
}

interface PurseRow {
  readonly balance: string;
  readonly expiresOn: string;
  readonly status: 'active' | 'hotlisted';
}

/** The number of a role's purses has the place of its row here. */
export const PURSE_ROLES: Readonly<Record<PurseRole, PurseRow>> = {
  purse: { balance: '100.00', expiresOn: '20391231', status: 'active' },
  'hotlisted-purse': { balance: '100.00', expiresOn: '20391231', status: 'hotlisted' },
  'expired-purse': { balance: '100.00', expiresOn: '20250131', status: 'active' },
};

const ROLES = Object.keys(PURSE_ROLES) as PurseRole[];

/** The keys with which `--prepare` gives purses out: well known, and good for nothing else. */
export const TEST_ISSUER: RawIssuer = { levels: [CITY, ISSUER], keyVersion: 1, keys: MASTER_KEYS };

export function purseOf(role: PurseRole, index: number): TestPurse {
  const place = String(ROLES.indexOf(role) + 1).padStart(2, '0');
  return {
    serial: `000010007513${place}${String(index).padStart(6, '0')}`,
    balanceMinor: Math.round(Number(PURSE_ROLES[role].balance) * 100),
    issuer: TEST_ISSUER,
  };
}

/** An issuer's file, as `holdfast host purses load` takes it, with so many purses of each role. */
export function purseFileFor(count: number): unknown {
  return {
    issuerId: ISSUER,
    ...TEST_ISSUER,
    purses: ROLES.flatMap((role) =>
      Array.from({ length: count }, (_, index) => ({
        applicationSerial: purseOf(role, index).serial,
        startsOn: '20200101',
        ...PURSE_ROLES[role],
      })),
    ),
  };
}
