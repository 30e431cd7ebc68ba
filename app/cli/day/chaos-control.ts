import net from 'node:net';
import type { Direction, FrameFate, Weather } from './chaos-plan.ts';
import type { ChaosProxy } from './chaos-proxy.ts';

/** A longer line is no command. */
export const COMMAND_LENGTH_MAX = 1024;
export const CONTROL_CONNECTIONS_MAX = 16;

export const CHAOS_COMMANDS = `cut | blackhole | heal
drop-answer N | drop-request N | duplicate-answer N | duplicate-request N | corrupt-answer N | corrupt-request N
late-answer N | late-request N | close-halfway N
delay MS | split BYTES | glue FRAMES | reorder FRAMES | late-ms MS
rate drop|duplicate|corrupt|late|close-halfway PERCENT | seed N
stats | quit`;

const STANDING: Readonly<Record<string, Exclude<keyof Weather, 'rates'>>> = {
  delay: 'delayMs',
  split: 'splitBytes',
  glue: 'glueFrames',
  reorder: 'reorderFrames',
  'late-ms': 'lateMs',
};

const NEXT: Readonly<Record<string, readonly [Direction, FrameFate]>> = {
  'drop-answer': ['answer', 'drop'],
  'drop-request': ['request', 'drop'],
  'duplicate-answer': ['answer', 'duplicate'],
  'duplicate-request': ['request', 'duplicate'],
  'corrupt-answer': ['answer', 'corrupt'],
  'corrupt-request': ['request', 'corrupt'],
  'late-answer': ['answer', 'late'],
  'late-request': ['request', 'late'],
  'close-halfway': ['answer', 'close-halfway'],
};

const RATES = ['drop', 'duplicate', 'corrupt', 'late', 'close-halfway'] as const;

/**
 * Carries out one line of the control protocol.
 * @returns the line that answers it: `ok`, `ok` and JSON, or `error` and what was expected.
 */
export async function obey(proxy: ChaosProxy, line: string, quit: () => void): Promise<string> {
  const [command = '', first, second] = line.trim().split(/\s+/);
  const standing = STANDING[command];
  const next = NEXT[command];
  if (standing !== undefined) {
    const value = wholeNumber(first);
    if (value === undefined) return expected(`${command} and a whole number`);
    proxy.set({ [standing]: value });
    return 'ok';
  }
  if (next !== undefined) {
    const count = wholeNumber(first ?? '1');
    if (count === undefined || count === 0) return expected(`${command} and how many frames`);
    proxy.next(next[0], next[1], { count });
    return 'ok';
  }
  switch (command) {
    case 'cut':
      await proxy.cut();
      return 'ok';
    case 'blackhole':
      await proxy.blackhole();
      return 'ok';
    case 'heal':
      await proxy.heal();
      return 'ok';
    case 'rate': {
      const fate = RATES.find((name) => name === first);
      const percent = Number(second);
      if (fate === undefined || !(percent >= 0 && percent <= 100))
        return expected(`rate ${RATES.join('|')} and 0 to 100`);
      proxy.rate(fate, percent / 100);
      return 'ok';
    }
    case 'seed': {
      const seed = wholeNumber(first);
      if (seed === undefined) return expected('seed and a whole number');
      proxy.reseed(seed);
      return 'ok';
    }
    case 'stats':
      return `ok ${JSON.stringify({ state: proxy.state, ...proxy.counters() })}`;
    case 'quit':
      // Not at once: the one who asks hears `ok` first.
      setImmediate(quit);
      return 'ok';
    default:
      return expected(`one of: ${CHAOS_COMMANDS.replaceAll('\n', ' | ')}`);
  }
}

export interface ControlServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Takes commands on 127.0.0.1, one a line, and answers each with a line, in order. */
export async function serveControl(
  proxy: ChaosProxy,
  port: number,
  quit: () => void,
): Promise<ControlServer> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    let text = '';
    let turn = Promise.resolve();
    socket.setEncoding('utf8');
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk: string) => {
      const lines = (text + chunk).split('\n');
      text = lines.pop() ?? '';
      if (text.length > COMMAND_LENGTH_MAX || lines.some((line) => line.length > COMMAND_LENGTH_MAX)) {
        socket.end(`${expected(`a line of at most ${COMMAND_LENGTH_MAX} characters`)}\n`);
        return;
      }
      for (const line of lines) {
        turn = turn.then(async () => {
          const answer = await obey(proxy, line, quit).catch((cause: unknown) => `error ${String(cause)}`);
          if (socket.writable) socket.write(`${answer}\n`);
        });
      }
    });
  });
  server.maxConnections = CONTROL_CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroySoon();
      }),
  };
}

/** The other end of the control protocol, for who started the proxy as a process. */
export interface ChaosControl {
  /** @returns what follows `ok`. @throws Error with the proxy's words when it says `error`, or is gone. */
  send(command: string): Promise<string>;
  close(): void;
}

export async function connectControl(port: number): Promise<ChaosControl> {
  const socket = net.connect({ host: '127.0.0.1', port });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  const waiting: { resolve: (words: string) => void; reject: (cause: Error) => void }[] = [];
  let text = '';
  socket.setEncoding('utf8');
  socket.on('error', () => {});
  socket.on('close', () => {
    for (const { reject } of waiting.splice(0)) reject(new Error('the chaos proxy is gone'));
  });
  socket.on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      const next = waiting.shift();
      if (line === 'ok' || line.startsWith('ok ')) next?.resolve(line.slice(3));
      else next?.reject(new Error(line));
    }
  });
  return {
    send(command) {
      if (!socket.writable) return Promise.reject(new Error('the chaos proxy is gone'));
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        socket.write(`${command}\n`);
      });
    },
    close: () => socket.destroy(),
  };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function expected(what: string): string {
  return `error expected ${what}`;
}
