import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readCatalogue } from '../../../terminal-core/runtime/till/catalogue.ts';
import { argumentWords } from '../argument-words.ts';
import { readCards } from '../day/card-file.ts';
import { DAY_ACTIONS, type DayStep, dayOfSeed, readDayScript } from '../day/day-script.ts';
import { type DayReport, runDay } from '../day/run-day.ts';
import type { CommandIo } from '../io.ts';

const HELP = `holdfast day [--seed N] [--json] [--catalogue FILE] [--cards FILE] [--script FILE] [--receipts FOLDER]

Plays one store day without a screen: a real terminal process, a real host simulator and real TCP between them, with a
network that is cut, an answer that is lost and a terminal that is killed. Exits 0 only when the day balances: the
batch settled, the journal verified, the ledger balanced, nothing unsent and no reversal owed.

  --seed N          which day; the same seed is the same day (default 1)
  --script FILE     your own day instead: CSV with the header action,ref,card,basket,amount
  --catalogue FILE  products (CSV); --cards FILE  prepaid cards (CSV)
  --receipts FOLDER writes each receipt there as SVG and as ESC/POS bytes; made if it is not there
  --json            one JSON object instead of the story

A script has one step a line, # begins a remark, and what an action does not need stays empty: test/data/day.csv is one.
  action  ${DAY_ACTIONS.join(', ')}
  ref     a name of your own for a cash sale, sale or kill-in-sale, by which void and refund mean it
  card    the card number of a sale or kill-in-sale
  basket  of the three: BARCODE or BARCODE*QUANTITY, separated by spaces, such as 6901234341805*2 6902890181071
  amount  of a refund, in yuan such as 5.00
`;

const DATA = fileURLToPath(new URL('../../../test/data/', import.meta.url));

export async function run(args: string[], io: CommandIo): Promise<number> {
  let options: ReturnType<typeof readOptions>;
  try {
    options = readOptions(args);
  } catch (error) {
    io.stderr.write(`holdfast day: ${argumentWords(error)}\n`);
    return 2;
  }
  if (options.help) {
    io.stdout.write(HELP);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-day-'));
  try {
    const report = await play(options, folder, io);
    if (report === undefined) return 1;
    io.stdout.write(options.json ? `${JSON.stringify(report)}\n` : story(report));
    return balances(report) ? 0 : 1;
  } catch (error) {
    io.stderr.write(`holdfast day: ${messageOf(error)}\n`);
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      catalogue: { type: 'string', default: join(DATA, 'catalogue.csv') },
      cards: { type: 'string', default: join(DATA, 'cards.csv') },
      operators: { type: 'string', default: join(DATA, 'operators.json') },
      script: { type: 'string' },
      receipts: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (!/^\d{1,9}$/.test(values.seed)) throw new Error(`--seed is a whole number, not ${values.seed}`);
  // Read before anything is started, so that a file that is not there is said at once.
  const texts = {
    catalogue: readText(values.catalogue),
    cards: readText(values.cards),
    operators: readText(values.operators),
    script: values.script === undefined ? undefined : { file: values.script, text: readText(values.script) },
  };
  if (values.receipts !== undefined) mkdirSync(values.receipts, { recursive: true });
  return { ...values, seed: Number(values.seed), texts };
}

async function play(
  options: ReturnType<typeof readOptions>,
  folder: string,
  io: CommandIo,
): Promise<DayReport | undefined> {
  const { texts } = options;
  const { products, problems } = readCatalogue(texts.catalogue);
  for (const { line, problem } of problems) io.stderr.write(`${options.catalogue}:${line}: ${problem}\n`);
  const cards = readCards(texts.cards);
  const steps =
    texts.script === undefined ? dayOfSeed(options.seed, { products, cards }) : scriptOf(texts.script, io);
  if (steps === undefined) return undefined;
  let receipts = 0;
  return runDay({
    seed: options.seed,
    folder,
    catalogueFile: options.catalogue,
    cardsFile: options.cards,
    operatorsFile: options.operators,
    products,
    cards,
    steps,
    say: (text) => {
      if (!options.json) io.stdout.write(`${text}\n`);
    },
    onReceipt: ({ svg, escPosBase64 }) => {
      receipts += 1;
      if (options.receipts === undefined) return;
      const file = join(options.receipts, String(receipts).padStart(3, '0'));
      writeFileSync(`${file}.svg`, svg);
      writeFileSync(`${file}.escpos`, Buffer.from(escPosBase64, 'base64'));
    },
  });
}

function scriptOf(
  { file, text }: { readonly file: string; readonly text: string },
  io: CommandIo,
): readonly DayStep[] | undefined {
  const script = readDayScript(text);
  if (script.ok) return script.steps;
  for (const { line, problem } of script.problems) io.stderr.write(`${file}:${line}: ${problem}\n`);
  return undefined;
}

/** @throws Error with one line that names the file. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}

function balances(report: DayReport): boolean {
  const { journal, ledger, unsent, reversalsOwed, settlement } = report;
  const nothingOwed = unsent === 0 && reversalsOwed === 0;
  return settlement.result === 'balanced' && journal.verified && ledger.balanced && nothingOwed;
}

function story(report: DayReport): string {
  const yes = (holds: boolean): string => (holds ? 'yes' : 'NO');
  return `
The day in numbers
  sales                ${report.sales}  (online ${report.onlineApproved}, offline ${report.offlineAccepted}, cash ${report.sales - report.onlineApproved - report.offlineAccepted})
  declined             ${report.declined}
  reversed             ${report.reversed}
  voided, refunded     ${report.voided}, ${report.refunded}
  uploaded, rejected   ${report.uploaded}, ${report.rejected}
  unsent, owed         ${report.unsent}, ${report.reversalsOwed}
  first settlement     ${report.settlement.result}
  journal verified     ${yes(report.journal.verified)}, ${report.journal.entries} entries
  ledger balanced      ${yes(report.ledger.balanced)}, ${report.ledger.entries} postings
`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
