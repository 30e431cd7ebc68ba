import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { exceptionsOfCard } from '../../../host-sim/exceptions/exceptions.ts';
import { balanceOf, cardAccount } from '../../../host-sim/ledger/accounts.ts';
import { statementOf } from '../../../host-sim/ledger/statement.ts';
import { issueCard, readCardFile } from '../../../host-sim/server/card-office.ts';
import { DEFAULT_SETTINGS } from '../../../host-sim/settings.ts';
import {
  CARD_STATUSES,
  type CardStatus,
  findCard,
  listCards,
  type StoredCard,
  setCardStatus,
} from '../../../host-sim/store/cards.ts';
import type { StoreTransaction } from '../../../host-sim/store/store.ts';
import { transactionsOfCard } from '../../../host-sim/store/transaction-lists.ts';
import { Pan } from '../../../terminal-core/domain/pan.ts';
import type { CommandIo } from '../io.ts';
import { exceptionTable, explained } from './exceptions.ts';
import { COMMON_OPTIONS, CommandProblem, printJson, withNewOffice, withOffice, withStore } from './office.ts';
import { moment, table, yuan } from './table.ts';
import { transactionTable } from './transaction-table.ts';

const SHOWN_TRANSACTIONS_MAX = 50;

/** What a status command sets. */
const STATUS_OF: Readonly<Record<string, CardStatus>> = {
  block: 'blocked',
  unblock: 'active',
  lost: 'lost',
  hotlist: 'hotlisted',
};

/** `holdfast host cards list | show PAN | load FILE | block PAN | unblock PAN | lost PAN | hotlist PAN`. */
export async function cards(args: readonly string[], io: CommandIo): Promise<number> {
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
      return show(values, io, panOf(argument));
    default: {
      const status = STATUS_OF[action];
      if (!status)
        throw new CommandProblem(
          `host cards takes list, show, load, ${Object.keys(STATUS_OF).join(', ')}; not ${JSON.stringify(action)}`,
          2,
        );
      return setStatus(values, io, { pan: panOf(argument), status });
    }
  }
}

type Values = Parameters<typeof withStore>[0];

async function list(values: Values, io: CommandIo): Promise<number> {
  const rows = await withStore(values, (store) =>
    store.transaction(async (tx) => Promise.all((await listCards(tx)).map((card) => withBalance(tx, card)))),
  );
  if (values.json) printJson(io, rows);
  else {
    io.stdout.write(
      table(rows, [
        { title: 'card', value: (row) => row.pan },
        { title: 'kind', value: (row) => row.kind },
        { title: 'status', value: (row) => row.status },
        { title: 'expiry', value: (row) => row.expiry },
        { title: 'balance', value: (row) => yuan(row.balanceMinor), align: 'right' },
        { title: 'PIN', value: (row) => (row.hasPin ? 'yes' : 'no') },
        { title: 'name', value: (row) => row.name },
      ]),
    );
  }
  return 0;
}

/** A card as it may be shown: no clear number, no verifier. */
async function withBalance(tx: StoreTransaction, card: StoredCard) {
  const { balanceMinor } = await balanceOf(tx, cardAccount(card.cardId));
  return {
    pan: card.panMasked,
    kind: card.kind,
    status: card.status,
    statusSinceMs: card.statusSinceMs,
    expiry: card.expiry,
    balanceMinor,
    hasPin: card.pinVerifier !== null,
    name: card.holderName,
  };
}

async function load(values: Values, io: CommandIo, file: string | undefined): Promise<number> {
  if (file === undefined)
    throw new CommandProblem(
      'host cards load needs a FILE with the columns pan,kind,balance,expiry,pin,status,name',
      2,
    );
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new CommandProblem(`The card file ${file} cannot be read.`);
  }
  const { cards: found, problems } = readCardFile(text, DEFAULT_SETTINGS);
  const existing: string[] = [];
  let loaded = 0;
  await withNewOffice(values, ({ nowMs, services, store }) =>
    store.transaction(async (tx) => {
      for (const { card, line } of found) {
        if (await issueCard(tx, services, { card, nowMs })) loaded += 1;
        else existing.push(`line ${line}: the card is there already and was left as it is`);
      }
    }),
  );
  if (values.json) printJson(io, { loaded, existing: existing.length, problems });
  else
    io.stdout.write(
      `${loaded} cards loaded, ${existing.length} were there already, ${problems.length} lines could not be used.\n`,
    );
  for (const problem of problems) io.stderr.write(`${file}, ${problem}\n`);
  return problems.length === 0 ? 0 : 1;
}

async function show(values: Values, io: CommandIo, pan: Pan): Promise<number> {
  const shown = await withOffice(values, ({ services, store }) =>
    store.transaction(async (tx) => {
      const card = await findCard(tx, services.cardVault.panHash(pan));
      if (!card) throw new CommandProblem(`There is no card ${pan.masked()}.`);
      return {
        ...(await withBalance(tx, card)),
        transactions: await transactionsOfCard(tx, card.cardId, SHOWN_TRANSACTIONS_MAX),
        statement: await statementOf(tx, cardAccount(card.cardId), SHOWN_TRANSACTIONS_MAX),
        exceptions: (await exceptionsOfCard(tx, card.cardId, SHOWN_TRANSACTIONS_MAX)).map(explained),
      };
    }),
  );
  if (values.json) {
    printJson(io, shown);
    return 0;
  }
  io.stdout.write(
    `card ${shown.pan}: ${shown.kind}, ${shown.status} since ${moment(shown.statusSinceMs)}, expires ${shown.expiry}, balance ${yuan(shown.balanceMinor)}\n\n`,
  );
  io.stdout.write(`${transactionTable(shown.transactions)}\nWhat moved its balance, newest first:\n`);
  io.stdout.write(
    table(shown.statement, [
      { title: 'time', value: (row) => moment(row.atMs) },
      { title: 'posting', value: (row) => String(row.postingId), align: 'right' },
      { title: 'what', value: (row) => row.kind },
      { title: 'amount', value: (row) => yuan(row.amountMinor), align: 'right' },
      { title: 'balance', value: (row) => yuan(row.balanceMinor), align: 'right' },
    ]),
  );
  io.stdout.write(
    shown.exceptions.length === 0
      ? '\nNo exception names it.\n'
      : `\nExceptions that name it:\n${exceptionTable(shown.exceptions)}`,
  );
  return 0;
}

async function setStatus(
  values: Values,
  io: CommandIo,
  change: { readonly pan: Pan; readonly status: CardStatus },
): Promise<number> {
  const { pan, status } = change;
  await withOffice(values, ({ nowMs, services, store }) =>
    store.transaction(async (tx) => {
      const done = await setCardStatus(tx, { panHash: services.cardVault.panHash(pan), status, nowMs });
      if (!done) throw new CommandProblem(`There is no card ${pan.masked()}.`);
    }),
  );
  if (values.json) printJson(io, { pan: pan.masked(), status });
  else io.stdout.write(`card ${pan.masked()} is ${status} now. Terminals know it with their next hotlist.\n`);
  return 0;
}

function panOf(text: string | undefined): Pan {
  const pan = Pan.parse(text ?? '');
  if (!pan)
    throw new CommandProblem(
      `a card number of 12 to 19 digits is expected; statuses are ${CARD_STATUSES.join(', ')}`,
      2,
    );
  return pan;
}
