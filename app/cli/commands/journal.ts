import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { project } from '../../../terminal-core/engine/project.ts';
import { replay } from '../../../terminal-core/engine/replay.ts';
import {
  type ArchiveReport,
  isArchive,
  type JournalReport,
  maskClearPans,
  type RestoreResult,
  readJournalEntries,
  type VerifyOptions,
  verifyArchives,
  verifyJournal,
} from '../../../terminal-core/journal/index.ts';
import type { Json, StoredEntry } from '../../../terminal-core/ports/journal.ts';
import { archiveDataFolder } from '../../../terminal-core/runtime/archive-journal.ts';
import { restoreDataFolder } from '../../../terminal-core/runtime/restore-journal.ts';
import { JOURNAL_FILE } from '../../../terminal-core/runtime/sealed-journal.ts';
import { argumentWords } from '../argument-words.ts';
import type { CommandIo } from '../io.ts';

const HELP = `holdfast journal: verify and show read a journal file and never change it; the terminal may be running

holdfast journal verify FILE [ARCHIVE...] [--json]
    Checks pages, hash chain, documents, sealed card data and the head file, and looks for card numbers in clear; with
    archives, each of them, and whether they join each other and the journal. FILE may be an archive itself.
    FILE may be the data folder as well, here and for show: its journal.sqlite is meant.
    Exit 0 only when all of it holds.
holdfast journal archive DATA
    Moves what is older than the retention into archive files, as the terminal does at start and after a settlement.
    The terminal must not be running on DATA, the folder that journal.sqlite is in.
holdfast journal restore DATA
    Puts a refused journal together again, from itself and the good copies that the terminal takes after settlements: the
    longest chain that they give. Keeps the damaged files, says what is lost, and skips the trace numbers that may have
    been used. The terminal must not be running on DATA.
holdfast journal show FILE [--from N] [--limit N] [--json]
    Prints entries of a journal or an archive, oldest first, from entry N (1) on, at most N (50); with --json one object a line. Card numbers
    are masked, passwords and sealed card data are left out.
`;

const EXIT_OK = 0;
const EXIT_NOT_OK = 1;
const EXIT_BAD_ARGUMENTS = 2;

const DEFAULT_SHOW_LIMIT = 50;
/** Characters of the payload in one line of text; --json has all of it. */
const PAYLOAD_WIDTH = 160;

/** `holdfast journal`. @returns the exit code: 0, 1 when the journal does not hold or cannot be read, 2 for bad arguments. */
export async function run(args: string[], io: CommandIo): Promise<number> {
  return runJournal(args, io, { project });
}

/** The same for journals of another engine: `project` rebuilds the documents that `verify` compares with the stored ones. */
export async function runJournal(args: string[], io: CommandIo, options: VerifyOptions): Promise<number> {
  const command = parse(args);
  switch (command.kind) {
    case 'help':
      io.stdout.write(HELP);
      return EXIT_OK;
    case 'bad-arguments':
      io.stderr.write(`holdfast journal: ${command.expected}\n`);
      return EXIT_BAD_ARGUMENTS;
    case 'verify':
      return verify(command, io, options);
    case 'archive':
      return archive(command.dataDir, io);
    case 'restore':
      return restore(command.dataDir, io);
    case 'show':
      return show(command, io);
  }
}

type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'bad-arguments'; readonly expected: string }
  | {
      readonly kind: 'verify';
      readonly file: string;
      readonly archives: readonly string[];
      readonly json: boolean;
    }
  | { readonly kind: 'archive' | 'restore'; readonly dataDir: string }
  | {
      readonly kind: 'show';
      readonly file: string;
      readonly json: boolean;
      readonly fromSeq: number;
      readonly limit: number;
    };

