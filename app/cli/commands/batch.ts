import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BATCH_FILE_BYTES_MAX } from '../../../host-sim/batch-files/batch-file-shape.ts';
import { type ImportResult, importBatchFile } from '../../../host-sim/batch-files/import-batch-file.ts';
import {
  ANSWER_FILE_BYTES_MAX,
  exportBatch,
  importAnswers,
} from '../../../terminal-core/runtime/batch-stick.ts';
import { replaceFile } from '../../../terminal-core/runtime/durable-file.ts';
import { type OpenedStick, openStick } from '../../../terminal-core/runtime/open-stick.ts';
import { counted } from '../counted.ts';
import { dataRoot } from '../data-root.ts';
import { COMMON_OPTIONS, CommandProblem, printJson, reportProblem, withOffice } from '../host/office.ts';
import { table, yuan } from '../host/table.ts';
import type { CommandIo } from '../io.ts';
import { cannotWrite, isSameFile } from '../output-file.ts';
import { openSealKeyFile } from '../till/seal-key-file.ts';

const HELP = `holdfast batch: a terminal's batch on a stick, for a store that no line reaches

  export FILE [--data DIR] [--json]
      At the store, with the till closed: writes everything that the terminal owes the host, encrypted to the host,
      signed and numbered. It goes on being owed until the answers are back.
  import FILE [--db FILE] [--answers FILE] [--json]
      At the host: takes the records as if they had come over the line; what came before, in another file or over the
      network, is not booked again. Writes the host's answers to FILE.answers, or where --answers says.
  import FILE.answers [--data DIR] [--json]
      Back at the store, with the till closed: the terminal learns what the host said. It may as well learn it over the
      network.

  --data DIR   the terminal's data folder; else XDG_DATA_HOME/holdfast or ~/.local/share/holdfast, with --demo its "demo"
  --db FILE, --vault-key-file FILE, --demo   as for "holdfast host"
`;

const OPTIONS = { ...COMMON_OPTIONS, data: { type: 'string' }, answers: { type: 'string' } } as const;
type Values = ReturnType<typeof parse>['values'];

function parse(args: string[]) {
  return parseArgs({ args, allowPositionals: true, options: OPTIONS });
}

/** `holdfast batch`. @returns 0; 1 when something was refused or left out; 2 for bad arguments. */
export async function run(args: string[], io: CommandIo): Promise<number> {
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) {
    io.stdout.write(HELP);
    return args.length === 0 ? 2 : 0;
  }
  try {
    const { positionals, values } = parse(args);
    const [verb, file, ...rest] = positionals;
    if ((verb !== 'export' && verb !== 'import') || file === undefined || rest.length > 0)
      throw new CommandProblem('expected "export FILE" or "import FILE"', 2);
    if (verb === 'export') return await exportTo(file, values, io);
    const text = readText(file);
    if (isAnswers(text)) return await takeAnswers(text, values, io);
    const answers = values.answers ?? `${file}.answers`;
    if (isSameFile(answers, file))
      throw new CommandProblem(`The answers cannot go into ${answers}: it is the batch file itself.`, 2);
    return await importAtHost(text, { ...values, answers }, io);
  } catch (error) {
    return reportProblem(error, io, 'batch');
  }
}

async function exportTo(file: string, values: Values, io: CommandIo): Promise<number> {
  if (existsSync(file)) throw new CommandProblem(`${file} is there already: name a new file.`);
  // Before a number is spent on a file that cannot be.
  mustTake(file);
  return withTerminal(values, async (ports) => {
    const result = await exportBatch(ports);
    switch (result.kind) {
      case 'nothing-owed':
        if (values.json) printJson(io, { records: 0 });
        else io.stdout.write('The terminal owes the host nothing: there is nothing to export.\n');
        return 0;
      case 'refused':
        throw new CommandProblem(result.message);
      case 'exported': {
        const { exportNumber, recordCount, terminalId } = result.file;
        writeOut(file, {
          json: result.file,
          whenNot: `Export ${exportNumber} is a gap now: export again to another place, with the next number`,
        });
        if (values.json)
          printJson(io, { terminalId, exportNumber, records: recordCount, leftOut: result.leftOut });
        else {
          io.stdout.write(
            `Export ${exportNumber} of terminal ${terminalId}: ${counted(recordCount, 'record')} in ${file}.\n`,
          );
          for (const { problem, txnId } of result.leftOut)
            io.stdout.write(`  left out ${txnId}: ${problem}\n`);
          io.stdout.write(
            'Take it to the host and bring the answers back; until then all of it is still owed.\n',
          );
        }
        return result.leftOut.length === 0 ? 0 : 1;
      }
    }
  });
}

