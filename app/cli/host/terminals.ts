import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createTerminal } from '../../../host-sim/server/terminal-office.ts';
import {
  findTerminal,
  listTerminals,
  setTerminalStatus,
  type Terminal,
  type TerminalStatus,
} from '../../../host-sim/store/terminals.ts';
import { transactionsOfDay, transactionsOfTerminal } from '../../../host-sim/store/transaction-lists.ts';
import type { TransactionState } from '../../../host-sim/store/transactions.ts';
import { DAY_MS } from '../../../terminal-core/domain/local-time.ts';
import type { CommandIo } from '../io.ts';
import { cannotWrite } from '../output-file.ts';
import {
  accountingDayOf,
  COMMON_OPTIONS,
  CommandProblem,
  nowOf,
  printJson,
  withNewOffice,
  withStore,
} from './office.ts';
import { moment, table } from './table.ts';
import { transactionTable } from './transaction-table.ts';

const SHOWN_TRANSACTIONS_MAX = 1_000;
const OPTIONS = {
  ...COMMON_OPTIONS,
  merchant: { type: 'string' },
  'merchant-name': { type: 'string', default: 'Holdfast test store' },
  'merchant-name-zh': { type: 'string', default: '稳付测试商店' },
  out: { type: 'string' },
  day: { type: 'string' },
} as const;

const STATUS_OF: Readonly<Record<string, TerminalStatus>> = { block: 'blocked', unblock: 'active' };

/** `holdfast host terminals list | show TID | log TID [--day D] | create TID --merchant MID | block TID | unblock TID`. */
export async function terminals(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const [action = 'list', terminalId] = positionals;
  if (action === 'list') return list(values, io);
  if (terminalId === undefined || !/^[\x21-\x7e]{8}$/.test(terminalId)) {
    throw new CommandProblem(`host terminals ${action} needs a terminal id of 8 characters`, 2);
  }
  if (action === 'show') return show(values, io, terminalId);
  if (action === 'log') return log(values, io, terminalId);
  if (action === 'create') return create(values, io, terminalId);
  const status = STATUS_OF[action];
  if (!status)
    throw new CommandProblem(
      `host terminals takes list, show, log, create, block, unblock; not ${JSON.stringify(action)}`,
      2,
    );
  await withStore(values, (store) =>
    store.transaction(async (tx) => {
      if (!(await setTerminalStatus(tx, terminalId, status)))
        throw new CommandProblem(`There is no terminal ${terminalId}.`);
    }),
  );
  if (values.json) printJson(io, { terminalId, status });
  else io.stdout.write(`terminal ${terminalId} is ${status} now\n`);
  return 0;
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values'];

function shown(terminal: Terminal) {
  const { batchNumber, masterKeyCheckValue, merchantId, signedOn, signedOnAtMs, status, terminalId } =
    terminal;
  return {
    terminalId,
    merchantId,
    status,
    batchNumber,
    signedOn: signedOn === 1,
    signedOnAtMs,
    masterKeyCheckValue,
  };
}

function terminalTable(rows: readonly ReturnType<typeof shown>[]): string {
  return table(rows, [
    { title: 'terminal', value: (row) => row.terminalId },
    { title: 'merchant', value: (row) => row.merchantId },
    { title: 'status', value: (row) => row.status },
    { title: 'batch', value: (row) => row.batchNumber },
    { title: 'signed on', value: (row) => (row.signedOn ? moment(row.signedOnAtMs) : 'no') },
    { title: 'master key', value: (row) => row.masterKeyCheckValue },
  ]);
}

async function list(values: Values, io: CommandIo): Promise<number> {
  const rows = (await withStore(values, (store) => store.transaction(listTerminals))).map(shown);
  if (values.json) printJson(io, rows);
  else io.stdout.write(terminalTable(rows));
  return 0;
}

/** What a terminal sent in the last day. */
async function show(values: Values, io: CommandIo, terminalId: string): Promise<number> {
  const sinceMs = nowOf(values) - DAY_MS;
  const found = await withStore(values, (store) =>
    store.transaction(async (tx) => {
      const terminal = await findTerminal(tx, terminalId);
      if (!terminal) throw new CommandProblem(`There is no terminal ${terminalId}.`);
      const transactions = await transactionsOfTerminal(tx, terminalId, {
        atMs: sinceMs,
        limit: SHOWN_TRANSACTIONS_MAX,
      });
      return { ...shown(terminal), transactions };
    }),
  );
  if (values.json) printJson(io, found);
  else io.stdout.write(`${terminalTable([found])}\n${transactionTable(found.transactions)}`);
  return 0;
}

/** What a terminal sent on an accounting day, with what it was answered, and what it came to. */
async function log(values: Values, io: CommandIo, terminalId: string): Promise<number> {
  const day = accountingDayOf(values);
  const found = await withStore(values, (store) =>
    store.transaction(async (tx) => {
      const terminal = await findTerminal(tx, terminalId);
      if (!terminal) throw new CommandProblem(`There is no terminal ${terminalId}.`);
      const transactions = await transactionsOfDay(tx, { terminalId, day, limit: SHOWN_TRANSACTIONS_MAX });
      return { ...shown(terminal), day, transactions };
    }),
  );
  if (values.json) {
    printJson(io, found);
    return 0;
  }
  const { transactions } = found;
  const count = (state: TransactionState) => transactions.filter((each) => each.state === state).length;
  io.stdout.write(
    `terminal ${terminalId} of merchant ${found.merchantId}, accounting day ${day}: ${transactions.length} messages, ` +
      `${count('approved')} approved, ${count('declined')} declined, ${count('reversed')} reversed, ${count('voided')} voided\n\n`,
  );
  io.stdout.write(transactionTable(transactions));
  if (transactions.length === SHOWN_TRANSACTIONS_MAX)
    io.stdout.write(`Only the first ${SHOWN_TRANSACTIONS_MAX} are shown.\n`);
  return 0;
}

async function create(values: Values, io: CommandIo, terminalId: string): Promise<number> {
  const { merchant: merchantId, out } = values;
  if (merchantId === undefined || !/^[\x21-\x7e]{15}$/.test(merchantId)) {
    throw new CommandProblem('host terminals create needs --merchant with a merchant id of 15 characters', 2);
  }
  const problem = out === undefined ? undefined : cannotWrite(out);
  if (problem !== undefined) throw new CommandProblem(problem, 2);
  const merchant = {
    merchantId,
    nameZh: values['merchant-name-zh'],
    nameEn: values['merchant-name'],
    feeBasisPoints: 60,
  };
  const created = await withNewOffice(values, ({ nowMs, services, store }) =>
    store.transaction((tx) => createTerminal(tx, services, { terminalId, merchant, nowMs })),
  );
  if (!created.ok) throw new CommandProblem(created.message);
  const { provisioning } = created;
  if (out === undefined) {
    // Key components: shown once, to the person who asked for them.
    io.stdout.write(`${JSON.stringify(provisioning, null, 2)}\n`);
    return 0;
  }
  writeFileSync(out, `${JSON.stringify(provisioning, null, 2)}\n`, { mode: 0o600 });
  if (values.json)
    printJson(io, { terminalId, merchantId, out, checkValue: provisioning.terminalMasterKeyCheckValue });
  else
    io.stdout.write(
      `terminal ${terminalId} is registered; its keys are in ${out} (check value ${provisioning.terminalMasterKeyCheckValue}). Keep that file secret.\n`,
    );
  return 0;
}
