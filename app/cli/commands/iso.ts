import { parseArgs } from 'node:util';
import { dialects, isDialectName } from '../../../terminal-core/iso8583/index.ts';
import { argumentWords } from '../argument-words.ts';
import type { CommandIo } from '../io.ts';
import { decodeLine } from './iso/decode-line.ts';
import { encodeLine } from './iso/encode-line.ts';
import { type LineWork, runLines } from './iso/line-loop.ts';
import { tableOfLine } from './iso/table.ts';

const EXIT_BAD_ARGUMENTS = 2;

const HELP = `holdfast iso decode --dialect D [--framed] [--masked] [--table]
holdfast iso encode --dialect D [--framed]

decode  reads one hex frame a line and prints one JSON object a line
encode  reads such objects and prints one hex frame a line

--dialect D  ${Object.keys(dialects).join(', ')}
--framed     lines begin with the two-byte length; without it a cup line begins at the TPDU
--masked     card numbers as first 6 and last 4 digits; 35 36 45 52 55 62 hidden
--table      a table of the fields with their names and meanings instead of JSON; always masked

iso87-ascii and iso93-ascii expect their bitmap in hex and read a binary one too; the JSON then says
"bitmapEncoding":"binary", and encode keeps to that. Offsets count from the first byte of the line.
Exit code: 0 when every line could be read, 1 when one could not, 2 for bad arguments.
`;

/** `holdfast iso`: ISO 8583 frames to JSON and back, line by line. */
export async function run(args: string[], io: CommandIo): Promise<number> {
  const command = parse(args);
  if (command.kind === 'help') {
    io.stdout.write(HELP);
    return 0;
  }
  if (command.kind === 'refused') {
    io.stderr.write(`holdfast iso: ${command.expected}\n`);
    return EXIT_BAD_ARGUMENTS;
  }
  return runLines(command.work, io);
}

type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly expected: string }
  | { readonly kind: 'work'; readonly work: LineWork };

function parse(args: string[]): Command {
  let parsed: ReturnType<typeof parseOptions>;
  try {
    parsed = parseOptions(args);
  } catch (error) {
    return { kind: 'refused', expected: argumentWords(error) };
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: 'help' };
  const [verb, ...more] = positionals;
  if ((verb !== 'decode' && verb !== 'encode') || more.length > 0) {
    return { kind: 'refused', expected: 'expected decode or encode' };
  }
  const name = values.dialect;
  if (name === undefined || !isDialectName(name)) {
    return {
      kind: 'refused',
      expected: `expected --dialect with one of ${Object.keys(dialects).join(', ')}`,
    };
  }
  if (verb === 'encode' && (values.masked || values.table)) {
    return { kind: 'refused', expected: 'expected --masked and --table with decode only' };
  }
  const options = { dialect: name, isFramed: values.framed, isMasked: values.masked };
  if (verb === 'encode') return { kind: 'work', work: (line) => encodeLine(line, options) };
  return values.table
    ? { kind: 'work', work: (line) => tableOfLine(line, options) }
    : { kind: 'work', work: (line) => decodeLine(line, options) };
}

function parseOptions(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      dialect: { type: 'string' },
      framed: { type: 'boolean', default: false },
      masked: { type: 'boolean', default: false },
      table: { type: 'boolean', default: false },
      // JSON is what this command prints anyway; the option is there because every command has it.
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}
