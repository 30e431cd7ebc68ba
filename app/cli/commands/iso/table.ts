import {
  describeKind,
  describeMessage,
  dialects,
  type PartialMessage,
  subfieldErrors,
} from '../../../../terminal-core/iso8583/index.ts';
import { readLine } from './decode-line.ts';
import type { LineResult } from './line-loop.ts';
import type { LineOptions } from './options.ts';

const VALUE_COLUMNS_MAX = 48;

/** One hex frame to a table of its fields with names and meanings, masked whatever the options say. */
export function tableOfLine(line: string, options: LineOptions): LineResult {
  const { result } = readLine(line, options);
  const message = result.ok ? result.message : result.partial;
  const errors = result.ok ? subfieldErrors(dialects[options.dialect], message.fields) : [result.error];
  const lines = [
    heading(message, options),
    ...fieldRows(message, options),
    ...errors.map(
      ({ code, field, offset, message: why }) =>
        `  ! ${code}${field === undefined ? '' : ` in ${field}`} at byte ${offset}: ${why}`,
    ),
  ];
  return { text: `${lines.join('\n')}\n`, isFailure: !result.ok };
}

function heading(message: PartialMessage, options: LineOptions): string {
  const { mti = '????', tpdu, header } = message;
  const kind = describeKind(dialects[options.dialect], message);
  return [
    mti,
    ...(kind === undefined ? [] : [kind]),
    ...(tpdu === undefined ? [] : [`TPDU ${tpdu}`]),
    ...(header === undefined ? [] : [`header ${header}`]),
  ].join('  ');
}

function fieldRows(message: PartialMessage, options: LineOptions): string[] {
  const fields = describeMessage(dialects[options.dialect], message);
  const names = Math.max(0, ...fields.map(({ name }) => name.length));
  const formats = Math.max(0, ...fields.map(({ format }) => format.length));
  const values = Math.max(0, ...fields.map(({ value }) => Math.min(value.length, VALUE_COLUMNS_MAX)));
  return fields.map(({ de, name, format, value, meaning }) => {
    const front = `  ${String(de).padStart(3)}  ${name.padEnd(names)}  ${format.padEnd(formats)}`;
    return `${front}  ${printable(value).padEnd(values)}${meaning === undefined ? '' : `  ${meaning}`}`.trimEnd();
  });
}

/** A control character in a field must not move the cursor of whoever reads the table. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}]/gu, '·');
}