async function importAtHost(
  text: string,
  values: Values & { answers: string },
  io: CommandIo,
): Promise<number> {
  // Before anything is booked whose answers nobody would get.
  mustTake(values.answers);
  const result = await withOffice(values, ({ nowMs, services, store }) =>
    importBatchFile({ store, services, clock: { nowMs: () => nowMs } }, text),
  );
  if (result.kind === 'refused') throw new CommandProblem(result.message);
  writeOut(values.answers, {
    json: result.answers,
    whenNot: 'The records are booked: import the file again for its answers, nothing is booked twice',
  });
  const notTaken = result.records.filter(({ problem }) => problem !== undefined);
  if (values.json) {
    const { cameBefore, file, missingExports, records } = result;
    const { exportNumber, terminalId } = file;
    printJson(io, { terminalId, exportNumber, cameBefore, missingExports, records, answers: values.answers });
  } else io.stdout.write(importText(result, values.answers));
  return notTaken.length === 0 ? 0 : 1;
}

function importText(result: Extract<ImportResult, { kind: 'imported' }>, answers: string): string {
  const { cameBefore, file, missingExports, records } = result;
  const lines = [
    `Export ${file.exportNumber} of terminal ${file.terminalId}, made ${new Date(file.exportedAtMs).toISOString()}: ${counted(records.length, 'record')}.`,
  ];
  if (cameBefore) lines.push('This file came before; nothing was booked again.');
  if (missingExports.length > 0) {
    lines.push(
      `Exports ${missingExports.join(', ')} have not come. Whatever the host has not answered is in this one too, or in a later one.`,
    );
  }
  const shown = table(records, [
    { title: 'transaction', value: (row) => row.txnId },
    { title: 'message', value: (row) => row.mti ?? '-' },
    { title: 'trace', value: (row) => row.stan ?? '-' },
    {
      title: 'amount',
      value: (row) => (row.amountMinor === undefined ? '-' : yuan(row.amountMinor)),
      align: 'right',
    },
    { title: 'answer', value: (row) => row.code ?? `not taken: ${row.problem ?? ''}` },
  ]);
  return `${lines.join('\n')}\n${shown}The host's answers are in ${answers}: take them back to the terminal.\n`;
}

async function takeAnswers(text: string, values: Values, io: CommandIo): Promise<number> {
  return withTerminal(values, async (ports) => {
    const result = await importAnswers(ports, text);
    if (result.kind === 'refused') throw new CommandProblem(result.message);
    const { exportNumber, known, left, odd, taken } = result;
    if (values.json) printJson(io, { exportNumber, taken, known, odd, left });
    else {
      io.stdout.write(
        `Answers to export ${exportNumber}: ${taken} taken, ${known} known already; ${left} still owed.\n`,
      );
      for (const { problem, txnId } of odd) io.stdout.write(`  not believed, ${txnId}: ${problem}\n`);
    }
    return odd.length === 0 ? 0 : 1;
  });
}

async function withTerminal(
  values: Values,
  work: (ports: Extract<OpenedStick, { ok: true }>['ports']) => Promise<number>,
): Promise<number> {
  const root = dataRoot(process.env);
  const dataDir =
    values.data === undefined ? (values.demo ? join(root, 'demo') : root) : resolve(values.data);
  if (!existsSync(join(dataDir, 'seal.key'))) {
    throw new CommandProblem(
      `There is no seal.key in ${dataDir}: name the terminal's data folder with --data. A till in Electron keeps its key in the operating system's store, which this command cannot open.`,
    );
  }
  const seal = openSealKeyFile(dataDir);
  if (seal.kind === 'unusable') throw new CommandProblem(seal.problem);
  const opened = await openStick(dataDir, seal.sealKey);
  if (!opened.ok) throw new CommandProblem(opened.message);
  try {
    return await work(opened.ports);
  } finally {
    opened.close();
  }
}

/** @throws CommandProblem when a file cannot be written there. */
function mustTake(file: string): void {
  const problem = cannotWrite(file);
  if (problem !== undefined) throw new CommandProblem(problem, 2);
}

/** @throws CommandProblem when the disk has become full or was taken out meanwhile; `whenNot` says what to do then. */
function writeOut(file: string, what: { readonly json: object; readonly whenNot: string }): void {
  try {
    replaceFile(file, Buffer.from(`${JSON.stringify(what.json, null, 1)}\n`, 'utf8'));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new CommandProblem(`${file} could not be written (${words}). ${what.whenNot}.`);
  }
}

function readText(file: string): string {
  const max = Math.max(BATCH_FILE_BYTES_MAX, ANSWER_FILE_BYTES_MAX);
  try {
    if (statSync(file).size > max)
      throw new CommandProblem(`${file} has more than ${max} bytes: it is no batch file.`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof CommandProblem) throw error;
    throw new CommandProblem(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** The two kinds of file go to different places. */
function isAnswers(text: string): boolean {
  return /"format":\s*"holdfast-batch-answers"/.test(text.slice(0, 200));
}
