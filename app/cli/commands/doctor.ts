import { resolve } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { argumentWords } from '../argument-words.ts';
import { dataRoot } from '../data-root.ts';
import { type Check, type CheckState, runChecks } from '../doctor/checks.ts';
import type { CommandIo } from '../io.ts';

const HELP = `holdfast doctor: what this machine has and lacks for a till

  --data DIR   the data folder to look at; else the till's own
  --json       {"ok":true,"checks":[{"name":"…","state":"ok|missing|failed","found":"…","remedy":"…"}]}

Exit 0 when the till can run: what is only missing has a replacement, which the line names.
`;

const MARKS = { ok: '✓', missing: '–', failed: '✗' } as const satisfies Record<CheckState, string>;
const COLOURS = { ok: 'green', missing: 'yellow', failed: 'red' } as const satisfies Record<
  CheckState,
  string
>;

/** `holdfast doctor`. @returns 0 when the till can run, 1 when it cannot, 2 for bad arguments. */
export async function run(args: string[], io: CommandIo): Promise<number> {
  let values: ReturnType<typeof parse>['values'];
  try {
    ({ values } = parse(args));
  } catch (error) {
    io.stderr.write(`holdfast doctor: ${argumentWords(error)}\n`);
    return 2;
  }
  if (values.help) {
    io.stdout.write(HELP);
    return 0;
  }
  const checks = await runChecks({
    env: process.env,
    dataDir: values.data === undefined ? dataRoot(process.env) : resolve(values.data),
    nowMs: Date.now(),
    nodeVersion: process.versions.node,
  });
  const ok = checks.every(({ state }) => state !== 'failed');
  io.stdout.write(values.json ? `${JSON.stringify({ ok, checks })}\n` : report(checks, io.stdout));
  return ok ? 0 : 1;
}

function parse(args: string[]) {
  return parseArgs({
    args,
    options: { data: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
}

/** One line a check, the remedy under it, and what it all comes to. */
export function report(checks: readonly Check[], stream: NodeJS.WritableStream): string {
  const colours = 'isTTY' in stream && stream.isTTY === true;
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ found, name, remedy, state }) => {
    const mark = colours ? styleText(COLOURS[state], MARKS[state]) : MARKS[state];
    const line = `${mark} ${name.padEnd(width)}  ${found}`;
    return remedy === undefined ? [line] : [line, `${' '.repeat(width + 4)}${remedy}`];
  });
  const failed = checks.filter(({ state }) => state === 'failed').map(({ name }) => name);
  const verdict =
    failed.length === 0 ? 'The till can run here.' : `The till cannot run here: ${failed.join(', ')}.`;
  return `${lines.join('\n')}\n\n${verdict}\n`;
}
