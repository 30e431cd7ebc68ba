import { styleText } from 'node:util';
import type { DemoCard, DemoOperator } from './demo-data.ts';

export interface Welcome {
  readonly url: string;
  /** Why no window opened, as the end of a sentence; undefined when one did. */
  readonly noWindow: string | undefined;
  readonly dataDir: string;
  readonly sealKeyPath: string;
  readonly host: string;
  readonly demo:
    | {
        readonly operators: readonly DemoOperator[];
        readonly cards: readonly DemoCard[];
        readonly purses: readonly {
          readonly number: number;
          readonly name: string;
          readonly balance: string;
          readonly pin: string;
        }[];
      }
    | undefined;
  /** Lines of the catalogue that were left out. */
  readonly catalogueProblems: readonly string[];
}

/** What a person reads when the till is up: where it is, who may sign on, which cards there are. */
export function welcomeText(welcome: Welcome, stream: NodeJS.WritableStream): string {
  const strong = (text: string) => style('bold', text, stream);
  const faint = (text: string) => style('dim', text, stream);
  const lines = [
    '',
    `  ${strong('Holdfast')}  ${welcome.demo ? 'demo till' : 'till'}`,
    '',
    `  ${strong(style('cyan', welcome.url, stream))}`,
    `  ${faint(windowLine(welcome.noWindow))}`,
    '',
    ...(welcome.demo === undefined ? [] : demoLines(welcome.demo, { strong, faint })),
    ...catalogueLines(welcome.catalogueProblems),
    `  ${faint(`host     ${welcome.host}`)}`,
    `  ${faint(`data     ${welcome.dataDir}`)}`,
    `  ${faint(`sealing  ${welcome.sealKeyPath} (who can read this file can read stored card numbers;`)}`,
    `  ${faint("         the Electron shell keeps the key in the system's own store instead)")}`,
    '',
    '  Ctrl-C closes the till.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function windowLine(noWindow: string | undefined): string {
  if (noWindow === undefined)
    return 'Its window is open. The address is for this launch only; keep it to yourself.';
  return `Open this address in a browser on this machine (no window: ${noWindow}). It is for this launch only.`;
}

function demoLines(
  demo: NonNullable<Welcome['demo']>,
  { faint, strong }: Record<'strong' | 'faint', (text: string) => string>,
): string[] {
  const operators = demo.operators.map(
    ({ operatorCode, password, role }) => `    ${strong(operatorCode)} / ${password}   ${role}`,
  );
  const cards = demo.cards.map(({ balance, expiry, name, pan, pin, status }) =>
    [
      `    ${status === 'active' ? strong(pan.padEnd(19)) : faint(pan.padEnd(19))}`,
      balance.padStart(8),
      `PIN ${pin}`,
      `exp ${expiry.slice(2)}/${expiry.slice(0, 2)}`,
      status === 'active' ? name : `${name} (${status})`,
    ].join('  '),
  );
  const network = `  Network: type ${strong('cut')}, ${strong('heal')} or ${strong('lose')} here and Enter (lose: the host's next answer)`;
  const purses = demo.purses.map(
    ({ balance, name, number, pin }) =>
      `    ${strong(`purse ${number}`.padEnd(19))}  ${balance.padStart(8)}  PIN ${pin}  ${name}`,
  );
  const chips =
    purses.length === 0
      ? []
      : [
          `  Purse cards: type here to put one into the reader; ${strong('pull')} takes it out, ${strong('tear')} pulls the next away while it pays`,
          ...purses,
          '',
        ];
  return [
    '  Sign on',
    ...operators,
    '',
    '  Cards: type or scan the number',
    ...cards,
    '',
    ...chips,
    network,
    '',
  ];
}

const PROBLEMS_SHOWN_MAX = 5;

function catalogueLines(problems: readonly string[]): string[] {
  if (problems.length === 0) return [];
  const shown = problems.slice(0, PROBLEMS_SHOWN_MAX).map((problem) => `    ${problem}`);
  const more = problems.length - shown.length;
  return [
    `  ${problems.length} lines of the catalogue were left out:`,
    ...shown,
    ...(more > 0 ? [`    and ${more} more`] : []),
    '',
  ];
}

/** Colours only where a terminal shows them. */
function style(format: 'bold' | 'dim' | 'cyan', text: string, stream: NodeJS.WritableStream): string {
  return 'isTTY' in stream && stream.isTTY === true ? styleText(format, text) : text;
}