function parse(args: string[]): Command {
  let parsed: ReturnType<typeof parseJournalArgs>;
  try {
    parsed = parseJournalArgs(args);
  } catch (error) {
    return { kind: 'bad-arguments', expected: argumentWords(error) };
  }
  const { values, positionals } = parsed;
  if (values.help === true) return { kind: 'help' };
  const [verb, file, ...rest] = positionals;
  const isKnown = verb === 'verify' || verb === 'show' || verb === 'archive' || verb === 'restore';
  if (!isKnown || file === undefined || (rest.length > 0 && verb !== 'verify')) {
    return {
      kind: 'bad-arguments',
      expected: 'expected "verify FILE", "show FILE", "archive DATA" or "restore DATA"',
    };
  }
  const json = values.json === true;
  const hasRange = values.from !== undefined || values.limit !== undefined;
  if (hasRange && verb !== 'show')
    return { kind: 'bad-arguments', expected: '--from and --limit belong to "show"' };
  if (verb === 'verify') return { kind: 'verify', file: journalFile(file), archives: rest, json };
  if (verb === 'archive' || verb === 'restore') return { kind: verb, dataDir: file };
  const fromSeq = positiveInteger(values.from ?? '1');
  const limit = positiveInteger(values.limit ?? String(DEFAULT_SHOW_LIMIT));
  if (fromSeq === undefined || limit === undefined) {
    return { kind: 'bad-arguments', expected: '--from and --limit are whole numbers from 1' };
  }
  return { kind: 'show', file: journalFile(file), json, fromSeq, limit };
}

/** Of a data folder the journal in it, as it is the folder that `archive` and `restore` take. */
function journalFile(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? join(path, JOURNAL_FILE) : path;
}

function parseJournalArgs(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      from: { type: 'string' },
      limit: { type: 'string' },
    },
  });
}

