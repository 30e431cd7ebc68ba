import type { IsoMessage } from '../message.ts';
import { responseCode } from '../response-codes.ts';
import { decodeDe55 } from '../subfields/de55.ts';
import { decodeDe60 } from '../subfields/de60.ts';
import { decodeDe61 } from '../subfields/de61.ts';
import { messageRow } from './classify.ts';
import type { FieldRules, MessageKind, MessageRow } from './message-row.ts';

/** One thing that is wrong with a message of a kind. */
export interface MessageProblem {
  readonly code: 'missing' | 'forbidden' | 'wrong-value' | 'malformed';
  /** `mti`, a field number, or a path below one. */
  readonly field: string;
  readonly message: string;
}

const MAC_DE = 64;
/** Their originals are of an earlier day. */
const NEEDS_DATE: readonly MessageKind[] = ['refund', 'code-payment-refund'];

/**
 * Checks a message against the catalogue; the same table serves the side that sends and the side that receives.
 * @param options `stage: 'before-mac'` for a message that gets its DE64 afterwards.
 * @returns every problem, none for a message that is right.
 */
export function checkMessage(
  kind: MessageKind,
  side: 'request' | 'answer',
  message: IsoMessage,
  options: { readonly stage?: 'complete' | 'before-mac' } = {},
): MessageProblem[] {
  const row = messageRow(kind);
  const stage = options.stage ?? 'complete';
  return [
    ...checkType(row, side, message),
    ...checkFields(row[side], message),
    ...(side === 'answer' && isAccepted(message) ? missing(row.answer.whenAccepted, message) : []),
    ...checkMac({ row, side, stage }, message),
    ...checkValues(row, side, message),
    ...checkSubfields(kind, side, message),
  ];
}

/** The message type of the answer to a request of this one. */
export function answerMti(requestMti: string): string {
  return String(Number(requestMti) + 10).padStart(4, '0');
}

function checkType(row: MessageRow, side: 'request' | 'answer', message: IsoMessage): MessageProblem[] {
  const allowed = side === 'request' ? row.mtis : row.mtis.map(answerMti);
  return allowed.includes(message.mti)
    ? []
    : [
        problem(
          'wrong-value',
          'mti',
          `a ${side} of ${row.kind} has ${allowed.join(' or ')}, not ${message.mti}`,
        ),
      ];
}

function checkFields(rules: FieldRules, message: IsoMessage): MessageProblem[] {
  const problems = missing(rules.required, message);
  if (rules.oneOf && !rules.oneOf.some((de) => message.fields[de] !== undefined)) {
    problems.push(problem('missing', rules.oneOf.join('|'), `one of DE${rules.oneOf.join(', ')} is needed`));
  }
  for (const key of Object.keys(message.fields)) {
    const de = Number(key);
    const isAllowed = de === MAC_DE || rules.required.includes(de) || rules.optional.includes(de);
    if (!isAllowed) problems.push(problem('forbidden', key, `DE${key} does not belong here`));
  }
  const { 26: pinLength, 52: pinBlock, 53: control } = message.fields;
  if (pinBlock !== undefined && control === undefined)
    problems.push(problem('missing', '53', 'a PIN block needs DE53'));
  if (pinBlock !== undefined && pinLength === undefined)
    problems.push(problem('missing', '26', 'a PIN block needs DE26'));
  return problems;
}

function missing(wanted: readonly number[], message: IsoMessage): MessageProblem[] {
  return wanted
    .filter((de) => message.fields[de] === undefined)
    .map((de) => problem('missing', String(de), `DE${de} is missing`));
}

function checkMac(
  context: {
    readonly row: MessageRow;
    readonly side: 'request' | 'answer';
    readonly stage: 'complete' | 'before-mac';
  },
  message: IsoMessage,
): MessageProblem[] {
  const { row, side, stage } = context;
  const hasMac = message.fields[MAC_DE] !== undefined;
  if (!row.isMaced) return hasMac ? [problem('forbidden', '64', `${row.kind} carries no MAC`)] : [];
  // A host that refuses may have no key to make a MAC with: only what is accepted must prove itself.
  const isNeeded = stage === 'complete' && (side === 'request' || isAccepted(message));
  return isNeeded && !hasMac ? [problem('missing', '64', `${row.kind} must carry a MAC`)] : [];
}

function isAccepted(message: IsoMessage): boolean {
  const code = message.fields[39];
  return typeof code === 'string' && responseCode(code).category === 'accept';
}

function checkValues(row: MessageRow, side: 'request' | 'answer', message: IsoMessage): MessageProblem[] {
  const problems: MessageProblem[] = [];
  const { 3: processingCode, 25: condition, 60: de60 } = message.fields;
  if (
    row.processingCode !== undefined &&
    processingCode !== undefined &&
    processingCode !== row.processingCode
  ) {
    problems.push(problem('wrong-value', '3', `${row.kind} has the processing code ${row.processingCode}`));
  }
  if (row.condition !== undefined && condition !== undefined && condition !== row.condition) {
    problems.push(problem('wrong-value', '25', `${row.kind} has the condition ${row.condition}`));
  }
  if (typeof de60 !== 'string') return problems;
  const decoded = decodeDe60(de60);
  if (!decoded.ok) return [...problems, malformed(decoded.error)];
  const { type = '', control } = decoded.value;
  if (row.types && !row.types.includes(type)) {
    problems.push(problem('wrong-value', '60.1', `${row.kind} has ${row.types.join(' or ')}, not ${type}`));
  }
  // Answers often leave out what is behind the batch number.
  const needsControl = side === 'request' || control !== undefined;
  if (row.controls && needsControl && !row.controls.includes(control ?? '')) {
    problems.push(
      problem(
        'wrong-value',
        '60.3',
        `${row.kind} has ${row.controls.join(' or ')}, not ${control ?? 'nothing'}`,
      ),
    );
  }
  return problems;
}

function checkSubfields(
  kind: MessageKind,
  side: 'request' | 'answer',
  message: IsoMessage,
): MessageProblem[] {
  const problems: MessageProblem[] = [];
  // An answer's chip data is for the chip, which judges it itself; an approved sale must not be lost over it.
  if (side === 'answer') return problems;
  const { 55: chip, 61: original } = message.fields;
  if (chip instanceof Uint8Array) {
    const decoded = decodeDe55(chip);
    if (!decoded.ok) problems.push(malformed(decoded.error));
  }
  if (typeof original === 'string') {
    const decoded = decodeDe61(original);
    if (!decoded.ok) problems.push(malformed(decoded.error));
    else if (NEEDS_DATE.includes(kind) && decoded.value.date === undefined) {
      problems.push(problem('missing', '61.3', 'a refund needs the date of its original'));
    }
  }
  return problems;
}

function malformed(error: { readonly field?: string; readonly message: string }): MessageProblem {
  return problem('malformed', error.field ?? '', error.message);
}

function problem(code: MessageProblem['code'], field: string, message: string): MessageProblem {
  return { code, field, message };
}
