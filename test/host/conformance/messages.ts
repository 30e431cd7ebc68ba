import { buildFrame, pinBlockOf, type RawAnswer, type RawField } from '../raw-frames.ts';
import { n12, type RawTerminal } from '../raw-terminal.ts';

/** Messages about an earlier one, as a terminal that knows only its answer builds them. */
export interface About {
  readonly terminal: RawTerminal;
  /** The answer to the original. */
  readonly answer: RawAnswer;
  readonly amountMinor: number;
  readonly pan: string;
}

export const traceOf = (answer: RawAnswer): string => answer.fields[11] ?? '';
export const batchOf = (answer: RawAnswer): string => (answer.fields[60] ?? '').slice(2, 8);
export const codeOf = (answer: RawAnswer): string | undefined => answer.fields[39];
/** The digit of DE48 that says whether the totals agree. */
export const settlementResult = (answer: RawAnswer): string | undefined => answer.fields[48]?.[30];

/** DE61 with the original's batch, trace number and, for a refund, date. */
function originalOf(answer: RawAnswer): string {
  return `${batchOf(answer)}${traceOf(answer)}`;
}

export function voidFrame({ amountMinor, answer, pan, terminal }: About): Buffer {
  const fields = terminal.fields('23', {
    2: pan,
    3: '200000',
    4: n12(amountMinor),
    37: answer.fields[37] ?? '',
    ...(answer.fields[38] === undefined ? {} : { 38: answer.fields[38] }),
    61: originalOf(answer),
  });
  return buildFrame('0200', fields, terminal.macKey);
}

export function voidOf(about: About): Promise<RawAnswer> {
  return about.terminal.connection.ask(voidFrame(about));
}

export function refundFrame({ amountMinor, answer, pan, terminal }: About): Buffer {
  const fields = terminal.fields('25', {
    2: pan,
    3: '200000',
    4: n12(amountMinor),
    37: answer.fields[37] ?? '',
    61: `${originalOf(answer)}${answer.fields[13]}`,
    63: '001',
  });
  return buildFrame('0220', fields, terminal.macKey);
}

export function refundOf(about: About): Promise<RawAnswer> {
  return about.terminal.connection.ask(refundFrame(about));
}

/** DE26, 52 and 53 of a PIN that was entered. */
export function pinFields(
  terminal: RawTerminal,
  pan: string,
  pin: string,
): Readonly<Record<number, RawField>> {
  return { 26: '06', 52: pinBlockOf(terminal.pinKey, pin, pan), 53: '2600000000000000' };
}

/** The reversal of a request, by the fields of the request; reason 98: no answer came. */
export function reversalFrame(
  terminal: RawTerminal,
  original: {
    readonly stan: string;
    readonly type: string;
    readonly fields: Readonly<Record<number, RawField>>;
  },
): Buffer {
  const fields = terminal.fields(original.type, { ...original.fields, 39: '98', 11: original.stan });
  return buildFrame('0400', fields, terminal.macKey);
}

export interface SaleToReverse {
  readonly stan: string;
  readonly amountMinor: number;
  readonly pan: string;
}

export function saleReversalFrame(terminal: RawTerminal, sale: SaleToReverse): Buffer {
  const { amountMinor, pan, stan } = sale;
  return reversalFrame(terminal, {
    stan,
    type: '22',
    fields: { 2: pan, 3: '000000', 4: n12(amountMinor) },
  });
}

export function reverseSale(terminal: RawTerminal, sale: SaleToReverse): Promise<RawAnswer> {
  return terminal.connection.ask(saleReversalFrame(terminal, sale));
}

export function reverseVoid(terminal: RawTerminal, voiding: SaleToReverse): Promise<RawAnswer> {
  const { amountMinor, pan, stan } = voiding;
  const fields = { 2: pan, 3: '200000', 4: n12(amountMinor) };
  return terminal.connection.ask(reversalFrame(terminal, { stan, type: '23', fields }));
}

export function query(terminal: RawTerminal, stan: string): Promise<RawAnswer> {
  return terminal.ask('0200', '65', { 3: '380000', 61: `${terminal.batchNumber}${stan}` });
}

export async function balanceOf(terminal: RawTerminal, pan: string): Promise<RawAnswer> {
  return terminal.ask('0200', '01', { 2: pan, 3: '310000' });
}

/** Settles a batch that holds one sale, and signs on in the next. */
export async function settleOneSale(terminal: RawTerminal, amountMinor: number): Promise<void> {
  await terminal.settle({ debits: [1, amountMinor], credits: [0, 0] });
  await terminal.signOn();
}
