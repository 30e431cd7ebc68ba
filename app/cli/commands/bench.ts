import { parseArgs } from 'node:util';
import { argumentWords } from '../argument-words.ts';
import type { CommandIo } from '../io.ts';

const HELP = `holdfast bench [NAME|all] [--json]

Measures, each with its peer or its physical limit in the same run. Times here depend on the machine; compare ratios.

  codec    pack and unpack of a 247-byte 0200, beside iso_8583 on its own kind of message
  upload   1 000 stored sales over a link of 100 ms, several in flight and one at a time
  host     transactions of 200 terminals a second, with 5 000 more connected
  journal  offline sales a second, beside single-row commits of the same database settings; once on logs that are new,
           and once on logs that are written over (reusedLog), which is hardest on a sale's share
`;

/** What can be measured; each is loaded only when asked for. */
const BENCHES: Readonly<Record<string, () => Promise<object>>> = {
  codec: async () => (await import('../../../test/bench/codec.ts')).benchCodec(),
  upload: async () => (await import('../../../test/bench/upload.ts')).benchUpload(),
  host: async () => (await import('../../../test/bench/host.ts')).benchHost(),
  journal: async () => (await import('../../../test/bench/journal.ts')).benchJournal(),
};

/** `holdfast bench`. @returns 0 when everything was measured, 2 for bad arguments. */
export async function run(args: string[], io: CommandIo): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    io.stderr.write(`holdfast bench: ${argumentWords(error)}\n`);
    return 2;
  }
  const { positionals, values } = parsed;
  if (values.help) {
    io.stdout.write(HELP);
    return 0;
  }
  const asked = positionals.length === 0 || positionals.includes('all') ? Object.keys(BENCHES) : positionals;
  const unknown = asked.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined) {
    io.stderr.write(
      `holdfast bench: there is no ${JSON.stringify(unknown)}; expected ${Object.keys(BENCHES).join(', ')} or all\n`,
    );
    return 2;
  }
  const results: Record<string, object> = {};
  for (const name of asked) results[name] = (await BENCHES[name]?.()) ?? {};
  io.stdout.write(values.json ? `${JSON.stringify(results)}\n` : table(results));
  return 0;
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}

function table(results: Readonly<Record<string, object>>): string {
  const rows = Object.entries(results).flatMap(([name, result]) => leaves(name, result));
  const width = Math.max(...rows.map(([name]) => name.length));
  return `${rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')}\n`;
}

function leaves(path: string, value: object): [string, string][] {
  return Object.entries(value).flatMap(([name, member]): [string, string][] =>
    typeof member === 'object' && member !== null
      ? leaves(`${path}.${name}`, member)
      : [[`${path}.${name}`, typeof member === 'number' ? member.toLocaleString('en') : String(member)]],
  );
}
