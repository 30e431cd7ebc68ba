import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { CommandIo, CommandModule } from './io.ts';

/** The commands, in the order `--help` shows them. Each is `commands/NAME.ts`, loaded only when it is asked for. */
const COMMANDS = {
  till: 'the terminal: sell, settle; --demo brings its own host, cards and operators',
  day: 'one store day without a screen, on the real core, journal, TCP and host simulator',
  host: 'the host simulator and its ledger: serve, faults, check, cards, purses, terminals, batches, merchants, exceptions, keys',
  iso: 'ISO 8583 frames to JSON and back: decode, encode',
  calc: "the payment engineer's calculator: PIN blocks, MACs, check values; JSON lines in, JSON lines out",
  journal: 'a journal file: verify its hash chain, show what it holds',
  batch: 'a batch on a stick: export what a terminal owes, import it at the host, take the answers back',
  sim: 'whole store days on a virtual network that fails, from one seed; finds planted bugs with --mutate',
  bench: 'how fast it is, beside its peers or its physical limits',
  card: 'a simulated purse card or PSAM in a virtual slot of pcscd',
  doctor: 'what this machine has and lacks for a till',
} as const;

type CommandName = keyof typeof COMMANDS;

const EXIT_BAD_ARGUMENTS = 2;

/** Runs one command line. @returns the exit code. */
export async function main(args: string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    io.stdout.write(usage());
    return name === undefined ? EXIT_BAD_ARGUMENTS : 0;
  }
  if (name === '--version' || name === '-v') {
    io.stdout.write(`holdfast ${version()}\n`);
    return 0;
  }
  if (!isCommandName(name)) {
    const expected = Object.keys(COMMANDS).join(', ');
    io.stderr.write(`holdfast: there is no command ${JSON.stringify(name)}; expected one of ${expected}\n`);
    return EXIT_BAD_ARGUMENTS;
  }
  const command = await load(name);
  return command.run(rest, io);
}

function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

async function load(name: CommandName): Promise<CommandModule> {
  const module: unknown = await import(new URL(`./commands/${name}.ts`, import.meta.url).href);
  if (!isCommandModule(module)) throw new Error(`commands/${name}.ts exports no run function`);
  return module;
}

function isCommandModule(module: unknown): module is CommandModule {
  return typeof module === 'object' && module !== null && 'run' in module && typeof module.run === 'function';
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  // Our own file, beside our own program.
  return (JSON.parse(text) as { readonly version: string }).version;
}

function usage(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = Object.entries(COMMANDS).map(([name, summary]) => `  ${name.padEnd(width)}  ${summary}`);
  return `holdfast COMMAND [ARGUMENTS]\n\n${lines.join('\n')}\n\nholdfast COMMAND --help says more.\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  // A reader that goes away early (`| head`) is not an error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  // The exit code is set, not forced, so that what was written to a pipe still gets there.
  process.exitCode = await main(process.argv.slice(2), process).catch((error: unknown) => {
    process.stderr.write(`holdfast: ${error instanceof Error ? error.stack : String(error)}\n`);
    return 1;
  });
}
