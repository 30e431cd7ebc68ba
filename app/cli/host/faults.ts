import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type FaultRule, faultRuleSchema, faultRulesSchema } from '../../../host-sim/faults/fault.ts';
import { isScenarioName, SCENARIOS } from '../../../host-sim/faults/scenarios.ts';
import type { CommandIo } from '../io.ts';
import { CommandProblem, printJson, wholeNumber } from './office.ts';
import { table } from './table.ts';

const PORT_MAX = 65_535;

const OPTIONS = {
  'admin-port': { type: 'string' },
  token: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const liveRules = z.array(z.object({ rule: faultRuleSchema, hits: z.number(), spent: z.boolean() }));
const refusal = z.object({ error: z.string() });

/** `holdfast host faults list | set NAME|FILE | clear`: the rules of a host that is running, by its admin interface. */
export async function faults(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const [action = 'list', what] = positionals;
  if (values['admin-port'] === undefined)
    throw new CommandProblem('host faults needs --admin-port P, the one that the host was started with', 2);
  const port = wholeNumber('--admin-port', values['admin-port'], PORT_MAX);
  const token = values.token ?? process.env.HOLDFAST_HOST_TOKEN;
  if (token === undefined)
    throw new CommandProblem(
      'host faults needs --token (or HOLDFAST_HOST_TOKEN): the host prints it at its start',
      2,
    );
  const ask = (method: string, body?: unknown) => askHost({ port, token, method, body });
  const rows = await (() => {
    switch (action) {
      case 'list':
        return ask('GET');
      case 'clear':
        return ask('POST', []);
      case 'set':
        if (what === undefined)
          throw new CommandProblem('host faults set needs the name of a scenario or a FILE', 2);
        return ask('POST', rulesOf(what));
      default:
        throw new CommandProblem(`host faults takes list, set, clear; not ${JSON.stringify(action)}`, 2);
    }
  })();
  if (values.json) printJson(io, rows);
  else
    io.stdout.write(
      table(rows, [
        { title: 'fault', value: ({ rule }) => rule.kind },
        { title: 'hits', value: ({ hits }) => String(hits), align: 'right' },
        { title: 'left', value: ({ hits, rule }) => (rule.times ? String(rule.times - hits) : 'always') },
        { title: 'rule', value: ({ rule: { kind: _kind, ...rest } }) => JSON.stringify(rest) },
      ]),
    );
  return 0;
}

async function askHost(request: {
  readonly port: number;
  readonly token: string;
  readonly method: string;
  readonly body: unknown;
}): Promise<z.infer<typeof liveRules>> {
  const { body, method, port, token } = request;
  let response: Response;
  try {
    response = await fetch(`http://127.0.0.1:${port}/faults`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new CommandProblem(
      `No host answers on admin port ${port}: start it with "holdfast host serve --admin-port ${port}".`,
    );
  }
  const answer: unknown = await response.json();
  if (response.ok) return liveRules.parse(answer);
  const refused = refusal.safeParse(answer);
  throw new CommandProblem(refused.success ? refused.data.error : `The host answers ${response.status}.`);
}

/** A scenario's name, or a file with rules. */
export function rulesOf(nameOrFile: string): readonly FaultRule[] {
  if (isScenarioName(nameOrFile)) return SCENARIOS[nameOrFile].rules;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(nameOrFile, 'utf8'));
  } catch (cause) {
    throw new CommandProblem(
      `${nameOrFile} is neither a scenario ("holdfast host scenarios" lists them) nor a file that can be read as JSON (${oneLine(cause)}).`,
      2,
    );
  }
  const parsed = faultRulesSchema.safeParse(value);
  if (!parsed.success)
    throw new CommandProblem(
      `The fault file ${nameOrFile} is not a list of fault rules: ${oneLine(z.prettifyError(parsed.error))}`,
      2,
    );
  return parsed.data;
}

/** JSON's complaint quotes the text that it stumbled over, line ends and all. */
function oneLine(said: unknown): string {
  return (said instanceof Error ? said.message : String(said)).replaceAll(/\s+/g, ' ');
}
