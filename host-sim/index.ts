import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { SecretKey } from '../terminal-core/crypto/index.ts';
import type { ServerTls } from '../terminal-core/host-link/index.ts';
import type { FaultRule } from './faults/fault.ts';
import { FaultBook } from './faults/fault-book.ts';
import { openServices } from './host-services.ts';
import { systemRandom } from './keys/random.ts';
import type { Clock, Log } from './ports.ts';
import { createAdminServer } from './server/admin-server.ts';
import { HostCore } from './server/host-core.ts';
import { type FrameCounters, hostServer } from './server/host-server.ts';
import { MovableClock } from './server/movable-clock.ts';
import type { HostServices } from './server/outcome.ts';
import { RestartableServer } from './server/restartable-server.ts';
import { DEFAULT_SETTINGS, type HostSettings } from './settings.ts';
import { openSqliteStore } from './store/sqlite-store.ts';
import type { Store } from './store/store.ts';

export interface HostOptions {
  /** `:memory:` keeps nothing. */
  readonly databaseFile: string;
  readonly vaultKey: SecretKey;
  readonly clock: Clock;
  readonly log: Log;
  readonly sleep: (durationMs: number) => Promise<void>;
  /** 127.0.0.1 unless given. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Without it terminals speak plain TCP. */
  readonly tls?: ServerTls;
  /** Terminals at once, 1 to CONNECTIONS_MAX; CONNECTIONS_DEFAULT unless given. */
  readonly connectionsMax?: number;
  /** Without it there is no admin interface; 0 takes any free port. */
  readonly adminPort?: number;
  readonly settings?: Partial<HostSettings>;
  readonly seed?: number;
  readonly faults?: readonly FaultRule[];
}

export interface RunningHost {
  readonly port: number;
  /** undefined without an admin interface. */
  readonly admin: { readonly port: number; readonly token: string } | undefined;
  readonly store: Store;
  readonly services: HostServices;
  readonly faults: FaultBook;
  readonly clock: MovableClock;
  /** Takes nothing more, finishes what was begun, closes the store. */
  stop(): Promise<void>;
}

export type StartResult =
  | { readonly kind: 'started'; readonly host: RunningHost }
  | { readonly kind: 'failed'; readonly message: string };

const ADMIN_TOKEN_BYTES = 24;

/**
 * The host simulator: TCP, rules, ledger and admin interface over one database file.
 * @throws StoreRefusal or VaultKeyMismatch, with words for a person, when the database cannot be used.
 */
export async function startHost(options: HostOptions): Promise<StartResult> {
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const clock = new MovableClock(options.clock);
  const store = openSqliteStore(options.databaseFile);
  try {
    return await startOn(store, { options, settings, clock });
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function startOn(
  store: Store,
  given: { readonly options: HostOptions; readonly settings: HostSettings; readonly clock: MovableClock },
): Promise<StartResult> {
  const { clock, options, settings } = given;
  const { log, seed } = options;
  const services = await openServices({
    store,
    settings,
    vaultKey: options.vaultKey,
    nowMs: clock.nowMs(),
    ...(seed === undefined ? {} : { seed }),
  });
  const faults = new FaultBook({ rules: options.faults ?? [], random: services.random });
  const counters: FrameCounters = { answered: 0, formatErrors: 0, unreadable: 0, unanswered: 0, failures: 0 };
  const core = new HostCore({ store, services, clock });
  const { sleep } = options;
  const server: RestartableServer = new RestartableServer({
    port: options.port,
    sleep,
    make: (port) =>
      hostServer({
        host: options.host ?? '127.0.0.1',
        port,
        ...(options.tls === undefined ? {} : { tls: options.tls }),
        ...(options.connectionsMax === undefined ? {} : { connectionsMax: options.connectionsMax }),
        core,
        faults,
        log,
        sleep,
        counters,
        restart: (downMs) => server.restart(downMs),
      }),
  });
  const listening = await server.listen();
  if (listening.kind === 'failed') {
    await store.close();
    return { kind: 'failed', message: listening.text.en };
  }
  const token = Buffer.from(systemRandom.bytes(ADMIN_TOKEN_BYTES)).toString('base64url');
  const status = () => ({
    frames: { ...counters },
    connections: server.connections().length,
    link: server.counters(),
    rssBytes: process.memoryUsage().rss,
  });
  const admin =
    options.adminPort === undefined ? undefined : createAdminServer({ token, store, faults, clock, status });
  let adminPort: number | undefined;
  if (admin) {
    admin.listen({ host: '127.0.0.1', port: options.adminPort });
    try {
      await once(admin, 'listening');
    } catch (cause) {
      await server.stop();
      await store.close();
      return {
        kind: 'failed',
        message: `The admin port ${options.adminPort} cannot be used (${String(cause)}): choose another with --admin-port.`,
      };
    }
    // An HTTP server that listens on TCP has an address and a port.
    adminPort = (admin.address() as AddressInfo).port;
  }
  return {
    kind: 'started',
    host: {
      port: listening.port,
      admin: adminPort === undefined ? undefined : { port: adminPort, token },
      store,
      services,
      faults,
      clock,
      async stop() {
        admin?.close();
        admin?.closeAllConnections();
        await server.stop();
        await store.close();
      },
    },
  };
}
