import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { consoleView } from '../console/console-view.ts';
import { PAGE_HEADERS, type StaticFile, staticFile } from '../console/static-files.ts';
import { faultRulesSchema } from '../faults/fault.ts';
import type { FaultBook } from '../faults/fault-book.ts';
import { SCENARIOS, type ScenarioName } from '../faults/scenarios.ts';
import { audit } from '../ledger/audit.ts';
import type { Store } from '../store/store.ts';
import { EARLIEST_MS, LATEST_MS, type MovableClock } from './movable-clock.ts';

const BODY_BYTES_MAX = 1024 * 1024;

export interface AdminParts {
  readonly token: string;
  readonly store: Store;
  readonly faults: FaultBook;
  readonly clock: MovableClock;
  /** Numbers of the running server, for `GET /state`. */
  readonly status: () => Readonly<Record<string, unknown>>;
}

const clockSchema = z.union([
  z.strictObject({
    advanceMs: z
      .number()
      .int()
      .min(-400 * 86_400_000)
      .max(400 * 86_400_000),
  }),
  z.strictObject({ nowMs: z.number().int().nonnegative() }),
]);

/** Object.keys forgets the literal types. */
const SCENARIO_NAMES = Object.keys(SCENARIOS) as [ScenarioName, ...ScenarioName[]];
const faultsSchema = z.union([faultRulesSchema, z.strictObject({ scenario: z.enum(SCENARIO_NAMES) })]);

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

type Route = (parts: AdminParts, body: unknown) => Promise<Reply>;

const ok = (body: unknown): Reply => ({ status: 200, body });

async function view(parts: AdminParts): Promise<Reply> {
  const nowMs = parts.clock.nowMs();
  const shown = await parts.store.transaction((tx) => consoleView(tx, nowMs));
  return ok({ nowMs, ...parts.status(), ...shown });
}

/** The whole interface: method and path, and what it does. Loopback only, and only with the token. */
const ROUTES: Readonly<Record<string, Route>> = {
  'GET /state': view,
  'GET /check': async (parts) => ok(await parts.store.transaction(audit)),
  'GET /clock': async (parts) => ok({ nowMs: parts.clock.nowMs() }),
  'POST /clock': async (parts, body) => {
    const change = clockSchema.parse(body);
    const nowMs = 'advanceMs' in change ? parts.clock.nowMs() + change.advanceMs : change.nowMs;
    if (nowMs < EARLIEST_MS || nowMs > LATEST_MS)
      throw new BadBody('The clock goes from the year 2000 to the year 2099.');
    parts.clock.set(nowMs);
    return ok({ nowMs: parts.clock.nowMs() });
  },
  'GET /scenarios': async () =>
    ok(Object.fromEntries(Object.entries(SCENARIOS).map(([name, { sentence }]) => [name, sentence]))),
  'GET /faults': async (parts) => ok(parts.faults.list()),
  'POST /faults': async (parts, body) => {
    const asked = faultsSchema.parse(body);
    parts.faults.replace(Array.isArray(asked) ? asked : SCENARIOS[asked.scenario].rules);
    return ok(parts.faults.list());
  },
};

/** HTTP for tests, the demo, the command line and the console in a browser. */
export function createAdminServer(parts: AdminParts): Server {
  return createServer((request, response) => {
    const file =
      request.method === 'GET' && isLoopbackName(request.headers.host)
        ? staticFile(pathOf(request))
        : undefined;
    // The console's page holds nothing; what it shows needs the token.
    if (file) sendFile(response, file);
    else void handle(parts, request).then((reply) => send(response, reply));
  });
}

async function handle(parts: AdminParts, request: IncomingMessage): Promise<Reply> {
  if (!isLoopbackName(request.headers.host))
    return { status: 403, body: { error: 'This interface answers to 127.0.0.1 and localhost only.' } };
  if (!isAuthorised(request.headers.authorization, parts.token)) {
    return { status: 401, body: { error: 'Send the token that the host printed as Authorization: Bearer.' } };
  }
  const route = ROUTES[`${request.method} ${pathOf(request)}`];
  if (!route) return { status: 404, body: { error: `There is ${Object.keys(ROUTES).join(', ')}.` } };
  try {
    return await route(parts, request.method === 'POST' ? await readJson(request) : undefined);
  } catch (error) {
    if (error instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(error) } };
    if (error instanceof BadBody) return { status: 400, body: { error: error.message } };
    return { status: 500, body: { error: String(error) } };
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?')[0] ?? '/';
}

/** A page in a browser could be made to send requests here under another name (DNS rebinding). */
function isLoopbackName(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host ?? '');
}

function isAuthorised(header: string | undefined, token: string): boolean {
  const sent = Buffer.from(header ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  return sent.length === expected.length && timingSafeEqual(sent, expected);
}

class BadBody extends Error {}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer)) throw new BadBody('The body is not bytes.');
    length += chunk.length;
    if (length > BODY_BYTES_MAX) throw new BadBody(`The body is over ${BODY_BYTES_MAX} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new BadBody('The body is not JSON.');
  }
}

function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(`${JSON.stringify(reply.body)}\n`);
}

function sendFile(response: ServerResponse, file: StaticFile): void {
  response.writeHead(200, { ...PAGE_HEADERS, 'content-type': file.contentType, 'cache-control': 'no-store' });
  response.end(file.body);
}
