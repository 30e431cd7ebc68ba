import { parseArgs } from 'node:util';
import {
  closeException,
  findException,
  listExceptions,
  type StoredException,
} from '../../../host-sim/exceptions/exceptions.ts';
import { EXCEPTION_KINDS, type Side } from '../../../host-sim/exceptions/kinds.ts';
import { accountingDate, DEFAULT_SETTINGS } from '../../../host-sim/settings.ts';
import type { CommandIo } from '../io.ts';
import {
  accountingDayOf,
  COMMON_OPTIONS,
  CommandProblem,
  nowOf,
  printJson,
  wholeNumber,
  withStore,
} from './office.ts';
import { moment, table, yuan } from './table.ts';

const LIST_MAX = 1_000;
const OPTIONS = {
  ...COMMON_OPTIONS,
  all: { type: 'boolean' },
  side: { type: 'string' },
  day: { type: 'string' },
  note: { type: 'string' },
} as const;

/** The sides that a list can be asked for, and what they are called in the trade. */
const SIDES: Readonly<Partial<Record<Side, string>>> = { long: 'long (长款)', short: 'short (短款)' };

/** `holdfast host exceptions list [--all] [--side long|short] [--day D] | show ID | close ID --note TEXT`. */
export async function exceptions(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const [action = 'list', id] = positionals;
  if (action === 'list') {
    const filter = values.all ? { limit: LIST_MAX } : { status: 'open' as const, limit: LIST_MAX };
    const { side } = values;
    if (side !== undefined && !Object.hasOwn(SIDES, side))
      throw new CommandProblem(
        `--side is one of ${Object.keys(SIDES).join(', ')}, not ${JSON.stringify(side)}`,
        2,
      );
    const day = values.day === undefined ? undefined : accountingDayOf(values);
    const rows = (await withStore(values, (store) => store.transaction((tx) => listExceptions(tx, filter))))
      .map(explained)
      .filter((row) => side === undefined || row.side === side)
      .filter((row) => day === undefined || accountingDate(row.openedAtMs, DEFAULT_SETTINGS) === day);
    if (values.json) printJson(io, rows);
    else io.stdout.write(`${exceptionTable(rows)}${sideTotals(rows)}`);
    return 0;
  }
  if (id === undefined)
    throw new CommandProblem(`host exceptions ${action} needs the number of an exception`, 2);
  const exceptionId = wholeNumber('the exception', id, Number.MAX_SAFE_INTEGER);
  if (action === 'close') {
    const { note } = values;
    if (note === undefined)
      throw new CommandProblem('host exceptions close needs --note with what was done', 2);
    const closed = await withStore(values, (store) =>
      store.transaction((tx) => closeException(tx, { exceptionId, note, nowMs: nowOf(values) })),
    );
    if (!closed) throw new CommandProblem(`There is no open exception ${exceptionId}.`);
    if (values.json) printJson(io, { exceptionId, status: 'closed' });
    else io.stdout.write(`exception ${exceptionId} is closed\n`);
    return 0;
  }
  if (action !== 'show')
    throw new CommandProblem(`host exceptions takes list, show, close; not ${JSON.stringify(action)}`, 2);
  const found = await withStore(values, (store) => store.transaction((tx) => findException(tx, exceptionId)));
  if (!found) throw new CommandProblem(`There is no exception ${exceptionId}.`);
  const row = explained(found);
  if (values.json) printJson(io, row);
  else {
    io.stdout.write(`${exceptionTable([row])}\nlikely cause: ${row.cause}\nwhat to do:   ${row.action}\n`);
    io.stdout.write(
      `terminal:     ${row.terminalRecord ?? 'has nothing'}\nhost:         ${row.hostRecord ?? 'has nothing'}\n`,
    );
  }
  return 0;
}

/** What is too much and what is missing, in all. */
function sideTotals(rows: readonly ExplainedException[]): string {
  const lines = Object.entries(SIDES).flatMap(([side, name]) => {
    const ofSide = rows.filter((row) => row.side === side);
    const totalMinor = ofSide.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
    return ofSide.length === 0 ? [] : [`${name}: ${ofSide.length} / ${yuan(totalMinor)}\n`];
  });
  return lines.length === 0 ? '' : `\n${lines.join('')}`;
}

export type ExplainedException = StoredException & {
  readonly side: Side;
  readonly cause: string;
  readonly action: string;
};

export function explained(exception: StoredException): ExplainedException {
  return { ...exception, ...EXCEPTION_KINDS[exception.kind] };
}

export function exceptionTable(rows: readonly ExplainedException[]): string {
  return table(rows, [
    { title: 'no.', value: (row) => String(row.exceptionId), align: 'right' },
    { title: 'what', value: (row) => row.kind },
    { title: 'side', value: (row) => row.side },
    { title: 'status', value: (row) => row.status },
    { title: 'terminal', value: (row) => row.terminalId },
    { title: 'batch', value: (row) => row.batchNumber },
    { title: 'trace', value: (row) => row.stan },
    { title: 'amount', value: (row) => yuan(row.amountMinor), align: 'right' },
    { title: 'opened', value: (row) => moment(row.openedAtMs) },
    { title: 'what to do', value: (row) => row.note ?? row.action },
  ]);
}
