import { fstatSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CHAOS_COMMANDS, serveControl } from './chaos-control.ts';
import { startChaosProxy } from './chaos-proxy.ts';

const USAGE = `chaos-proxy-process.ts --listen PORT --target HOST:PORT --control PORT [--seed N] [--raw]
Stands between a terminal and a host on 127.0.0.1 and breaks the network on command. A port of 0 takes any free one.
Prints {"listening":PORT,"control":PORT} when it is ready, and ends with \`quit\`, a signal, or the end of a piped input.
Commands on the control port, one a line:
${CHAOS_COMMANDS}`;

async function main(): Promise<number> {
  const args = readArgs();
  if (args === undefined) {
    process.stderr.write(`expected ${USAGE}\n`);
    return 2;
  }
  const proxy = await startChaosProxy(args.proxy);
  const ended = Promise.withResolvers<void>();
  const control = await serveControl(proxy, args.controlPort, ended.resolve);
  process.once('SIGTERM', () => ended.resolve());
  process.once('SIGINT', () => ended.resolve());
  const input = fstatSync(0);
  if (input.isFIFO() || input.isSocket()) {
    // A parent that is killed closes our input: no proxy outlives the day that started it.
    process.stdin.on('end', () => ended.resolve());
    process.stdin.on('error', () => ended.resolve());
    process.stdin.resume();
  }
  process.stdout.write(`${JSON.stringify({ listening: proxy.port, control: control.port })}\n`);
  await ended.promise;
  process.stdin.destroy();
  await Promise.all([proxy.close(), control.close()]);
  return 0;
}

function readArgs() {
  let values: ReturnType<typeof parse>['values'];
  try {
    values = parse().values;
  } catch {
    return undefined;
  }
  const target = /^(?<host>.+):(?<port>\d+)$/.exec(values.target ?? '')?.groups;
  const listenPort = portOf(values.listen);
  const controlPort = portOf(values.control);
  const targetPort = portOf(target?.port);
  const host = target?.host;
  const seed = Number(values.seed);
  if (listenPort === undefined || controlPort === undefined || host === undefined || !Number.isInteger(seed))
    return undefined;
  if (targetPort === undefined || targetPort === 0) return undefined;
  return { controlPort, proxy: { listenPort, target: { host, port: targetPort }, seed, isRaw: values.raw } };
}

function parse() {
  return parseArgs({
    options: {
      listen: { type: 'string' },
      target: { type: 'string' },
      control: { type: 'string' },
      seed: { type: 'string', default: '1' },
      raw: { type: 'boolean', default: false },
    },
  });
}

function portOf(text: string | undefined): number | undefined {
  const port = text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : -1;
  return port >= 0 && port <= 65_535 ? port : undefined;
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (cause: unknown) => {
    process.stderr.write(
      `the chaos proxy cannot start: ${cause instanceof Error ? cause.message : String(cause)}\n`,
    );
    process.exitCode = 1;
  },
);