function positiveInteger(text: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

function verify(
  command: Extract<Command, { readonly kind: 'verify' }>,
  io: CommandIo,
  options: VerifyOptions,
): number {
  const { file, json } = command;
  if (isArchive(file)) {
    const archives = verifyArchives([file, ...command.archives], { replay });
    io.stdout.write(json ? `${JSON.stringify({ archives })}\n` : archivesText(archives));
    return archives.every(({ ok }) => ok) ? EXIT_OK : EXIT_NOT_OK;
  }
  const { anchor, ...report } = verifyJournal(file, options);
  const archives = verifyArchives(command.archives, { replay, anchor });
  const shown = archives.length === 0 ? report : { ...report, archives };
  io.stdout.write(
    json ? `${JSON.stringify(shown)}\n` : `${reportText(file, report)}${archivesText(archives)}`,
  );
  return report.ok && archives.every(({ ok }) => ok) ? EXIT_OK : EXIT_NOT_OK;
}

function archivesText(archives: readonly ArchiveReport[]): string {
  return archives
    .map(({ file, fromSeq, ok, problems, throughHash, throughSeq }) =>
      [
        `${file}: ${ok ? 'the archive holds' : 'THE ARCHIVE DOES NOT HOLD'}`,
        `  entries     ${fromSeq} to ${throughSeq}`,
        `  last hash   ${throughHash}`,
        ...problems.map((problem) => `  ${problem}`),
        '',
      ].join('\n'),
    )
    .join('');
}

function archive(dataDir: string, io: CommandIo): number {
  const ended = archiveDataFolder(dataDir);
  for (const { documents, file, fromSeq, throughSeq } of ended.archived)
    io.stdout.write(`${file}: entries ${fromSeq} to ${throughSeq}, ${documents} documents\n`);
  if (ended.archived.length === 0 && ended.problem === undefined)
    io.stdout.write('Nothing is older than the retention.\n');
  if (ended.problem === undefined) return EXIT_OK;
  io.stderr.write(`holdfast journal: ${ended.problem}\n`);
  return EXIT_NOT_OK;
}

function reportText(file: string, report: Omit<JournalReport, 'anchor'>): string {
  // Nothing of a journal is in it: figures of it would only mislead.
  const strange = report.problems.find(({ code }) => code === 'not-a-journal' || code === 'unreadable');
  if (strange) return `${file}: ${strange.code}: ${strange.detail}\n`;
  const lines = [
    `${file}: ${report.ok ? 'the journal holds' : 'THE JOURNAL DOES NOT HOLD'}`,
    `  entries     ${report.entries}`,
    ...(report.archivedThrough === 0 ? [] : [`  archived    up to entry ${report.archivedThrough}`]),
    `  head        ${report.head}`,
    `  head file   ${report.headFile === 'absent' ? 'absent: the end of the chain has nothing to be compared with' : report.headFile}`,
    `  sealed      ${report.sealed} entries with card data`,
    `  clear PANs  ${report.clearPans}`,
  ];
  for (const problem of report.problems) {
    lines.push(`  ${problem.code}: ${problem.detail}`);
  }
  for (const { place, masked } of report.clearPanPlaces)
    lines.push(`  card number in clear: ${place}: ${masked}`);
  if (report.projectionDifferences !== undefined) {
    lines.push(`  documents that do not follow from the entries: ${report.projectionDifferences.length}`);
    for (const { collection, key, kind } of report.projectionDifferences)
      lines.push(`    ${collection} ${key}: ${kind}`);
  }
  if (report.firstBad !== null) {
    lines.push(`  first bad   entry ${report.firstBad}; everything before it is as it was written`);
  }
  if (!report.ok)
    lines.push('  Keep the files as they are and see docs/journal.md, "When a journal is refused".');
  return `${lines.join('\n')}\n`;
}

function restore(dataDir: string, io: CommandIo): number {
  const result = restoreDataFolder(dataDir, { nowMs: Date.now() });
  if (result.kind === 'restored') {
    io.stdout.write(restoredText(result));
    return EXIT_OK;
  }
  io.stderr.write(`holdfast journal: ${NOT_RESTORED[result.kind]}\n`);
  return EXIT_NOT_OK;
}

const NOT_RESTORED = {
  'no-folder': 'there is no such folder',
  running: 'the terminal is running on it; end it first',
  'nothing-to-restore': 'the journal is whole; nothing was changed',
  'nothing-left': 'neither the journal nor a copy has an entry that can be proven; nothing was changed',
} as const;

function restoredText(result: Extract<RestoreResult, { readonly kind: 'restored' }>): string {
  const { lostThroughSeq, throughSeq, unproven } = result;
  const lines = [
    `The journal holds again, up to entry ${throughSeq}, and says so in an entry of its own.`,
    `  head        ${result.head}`,
    `  kept        the damaged files, in ${result.keptIn}`,
    ...Array.from(result.given, ([name, count]) => `  from        ${name}: ${count} entries`),
  ];
  if (lostThroughSeq === undefined)
    lines.push('  lost        nobody knows what came after: the head file is gone too');
  else if (lostThroughSeq > throughSeq)
    lines.push(`  lost        entries ${throughSeq + 1} to ${lostThroughSeq}`);
  else lines.push('  lost        nothing that is known of');
  if (unproven.length > 0) {
    lines.push(
      'Of what is lost, this can be read and proves nothing; book it with the operator of the host:',
    );
    for (const entry of unproven) lines.push(entryText(maskedEntry(entry)).trimEnd());
  }
  return `${lines.join('\n')}\n`;
}

function show(
  command: {
    readonly file: string;
    readonly json: boolean;
    readonly fromSeq: number;
    readonly limit: number;
  },
  io: CommandIo,
): number {
  const { file, fromSeq, limit } = command;
  try {
    for (const entry of readJournalEntries(file, { fromSeq, limit })) {
      const shown = maskedEntry(entry);
      io.stdout.write(command.json ? `${JSON.stringify(shown)}\n` : entryText(shown));
    }
    return EXIT_OK;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    io.stderr.write(`holdfast journal: ${file} cannot be shown: ${reason}. "journal verify" says more.\n`);
    return EXIT_NOT_OK;
  }
}

function maskedEntry(entry: StoredEntry) {
  const { seq, atMs, kind, payload, hash, secretState } = entry;
  return { seq, at: timeText(atMs), atMs, kind, secretState, payload: masked(payload), hash };
}

function timeText(atMs: number): string {
  const date = new Date(atMs);
  return Number.isNaN(date.getTime()) ? `${atMs} ms` : date.toISOString();
}

/** What a person may see: no card number even where one should not be, and nothing that helps to guess a password. */
function masked(value: Json | undefined): Json {
  if (typeof value === 'string') return maskClearPans(value);
  if (typeof value === 'number') {
    const text = maskClearPans(String(value));
    return text === String(value) ? value : text;
  }
  if (value === null || value === undefined || typeof value === 'boolean') return value ?? null;
  if (isList(value)) return value.map(masked);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.map(([key, member]) => [key, /password/i.test(key) ? '(hidden)' : masked(member)]),
  );
}

/** `Array.isArray` does not narrow readonly arrays. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function entryText(entry: ReturnType<typeof maskedEntry>): string {
  const payload = JSON.stringify(entry.payload);
  const cut = payload.length > PAYLOAD_WIDTH ? `${payload.slice(0, PAYLOAD_WIDTH)}…` : payload;
  const card = entry.secretState === 'none' ? '' : ` [card data ${entry.secretState}]`;
  return `${String(entry.seq).padStart(6)}  ${entry.at}  ${entry.kind}${card}\n        ${cut}\n`;
}
