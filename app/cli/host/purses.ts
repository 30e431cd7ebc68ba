import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { balanceOf, purseAccount } from '../../../host-sim/ledger/accounts.ts';
import { latestLoads, type StoredLoad } from '../../../host-sim/purse/loads.ts';
import { issuePurse, type PurseFile, purseFile, savePurseKeys } from '../../../host-sim/purse/office.ts';
import { latestPurchases, type StoredPurchase } from '../../../host-sim/purse/purchases.ts';
import {
  findPurse,
  listPurses,
  type PurseStatus,
  type StoredPurse,
  setPurseStatus,
} from '../../../host-sim/purse/purses.ts';
import type { StoreTransaction } from '../../../host-sim/store/store.ts';
import type { CommandIo } from '../io.ts';
import { COMMON_OPTIONS, CommandProblem, printJson, withNewOffice, withOffice, withStore } from './office.ts';
import { moment, table, yuan } from './table.ts';

const SHOWN_MAX = 50;

/** What a status command sets. */
const STATUS_OF: Readonly<Record<string, PurseStatus>> = {
  block: 'blocked',
  unblock: 'active',
  hotlist: 'hotlisted',
};

type Values = Parameters<typeof withStore>[0];

/** `holdfast host purses list | show SERIAL | load FILE | block SERIAL | unblock SERIAL | hotlist SERIAL`. */
export async function purses(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: COMMON_OPTIONS,
  });
  const [action = 'list', argument] = positionals;
  switch (action) {
    case 'list':
      return list(values, io);
    case 'load':
      return load(values, io, argument);
    case 'show':
      return show(values, io, serialOf(argument));
    default: {
      const status = STATUS_OF[action];
      if (!status)
        throw new CommandProblem(
          `host purses takes list, show, load, ${Object.keys(STATUS_OF).join(', ')}; not ${JSON.stringify(action)}`,
          2,
        );
      return setStatus(values, io, { applicationSerial: serialOf(argument), status });
    }
  }
}

async function list(values: Values, io: CommandIo): Promise<number> {
  const rows = await withStore(values, (store) =>
    store.transaction(async (tx) => {
      const found = await listPurses(tx);
      return Promise.all(found.map((purse) => withShadow(tx, purse)));
    }),
  );
  if (values.json) printJson(io, rows);
  else {
    io.stdout.write(
      table(rows, [
        { title: 'application serial', value: (row) => row.applicationSerial },
        { title: 'issuer', value: (row) => row.issuerId },
        { title: 'status', value: (row) => row.status },
        { title: 'good until', value: (row) => row.expiresOn },
        { title: 'shadow', value: (row) => yuan(row.shadowMinor), align: 'right' },
        { title: 'name', value: (row) => row.holderName },
      ]),
    );
  }
  return 0;
}

async function withShadow(tx: StoreTransaction, purse: StoredPurse) {
  const { balanceMinor } = await balanceOf(tx, purseAccount(purse.purseId));
  return { ...purse, shadowMinor: balanceMinor };
}

async function show(values: Values, io: CommandIo, applicationSerial: string): Promise<number> {
  const shown = await withStore(values, (store) =>
    store.transaction(async (tx) => {
      const purse = await findPurse(tx, applicationSerial);
      if (!purse) throw noSuchPurse(applicationSerial);
      return {
        ...(await withShadow(tx, purse)),
        purchases: await latestPurchases(tx, purse.purseId, SHOWN_MAX),
        loads: await latestLoads(tx, purse.purseId, SHOWN_MAX),
      };
    }),
  );
  if (values.json) {
    printJson(io, shown);
    return 0;
  }
  io.stdout.write(
    `purse ${applicationSerial}: ${shown.status} since ${moment(shown.statusSinceMs)}, good from ${shown.startsOn} to ${shown.expiresOn}, shadow ${yuan(shown.shadowMinor)}\n\n`,
  );
  io.stdout.write(purchaseTable(shown.purchases));
  io.stdout.write(`\n${loadTable(shown.loads)}`);
  return 0;
}

