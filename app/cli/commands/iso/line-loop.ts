import { once } from 'node:events';
import type { CommandIo } from '../../io.ts';

/** What one line became: the text to print, without its line end, and whether it counts as a failure. */
export interface LineResult {
  readonly text: string;
  readonly isFailure: boolean;
}

/** Makes one line of output from one line of input. */
export type LineWork = (line: string) => LineResult;

/** No frame needs more than twice 65 537 hex digits, and its JSON not much more: a longer line is no frame. */
export const LINE_CHARACTERS_MAX = 1 << 20;

/** Output is gathered to this size before it is written: a write a line would cost more than the line. */
const WRITE_CHARACTERS = 1 << 16;

/**
 * Runs every line of the input through `work` and prints the results in order. Empty lines are passed over.
 * @returns 0 when no line failed, 1 otherwise.
 */
export async function runLines(work: LineWork, io: CommandIo): Promise<number> {
  io.stdin.setEncoding('latin1');
  let hasFailed = false;
  let output = '';
  let rest = '';
  // Set while the rest of a line that is too long is thrown away.
  let isSkipping = false;

  const take = (line: string) => {
    // Also trims the byte order mark that some editors put in front.
    const text = decodeUtf8(line).trim();
    if (text === '') return;
    const result = work(text);
    hasFailed ||= result.isFailure;
    output += `${result.text}\n`;
  };
  const refuseLongLine = () => {
    hasFailed = true;
    isSkipping = true;
    output += `${JSON.stringify({ error: { code: 'frame-length', offset: LINE_CHARACTERS_MAX, message: `the line has more than ${LINE_CHARACTERS_MAX} characters` }, partial: { fields: {} } })}\n`;
  };

  for await (const chunk of io.stdin) {
    const text = rest + String(chunk);
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      if (isSkipping) isSkipping = false;
      else if (end - from > LINE_CHARACTERS_MAX) {
        refuseLongLine();
        isSkipping = false;
      } else take(text.slice(from, end));
      from = end + 1;
      if (output.length >= WRITE_CHARACTERS) {
        await write(io.stdout, output);
        output = '';
      }
    }
    rest = isSkipping ? '' : text.slice(from);
    if (rest.length > LINE_CHARACTERS_MAX) {
      refuseLongLine();
      rest = '';
    }
  }
  if (!isSkipping) take(rest);
  await write(io.stdout, output);
  return hasFailed ? 1 : 0;
}

/** The input is read as bytes, because hex needs no decoding; a JSON line with other characters in it is UTF-8. */
function decodeUtf8(text: string): string {
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) > 0x7f) return Buffer.from(text, 'latin1').toString('utf8');
  }
  return text;
}

async function write(stdout: NodeJS.WritableStream, text: string): Promise<void> {
  if (text !== '' && !stdout.write(text)) await once(stdout, 'drain');
}
