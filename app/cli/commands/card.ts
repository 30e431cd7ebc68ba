import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { VPCD_PORT, VpcdPlug } from '../../../terminal-core/devices/index.ts';
import { formatMinor, parseMinor } from '../../../terminal-core/domain/money.ts';
import { PURSE_AMOUNT_MINOR_MAX } from '../../../terminal-core/domain/purse.ts';
import {
  type Chip,
  demoPsam,
  demoPurseCard,
  psamState,
  purseCardState,
  simulatedPsam,
  simulatedPurseCard,
  type Tear,
  type TearPoint,
} from '../../../terminal-core/purse/simulator/index.ts';
import { systemRandom } from '../../../terminal-core/runtime/system.ts';
import { argumentWords } from '../argument-words.ts';
import { chipFile } from '../card/chip-file.ts';
import type { CommandIo } from '../io.ts';

const TEAR_POINTS = ['before-acting', 'after-acting', 'mid-answer', 'acted-without-proof'] as const;

const HELP = `holdfast card FILE: a simulated purse card in a virtual slot of pcscd (vsmartcard's vpcd)

  FILE             what the card keeps, as JSON; made if it is not there. A copy of it is a clone of the card
  --psam           a PSAM instead of a purse card
  --number N       of a new card: the end of its serial, 0 to 99999999; 1 without it
  --balance YUAN   of a new purse card; 100.00 without it
  --tear INS:HOW   pulls the card away once, at the command with this instruction (hex, such as 54 for DEBIT);
                   HOW is one of ${TEAR_POINTS.join(', ')}
  --host H, --port P   where vpcd listens; 127.0.0.1 and ${VPCD_PORT}, one port more for its second slot

The keys are the demo issuer's, which everybody knows. The card is in until this program ends (Ctrl-C, or the end of its
input) or the card is torn away. Exit 0 then; 1 when no vpcd listens or FILE cannot be used; 2 for bad arguments.
`;

const NUMBER_MAX = 99_999_999;

/** `holdfast card`. @returns 0 when the card was in and is out, 1 when it could not be put in, 2 for bad arguments. */
export async function run(args: string[], io: CommandIo): Promise<number> {
  const choices = readChoices(args);
  if (choices.kind === 'help') {
    io.stdout.write(HELP);
    return 0;
  }
  if (choices.kind === 'bad') {
    io.stderr.write(`holdfast card: ${choices.words}\n`);
    return 2;
  }
  try {
    const { chip, line } = choices.isPsam ? openPsam(choices) : openPurse(choices);
    const plug = new VpcdPlug({ chip, host: choices.host, port: choices.port });
    const out = new Promise<string>((done) => {
      plug.onPulledOut(() => done('torn away'));
      io.stdin.on('end', () => done('taken out')).resume();
      process.once('SIGINT', () => done('taken out'));
    });
    await plug.plugIn();
    io.stdout.write(`${line}: in at ${choices.host}:${choices.port}\n`);
    io.stdout.write(`${line}: ${await out}\n`);
    await plug.pullOut();
    return 0;
  } catch (error) {
    io.stderr.write(`holdfast card: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

interface Choices {
  readonly kind: 'choices';
  readonly file: string;
  readonly isPsam: boolean;
  readonly number: number;
  readonly balanceMinor: number;
  readonly tear: Tear | undefined;
  readonly host: string;
  readonly port: number;
}

function openPurse(choices: Choices): { readonly chip: Chip; readonly line: string } {
  const fresh = demoPurseCard(choices.number, { balanceMinor: choices.balanceMinor });
  const store = chipFile(choices.file, fresh, (json) => purseCardState.parse(json));
  const chip = simulatedPurseCard({ store, random: systemRandom });
  if (choices.tear !== undefined) chip.tearAt(choices.tear);
  const { applicationSerial, balanceMinor } = chip.state;
  return { chip, line: `purse card ${applicationSerial}, ${formatMinor(balanceMinor)}` };
}

function openPsam(choices: Choices): { readonly chip: Chip; readonly line: string } {
  const store = chipFile(choices.file, demoPsam(choices.number), (json) => psamState.parse(json));
  const chip = simulatedPsam({ store });
  if (choices.tear !== undefined) chip.tearAt(choices.tear);
  return { chip, line: `PSAM of terminal ${chip.state.terminalNumber}` };
}

type Parsed = Choices | { readonly kind: 'help' } | { readonly kind: 'bad'; readonly words: string };

function readChoices(args: string[]): Parsed {
  const parsed = parseOptions(args);
  if (parsed.kind === 'bad') return parsed;
  const { values, positionals } = parsed;
  if (values.help) return { kind: 'help' };
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) return bad('expected one FILE');
  const number = Number(values.number ?? 1);
  if (!Number.isInteger(number) || number < 0 || number > NUMBER_MAX)
    return bad(`--number is 0 to ${NUMBER_MAX}`);
  const balanceMinor = parseMinor(values.balance ?? '100');
  if (balanceMinor === undefined || balanceMinor > PURSE_AMOUNT_MINOR_MAX)
    return bad(`--balance is an amount up to ${formatMinor(PURSE_AMOUNT_MINOR_MAX)}`);
  const port = Number(values.port ?? VPCD_PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return bad('--port is 1 to 65535');
  const tear = values.tear === undefined ? undefined : readTear(values.tear);
  if (values.tear !== undefined && tear === undefined)
    return bad(`--tear is INS:HOW, such as 54:${TEAR_POINTS[1]}`);
  const host = values.host ?? '127.0.0.1';
  const isPsam = values.psam === true;
  return { kind: 'choices', file: resolve(file), isPsam, number, balanceMinor, tear, host, port };
}

function readTear(text: string): Tear | undefined {
  const [, instruction = '', how = ''] = /^([0-9A-Fa-f]{2}):([a-z-]+)$/.exec(text) ?? [];
  const point: TearPoint | undefined = TEAR_POINTS.find((candidate) => candidate === how);
  return point === undefined ? undefined : { instruction: Number.parseInt(instruction, 16), point };
}

function parseOptions(args: string[]) {
  try {
    return { kind: 'parsed' as const, ...parse(args) };
  } catch (error) {
    return bad(argumentWords(error));
  }
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      psam: { type: 'boolean' },
      number: { type: 'string' },
      balance: { type: 'string' },
      tear: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}

function bad(words: string): { readonly kind: 'bad'; readonly words: string } {
  return { kind: 'bad', words };
}
