import { parseArgs } from 'node:util';
import {
  closeException,
  findException,
  listExceptions,
  type StoredException,
} from '../../../host-sim/exceptions/exceptions.ts';
import { EXCEPTION_KINDS, type Side } from '../../../host-sim/exceptions/kinds.ts';
import type { CommandIo } from '../io.ts';
import { COMMON_OPTIONS, CommandProblem, printJson, wholeNumber, withStore } from './office.ts';
import { moment, table, yuan } from './table.ts';

const LIST_MAX = 1_000;
const OPTIONS = { ...COMMON_OPTIONS, all: { type: 'boolean' }, note: { type: 'string' } } as const;

/** `holdfast host exceptions list [--all] | show ID | close ID --note TEXT`. */
export async function exceptions(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const [action = 'list', id] = positionals;
  if (action === 'list') {
    const filter = values.all ? { limit: LIST_MAX } : { status: 'open' as const, limit: LIST_MAX };
    const rows = (
      await withStore(values, (store) => store.transaction((tx) => listExceptions(tx, filter)))
    ).map(explained);
    if (values.json) printJson(io, rows);
    else io.stdout.write(exceptionTable(rows));
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
      store.transaction((tx) => closeException(tx, { exceptionId, note, nowMs: Date.now() })),
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
