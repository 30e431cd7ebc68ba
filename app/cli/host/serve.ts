import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { destination, pino } from 'pino';
import { z } from 'zod';
import { startHost } from '../../../host-sim/index.ts';
import type { Log } from '../../../host-sim/ports.ts';
import {
  DEFAULT_PARAMETERS,
  parameterOverrides,
  type TerminalParameters,
} from '../../../terminal-core/domain/parameters.ts';
import { CONNECTIONS_MAX, type ServerTls } from '../../../terminal-core/host-link/index.ts';
import type { CommandIo } from '../io.ts';
import { rulesOf } from './faults.ts';
import {
  COMMON_OPTIONS,
  CommandProblem,
  newDatabaseFile,
  nowOf,
  printJson,
  seedOf,
  vaultKeyOf,
  wholeNumber,
} from './office.ts';

const PORT_DEFAULT = '8583';
const PORT_MAX = 65_535;

/** `holdfast host serve`: runs until SIGTERM or SIGINT and then stops in good order. */
export async function serve(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...COMMON_OPTIONS,
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: PORT_DEFAULT },
      'admin-port': { type: 'string' },
      connections: { type: 'string' },
      faults: { type: 'string' },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      'tls-client-ca': { type: 'string' },
      parameter: { type: 'string', multiple: true, default: [] },
      log: { type: 'string', default: 'warn' },
    },
  });
  // All arguments first: a wrong one must leave no folder, key or database behind.
  const port = wholeNumber('--port', values.port, PORT_MAX);
  const log = hostLog(values.log);
  const terminalParameters = parametersOf(values.parameter);
  const faults = values.faults === undefined ? undefined : rulesOf(values.faults);
  const seed = seedOf(values);
  const adminPort =
    values['admin-port'] === undefined
      ? undefined
      : wholeNumber('--admin-port', values['admin-port'], PORT_MAX);
  const aheadMs = nowOf(values) - Date.now();
  const tls = tlsOf(values);
  const connectionsMax = connectionsOf(values.connections);
  const file = newDatabaseFile(values);
  const started = await startHost({
    databaseFile: file,
    vaultKey: vaultKeyOf(values),
    clock: { nowMs: () => Date.now() + aheadMs },
    sleep: (durationMs) => sleep(durationMs),
    log,
    host: values.host,
    port,
    ...(adminPort === undefined ? {} : { adminPort }),
    ...(tls === undefined ? {} : { tls }),
    ...(connectionsMax === undefined ? {} : { connectionsMax }),
    ...(seed === undefined ? {} : { seed }),
    settings: { terminalParameters },
    ...(faults === undefined ? {} : { faults }),
  });
  if (started.kind === 'failed') throw new CommandProblem(started.message);
  const { host } = started;
  if (values.json) {
    printJson(io, {
      ready: true,
      port: host.port,
      ...(host.admin ? { adminPort: host.admin.port, adminToken: host.admin.token } : {}),
    });
  } else {
    const admin = host.admin ? `, console on http://127.0.0.1:${host.admin.port}/#${host.admin.token}` : '';
    io.stdout.write(
      `The host listens on ${values.host}:${host.port}${admin}. Database ${file}. Stop it with Ctrl-C.\n`,
    );
  }
  await untilSignal();
  await host.stop();
  return 0;
}

/** Handles that the host needs besides one for each terminal: database, log, admin interface, the runtime's own. */
const OTHER_HANDLES = 64;

/** @returns undefined for the default. A number that the system will not bear is refused now, not when the terminals come. */
function connectionsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const connections = wholeNumber('--connections', text, CONNECTIONS_MAX);
  if (connections === 0) throw new CommandProblem('--connections is at least 1', 2);
  const handlesMax = openFilesMax();
  if (connections + OTHER_HANDLES > handlesMax)
    throw new CommandProblem(
      `${connections} connections need ${connections + OTHER_HANDLES} open files and this system allows ${handlesMax}: raise it ("ulimit -n ${connections + OTHER_HANDLES}") or give --connections a smaller number.`,
    );
  return connections;
}

/** The runtime raises its soft limit to the hard one when it starts; where it is not told, nothing is refused. */
function openFilesMax(): number {
  const limits = reportSchema.safeParse(process.report.getReport());
  const max = limits.success ? Number(limits.data.userLimits.open_files.soft) : Number.NaN;
  return Number.isNaN(max) ? Number.POSITIVE_INFINITY : max;
}

const reportSchema = z.object({
  userLimits: z.object({ open_files: z.object({ soft: z.union([z.string(), z.number()]) }) }),
});

/** `NAME=VALUE` of what the terminals download. */
function parametersOf(given: readonly string[]): Partial<TerminalParameters> {
  const values: Record<string, number> = {};
  for (const each of given) {
    const [, name = '', value = ''] = /^([A-Za-z0-9]+)=(\d{1,12})$/.exec(each) ?? [];
    if (!Object.hasOwn(DEFAULT_PARAMETERS, name)) {
      const known = Object.keys(DEFAULT_PARAMETERS).join(', ');
      throw new CommandProblem(
        `--parameter is NAME=NUMBER, not ${JSON.stringify(each)}; the names are ${known}.`,
        2,
      );
    }
    values[name] = Number(value);
  }
  return parameterOverrides(values);
}

/** Standard error only: standard output belongs to the readiness line. */
function hostLog(level: string): Log {
  const levels = ['silent', 'error', 'warn', 'info'];
  if (!levels.includes(level))
    throw new CommandProblem(`--log is one of ${levels.join(', ')}, not ${JSON.stringify(level)}`, 2);
  const logger = pino(
    { level, base: null, redact: ['*.pan', '*.pin', '*.key', 'pan', 'pin', 'key'] },
    destination(2),
  );
  return {
    info: (event, details = {}) => logger.info(details, event),
    warn: (event, details = {}) => logger.warn(details, event),
    error: (event, details = {}) => logger.error(details, event),
  };
}

/** @returns undefined for plain TCP. Whether the files hold certificates is found when the host begins to listen. */
function tlsOf(values: {
  readonly 'tls-cert'?: string | undefined;
  readonly 'tls-key'?: string | undefined;
  readonly 'tls-client-ca'?: string | undefined;
}): ServerTls | undefined {
  const { 'tls-cert': cert, 'tls-key': key, 'tls-client-ca': clientCa } = values;
  if (cert === undefined && key === undefined && clientCa === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new CommandProblem('TLS needs both --tls-cert and --tls-key; --tls-client-ca comes on top.', 2);
  return {
    cert: readPem('--tls-cert', cert),
    key: readPem('--tls-key', key),
    ...(clientCa === undefined ? {} : { clientCa: readPem('--tls-client-ca', clientCa) }),
  };
}

function readPem(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CommandProblem(
      `${option} ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
    );
  }
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}
