import type {
  HostConnection,
  HostServer,
  ListenResult,
  ServerCounters,
  StopResult,
} from '../../terminal-core/host-link/index.ts';

/** Between two attempts to take the port again, which the system may still hold. */
const LISTEN_AGAIN_MS = 50;

/**
 * A server that can be taken away under its terminals and come back on the same port: every connection is cut, whatever
 * was being answered is booked and not told, and for a while nothing listens. The store stays as it is.
 */
export class RestartableServer implements HostServer {
  readonly #make: (port: number) => HostServer;
  readonly #sleep: (durationMs: number) => Promise<void>;
  readonly #stopping: Promise<StopResult>[] = [];
  #server: HostServer;
  #port = 0;
  readonly #stopped = Promise.withResolvers<void>();
  #isStopped = false;
  #restarting: Promise<void> | undefined;

  constructor(options: {
    /** 0 takes any free port. */
    readonly port: number;
    readonly make: (port: number) => HostServer;
    readonly sleep: (durationMs: number) => Promise<void>;
  }) {
    this.#make = options.make;
    this.#sleep = options.sleep;
    this.#server = options.make(options.port);
  }

  async listen(): Promise<ListenResult> {
    const result = await this.#server.listen();
    if (result.kind === 'listening') this.#port = result.port;
    return result;
  }

  connections(): readonly HostConnection[] {
    return this.#server.connections();
  }

  counters(): ServerCounters {
    return this.#server.counters();
  }

  /** Cuts everything at once and listens again after `downMs`. While it is down, another restart is the same one. */
  restart(downMs: number): void {
    this.#restarting ??= this.#restart(downMs).finally(() => {
      this.#restarting = undefined;
    });
  }

  async #restart(downMs: number): Promise<void> {
    const old = this.#server;
    // Not awaited: what is still being handled may take longer than the host is down.
    this.#stopping.push(old.stop());
    for (const connection of old.connections()) connection.destroy();
    // Whoever stops a host that is down does not wait until it would have come back.
    await Promise.race([this.#sleep(downMs), this.#stopped.promise]);
    for (;;) {
      if (this.#isStopped) return;
      const server = this.#make(this.#port);
      if ((await server.listen()).kind === 'listening') {
        this.#server = server;
        return;
      }
      await this.#sleep(LISTEN_AGAIN_MS);
    }
  }

  async stop(): Promise<StopResult> {
    this.#isStopped = true;
    this.#stopped.resolve();
    await this.#restarting;
    const results = await Promise.all([...this.#stopping, this.#server.stop()]);
    return { abandoned: results.reduce((sum, { abandoned }) => sum + abandoned, 0) };
  }
}
