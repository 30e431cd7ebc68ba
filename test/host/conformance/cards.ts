/** What the suite needs of a card, and what an issuer's file says of it. */
export type CardRole =
  | 'registered'
  | 'bearer'
  | 'empty-bearer'
  | 'inactive'
  | 'expired'
  | 'blocked'
  | 'lost'
  | 'hotlisted'
  | 'expired-bearer'
  | 'expired-little'
  | 'inactive-bearer'
  | 'inactive-expired';

export interface TestCard {
  readonly pan: string;
  /** At its issue, in minor units. */
  readonly balanceMinor: number;
  /** YYMM. */
  readonly expiry: string;
  /** Six digits, or nothing. */
  readonly pin: string;
}

interface RoleRow {
  readonly kind: 'registered' | 'bearer';
  readonly status: 'active' | 'inactive' | 'blocked' | 'lost' | 'hotlisted';
  readonly balance: string;
  readonly expiry: string;
  readonly pin: string;
  /** Whether a test leaves it other than it was, so that the next test needs another one. */
  readonly isUsedUp: boolean;
}

const PIN = '123456';

/** The numbers of a role's cards begin with 622888 and the place of its row here. */
export const CARD_ROLES: Readonly<Record<CardRole, RoleRow>> = {
  registered: {
    kind: 'registered',
    status: 'active',
    balance: '4000.00',
    expiry: '3912',
    pin: PIN,
    isUsedUp: true,
  },
  bearer: { kind: 'bearer', status: 'active', balance: '100.00', expiry: '3912', pin: '', isUsedUp: true },
  'empty-bearer': {
    kind: 'bearer',
    status: 'active',
    balance: '0.00',
    expiry: '3912',
    pin: '',
    isUsedUp: true,
  },
  inactive: {
    kind: 'registered',
    status: 'inactive',
    balance: '0.00',
    expiry: '3912',
    pin: PIN,
    isUsedUp: true,
  },
  expired: {
    kind: 'registered',
    status: 'active',
    balance: '500.00',
    expiry: '2501',
    pin: PIN,
    isUsedUp: true,
  },
  blocked: {
    kind: 'registered',
    status: 'blocked',
    balance: '500.00',
    expiry: '3912',
    pin: PIN,
    isUsedUp: false,
  },
  lost: {
    kind: 'registered',
    status: 'lost',
    balance: '500.00',
    expiry: '3912',
    pin: PIN,
    isUsedUp: false,
  },
  hotlisted: {
    kind: 'registered',
    status: 'hotlisted',
    balance: '500.00',
    expiry: '3912',
    pin: PIN,
    isUsedUp: false,
  },
  'expired-bearer': {
    kind: 'bearer',
    status: 'active',
    balance: '150.00',
    expiry: '2501',
    pin: '',
    isUsedUp: true,
  },
  'expired-little': {
    kind: 'bearer',
    status: 'active',
    balance: '80.00',
    expiry: '2501',
    pin: '',
    isUsedUp: true,
  },
  'inactive-bearer': {
    kind: 'bearer',
    status: 'inactive',
    balance: '0.00',
    expiry: '3912',
    pin: '',
    isUsedUp: true,
  },
  'inactive-expired': {
    kind: 'registered',
    status: 'inactive',
    balance: '0.00',
    expiry: '2501',
    pin: PIN,
    isUsedUp: false,
  },
};

const ROLES = Object.keys(CARD_ROLES) as CardRole[];

/** A card of a role: its number has the role, the place and a check digit. */
export function cardOf(role: CardRole, index: number): TestCard {
  const row = CARD_ROLES[role];
  const digits = `622888${String(ROLES.indexOf(role) + 1).padStart(2, '0')}${String(index).padStart(7, '0')}`;
  return {
    pan: `${digits}${checkDigit(digits)}`,
    balanceMinor: Math.round(Number(row.balance) * 100),
    expiry: row.expiry,
    pin: row.pin,
  };
}

/** An issuer's file with so many cards of each role that is used up, and one of each other. */
export function cardFile(count: number): string {
  const lines = ROLES.flatMap((role) => {
    const { balance, expiry, isUsedUp, kind, pin, status } = CARD_ROLES[role];
    return Array.from({ length: isUsedUp ? count : 1 }, (_, index) =>
      [cardOf(role, index).pan, kind, balance, expiry, pin, status, ''].join(','),
    );
  });
  return `pan,kind,balance,expiry,pin,status,name\n${lines.join('\n')}\n`;
}

function checkDigit(digits: string): number {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return (10 - (sum % 10)) % 10;
}
