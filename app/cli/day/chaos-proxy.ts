import net from 'node:net';
import { Lane, type LaneCounters } from './chaos-lane.ts';
import { ChaosPlan, type Direction, type FrameFate, type Weather } from './chaos-plan.ts';

/** Connections through the proxy at once; the next one is refused. */
export const PROXY_CONNECTIONS_MAX = 256;
/** How long `heal` tries to get its port back when something else took it meanwhile. */
const LISTEN_AGAIN_MS = 5_000;

export interface ChaosProxyOptions {
  /** On 127.0.0.1; 0 takes any free port. */
  readonly listenPort: number;
  readonly target: { readonly host: string; readonly port: number };
  /** What is random is the same for the same seed and the same frames. */
  readonly seed?: number;
  /** For links that are not framed in the clear, such as TLS: cut, blackhole, delay and split work, frame faults do not. */
  readonly isRaw?: boolean;
}

export interface ChaosCounters extends LaneCounters {
  connections: number;
  openConnections: number;
}

/** `cut`: connections are reset and new ones refused. `blackhole`: they are taken, and nothing comes out of them. */
export type NetworkState = 'whole' | 'cut' | 'blackhole';

/** A network between terminal and host that breaks when it is told to. */
export interface ChaosProxy {
  readonly port: number;
  readonly state: NetworkState;
  cut(): Promise<void>;
  blackhole(): Promise<void>;
  /** The network is whole and calm again: connections work, all faults are gone. */
  heal(): Promise<void>;
  /** A fate for the next frames of one direction; `count` is 1 unless given. */
  next(
    direction: Direction,
    fate: FrameFate,
    options?: { readonly count?: number; readonly matches?: (frame: Uint8Array) => boolean },
  ): void;
  /** Changes the standing faults; what is not named stays. */
  set(changes: Partial<Weather>): void;
  /** The chance, 0 to 1, that a frame meets this fate. */
  rate(fate: Exclude<FrameFate, 'pass'>, chance: number): void;
  reseed(seed: number): void;
  /** A copy. */
  counters(): ChaosCounters;
  close(): Promise<void>;
}

/** @throws Error when the port cannot be listened on. */
export async function startChaosProxy(options: ChaosProxyOptions): Promise<ChaosProxy> {
  const proxy = new TcpChaosProxy(options);
  await proxy.start();
  return proxy;
}

class TcpChaosProxy implements ChaosProxy {
  readonly #options: ChaosProxyOptions;
  readonly #plan: ChaosPlan;
  readonly #breakers = new Set<() => void>();
  readonly #counters: LaneCounters & { connections: number } = {
    connections: 0,
    frames: 0,
    dropped: 0,
    duplicated: 0,
    corrupted: 0,
    late: 0,
    reordered: 0,
    closedHalfway: 0,
    swallowed: 0,
  };
  #server: net.Server | undefined;
  #port: number;
  #state: NetworkState = 'whole';

  constructor(options: ChaosProxyOptions) {
    this.#options = options;
    this.#port = options.listenPort;
    this.#plan = new ChaosPlan(options.seed ?? 1);
  }

  get port(): number {
    return this.#port;
  }

  get state(): NetworkState {
    return this.#state;
  }

  async start(): Promise<void> {
    const server = net.createServer((socket) => this.#connect(socket));
    server.maxConnections = PROXY_CONNECTIONS_MAX;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port: this.#port }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
    this.#server = server;
  }

  async cut(): Promise<void> {
    this.#state = 'cut';
    await this.#stopListening();
  }

  async blackhole(): Promise<void> {
    this.#state = 'blackhole';
    await this.#listenAgain();
  }

  async heal(): Promise<void> {
    this.#plan.calm();
    const wasBlackhole = this.#state === 'blackhole';
    this.#state = 'whole';
    // What was taken during the blackhole leads nowhere, and the frames of the others are lost: like a router that forgot.
    if (wasBlackhole) this.#breakAll();
    await this.#listenAgain();
  }

  next(
    direction: Direction,
    fate: FrameFate,
    {
      count = 1,
      matches,
    }: { readonly count?: number; readonly matches?: (frame: Uint8Array) => boolean } = {},
  ): void {
    this.#plan.addRule({ direction, fate, count, ...(matches === undefined ? {} : { matches }) });
  }

  set(changes: Partial<Weather>): void {
    this.#plan.weather = { ...this.#plan.weather, ...changes };
  }

  rate(fate: Exclude<FrameFate, 'pass'>, chance: number): void {
    this.set({ rates: { ...this.#plan.weather.rates, [fate]: chance } });
  }

  reseed(seed: number): void {
    this.#plan.reseed(seed);
  }

  counters(): ChaosCounters {
    return { ...this.#counters, openConnections: this.#breakers.size };
  }

  close(): Promise<void> {
    return this.#stopListening();
  }

  async #stopListening(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    this.#breakAll();
    await closed;
  }

  async #listenAgain(): Promise<void> {
    const giveUpAtMs = performance.now() + LISTEN_AGAIN_MS;
    while (this.#server === undefined) {
      try {
        await this.start();
      } catch (cause) {
        if (performance.now() > giveUpAtMs) throw cause;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  #breakAll(): void {
    for (const breakConnection of [...this.#breakers]) breakConnection();
  }

  #connect(terminal: net.Socket): void {
    this.#counters.connections += 1;
    terminal.setNoDelay(true);
    terminal.on('error', () => {});
    if (this.#state === 'blackhole') {
      terminal.resume();
      this.#keep(() => terminal.resetAndDestroy(), [terminal]);
      return;
    }
    const host = net.connect({ ...this.#options.target, noDelay: true });
    const breakConnection = () => {
      terminal.resetAndDestroy();
      host.destroy();
    };
    const common = {
      plan: this.#plan,
      counters: this.#counters,
      isRaw: this.#options.isRaw ?? false,
      isBlackhole: () => this.#state === 'blackhole',
      breakConnection,
    };
    terminal.pause();
    const lanes: Lane[] = [];
    host.on('connect', () => {
      lanes.push(new Lane({ ...common, direction: 'request', source: terminal, sink: host }));
      lanes.push(new Lane({ ...common, direction: 'answer', source: host, sink: terminal }));
      terminal.resume();
    });
    host.on('error', breakConnection);
    terminal.on('error', breakConnection);
    this.#keep(breakConnection, [terminal, host], () => {
      for (const lane of lanes) lane.close();
    });
  }

  /** Holds a connection until its sockets are closed. One side that closes without a word ends the other. */
  #keep(
    breakConnection: () => void,
    sockets: readonly net.Socket[],
    whenClosed: () => void = () => {},
  ): void {
    this.#breakers.add(breakConnection);
    let open = sockets.length;
    for (const socket of sockets) {
      socket.on('close', () => {
        open -= 1;
        if (open === 0) {
          this.#breakers.delete(breakConnection);
          whenClosed();
        } else if (!socket.readableEnded) {
          // What is still to be written to the other side is written: only `cut` takes bytes back.
          for (const other of sockets) other.destroySoon();
        }
      });
    }
  }
}