function purchaseTable(purchases: readonly StoredPurchase[]): string {
  return table(purchases, [
    { title: 'counter', value: (row) => String(row.counter), align: 'right' },
    { title: 'purchase', value: (row) => row.state },
    { title: 'sold at', value: (row) => row.soldAt },
    { title: 'before', value: (row) => yuan(row.balanceBeforeMinor), align: 'right' },
    { title: 'amount', value: (row) => yuan(row.amountMinor), align: 'right' },
    { title: 'terminal', value: (row) => row.terminalId },
    { title: 'batch', value: (row) => row.saleBatchNumber },
    { title: 'trace', value: (row) => row.saleStan },
  ]);
}

function loadTable(loads: readonly StoredLoad[]): string {
  return table(loads, [
    { title: 'counter', value: (row) => String(row.counter), align: 'right' },
    { title: 'load', value: (row) => row.state },
    { title: 'known by', value: (row) => row.closedBy ?? '' },
    { title: 'before', value: (row) => yuan(row.oldBalanceMinor), align: 'right' },
    { title: 'amount', value: (row) => yuan(row.amountMinor), align: 'right' },
    { title: 'terminal', value: (row) => row.terminalId },
    { title: 'batch', value: (row) => row.batchNumber },
    { title: 'trace', value: (row) => row.stan },
  ]);
}

async function load(values: Values, io: CommandIo, fileName: string | undefined): Promise<number> {
  if (fileName === undefined)
    throw new CommandProblem('host purses load needs a FILE with an issuer’s keys and cards', 2);
  const file = readPurseFile(fileName);
  const problems: string[] = [];
  let [issued, existing] = [0, 0];
  const newKeys = await withNewOffice(values, ({ nowMs, services, store }) =>
    store.transaction(async (tx) => {
      const saved = await savePurseKeys(tx, services, file);
      for (const purse of file.purses) {
        const result = await issuePurse(tx, services, { issuerId: file.issuerId, purse, nowMs });
        if (result.kind === 'issued') issued += 1;
        else if (result.kind === 'there-already') existing += 1;
        else problems.push(`${purse.applicationSerial}: ${result.message}`);
      }
      return saved;
    }),
  );
  if (values.json) printJson(io, { newKeys, issued, existing, problems });
  else
    io.stdout.write(
      `${issued} purses issued, ${existing} were there already, ${problems.length} could not be issued; ${newKeys} keys are new.\n`,
    );
  for (const problem of problems) io.stderr.write(`${fileName}, purse ${problem}\n`);
  return problems.length === 0 ? 0 : 1;
}

function readPurseFile(fileName: string): PurseFile {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(fileName, 'utf8'));
  } catch {
    throw new CommandProblem(`The purse file ${fileName} cannot be read, or is no JSON.`);
  }
  const parsed = purseFile.safeParse(json);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  // Where it is wrong and never what is there: the file holds keys.
  throw new CommandProblem(
    `The purse file ${fileName} is not right at ${z.core.toDotPath(first?.path ?? [])}: ${first?.message ?? ''}`,
  );
}

async function setStatus(
  values: Values,
  io: CommandIo,
  change: { readonly applicationSerial: string; readonly status: PurseStatus },
): Promise<number> {
  const { applicationSerial, status } = change;
  await withOffice(values, ({ nowMs, store }) =>
    store.transaction(async (tx) => {
      if (!(await setPurseStatus(tx, { ...change, nowMs }))) throw noSuchPurse(applicationSerial);
    }),
  );
  if (values.json) printJson(io, change);
  else
    io.stdout.write(
      `purse ${applicationSerial} is ${status} now. Terminals know it with their next hotlist.\n`,
    );
  return 0;
}

function serialOf(text: string | undefined): string {
  const serial = (text ?? '').toUpperCase();
  if (!/^[0-9A-F]{20}$/.test(serial))
    throw new CommandProblem('an application serial of 20 hex digits is expected', 2);
  return serial;
}

function noSuchPurse(applicationSerial: string): CommandProblem {
  return new CommandProblem(`There is no purse ${applicationSerial}.`);
}
