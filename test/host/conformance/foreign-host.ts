import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { masterKeyOf } from '../raw-terminal.ts';
import { CARD_ROLES, type CardRole, type TestCard } from './cards.ts';
import { PURSE_ROLES, type PurseRole, type TestPurse } from './purses.ts';

const provisioningSchema = z.object({
  terminalId: z.string().length(8),
  merchantId: z.string().length(15),
  /** Hex; laid over one another they are the terminal master key. One component is the key itself. */
  terminalMasterKeyComponents: z.array(z.string().regex(/^[0-9A-Fa-f]{32}$/)).min(1),
});

const fileSchema = z.strictObject({
  /** The members above, or the name of a file that has them, from this file's folder. */
  terminal: z.union([z.string(), provisioningSchema]),
  /** A card file; its columns kind, status and balance must be those of the roles in cards.ts. */
  cards: z.string(),
  /** A purse file with the keys of its issuer; without it the tests of the electronic purse are skipped. */
  purses: z.string().optional(),
});

const hex = z.string().regex(/^([0-9A-F]{2})+$/);
const pursesSchema = z.object({
  keyVersion: z.number(),
  levels: z.array(hex),
  keys: z.object({ purchase: hex, load: hex, tac: hex }),
  purses: z.array(
    z.object({
      applicationSerial: hex,
      balance: z.string(),
      expiresOn: z.string(),
      status: z.string().default('active'),
    }),
  ),
});

/** Another host than the simulator, as HOST and CONFORMANCE describe it. */
export interface ForeignHost {
  readonly host: string;
  readonly port: number;
  readonly terminalId: string;
  readonly merchantId: string;
  readonly masterKey: Buffer;
  /** A card of the role that no test has used yet. */
  takeCard(role: CardRole): TestCard;
  /** Undefined where the description names no purses. */
  readonly takePurse: ((role: PurseRole) => TestPurse) | undefined;
}

/**
 * @returns undefined without HOST: then the suite starts a simulator of its own for each test.
 * @throws Error in words when the description cannot be used.
 */
export function foreignHost(environment: NodeJS.ProcessEnv): ForeignHost | undefined {
  const { CONFORMANCE: file, HOST: address } = environment;
  const at = /^(.+):(\d{1,5})$/.exec(address ?? '');
  // Some shells export HOST with this machine's name: that is no wish to test another host.
  if (file === undefined && !at) return undefined;
  if (!at) throw new Error(`HOST is host:port, not ${JSON.stringify(address ?? '')}`);
  if (file === undefined) throw new Error('CONFORMANCE must name the JSON file with terminal and cards');
  const beside = (name: string) => resolve(dirname(file), name);
  const description = fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const terminal =
    typeof description.terminal === 'string'
      ? provisioningSchema.parse(JSON.parse(readFileSync(beside(description.terminal), 'utf8')))
      : description.terminal;
  const cards = readCards(beside(description.cards));
  const purses =
    description.purses === undefined
      ? undefined
      : pursesSchema.parse(JSON.parse(readFileSync(beside(description.purses), 'utf8')));
  return {
    host: at[1] ?? '',
    port: Number(at[2]),
    terminalId: terminal.terminalId,
    merchantId: terminal.merchantId,
    masterKey: masterKeyOf(terminal),
    takeCard: (role) => takeCard(cards, role, `${file}.used`),
    takePurse: purses && ((role) => takePurse(purses, role, `${file}.used`)),
  };
}

const columnsSchema = z.array(
  z.object({
    pan: z.string(),
    kind: z.string(),
    status: z.string(),
    balance: z.string(),
    expiry: z.string(),
    pin: z.string(),
  }),
);
type CardLine = z.infer<typeof columnsSchema>[number];

function readCards(file: string): readonly CardLine[] {
  return columnsSchema.parse(parse(readFileSync(file, 'utf8'), { columns: true, trim: true }));
}

function takeCard(cards: readonly CardLine[], role: CardRole, usedFile: string): TestCard {
  const row = CARD_ROLES[role];
  const used = usedBefore(usedFile);
  const isOfRole = (card: CardLine) =>
    (['kind', 'status', 'balance', 'expiry'] as const).every((column) => card[column] === row[column]);
  const card = cards.find((each) => isOfRole(each) && !used.has(each.pan));
  if (!card) {
    throw new Error(
      `The card file has no unused card ${role} (${row.kind}, ${row.status}, ${row.balance}, ${row.expiry}): issue new cards, or issue these anew and delete ${usedFile}.`,
    );
  }
  if (row.isUsedUp) appendFileSync(usedFile, `${card.pan}\n`);
  return {
    pan: card.pan,
    balanceMinor: Math.round(Number(card.balance) * 100),
    expiry: card.expiry,
    pin: card.pin,
  };
}

function takePurse(file: z.infer<typeof pursesSchema>, role: PurseRole, usedFile: string): TestPurse {
  const row = PURSE_ROLES[role];
  const used = usedBefore(usedFile);
  const purse = file.purses.find(
    (each) =>
      (['balance', 'status', 'expiresOn'] as const).every((member) => each[member] === row[member]) &&
      !used.has(each.applicationSerial),
  );
  if (!purse) {
    throw new Error(
      `The purse file has no unused ${role} (${row.status}, ${row.balance}, ${row.expiresOn}): give out new purses, or these anew and delete ${usedFile}.`,
    );
  }
  appendFileSync(usedFile, `${purse.applicationSerial}\n`);
  const { keyVersion, keys, levels } = file;
  return {
    serial: purse.applicationSerial,
    balanceMinor: Math.round(Number(purse.balance) * 100),
    issuer: { keyVersion, keys, levels },
  };
}

function usedBefore(usedFile: string): ReadonlySet<string> {
  return new Set(existsSync(usedFile) ? readFileSync(usedFile, 'utf8').split('\n') : []);
}
