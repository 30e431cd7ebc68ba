import { type ClientLink, type ClientOptions, createORPCClient, ORPCError } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { contract } from '../../../terminal-core/api/contract.ts';
import { Cell } from '../store/cell.ts';
import { type Channel, type NoContext, type OpenChannel, TurnedAwayError } from './channel.ts';

export type CoreClient = ContractRouterClient<typeof contract>;

/**
 * `lost`: the core was there and is not, or has not answered for PULSE_MISSED_MAX pulses. With `isTurnedAway` it is there,
 * but for another page: this one's launch token is not, or no longer, good.
 */
export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  | { readonly kind: 'lost'; readonly sinceMs: number; readonly isTurnedAway: boolean };

/** What came of a call: `lost` means nobody knows whether the core acted; `failed` is the core's own error. */
export type CallOutcome<T> =
  | { readonly kind: 'answer'; readonly value: T }
  | { readonly kind: 'lost' }
  | { readonly kind: 'failed'; readonly message: string };

const RETRY_FIRST_MS = 250;
const RETRY_LAST_MS = 2_000;
/** A token does not become good again by asking, so a page that was turned away asks rarely. */
const TURNED_AWAY_RETRY_MS = 30_000;
/** A first connection may take this long before the till says that the core is not there. */
const FIRST_CONNECTION_MS = 3_000;
const PULSE_EVERY_MS = 5_000;
const PULSE_ANSWER_MS = 4_000;
const PULSE_MISSED_MAX = 2;

/** The till's one connection to the core. It comes back by itself; `client` stays the same object for ever. */
export class CoreLink {
  readonly client: CoreClient;
  readonly state = new Cell<LinkState>({ kind: 'connecting' });
  readonly #open: OpenChannel;
  #channel: Channel | undefined;

  constructor(open: OpenChannel) {
    this.#open = open;
    const link: ClientLink<NoContext> = {
      call: (path: readonly string[], input: unknown, options: ClientOptions<NoContext>) =>
        this.#channel === undefined
          ? Promise.reject(new Error('There is no connection to the core'))
          : this.#channel.link.call(path, input, options),
    };
    this.client = createORPCClient(link);
  }

  /** Runs for as long as the page lives. */
  start(): void {
    setTimeout(() => {
      if (this.state.get().kind === 'connecting') this.#lose(false);
    }, FIRST_CONNECTION_MS);
    void this.#keepConnected();
    void this.#keepPulse();
  }

  /** Turns a call's exceptions into words the screens can act on. */
  async ask<T>(call: (client: CoreClient) => Promise<T>): Promise<CallOutcome<T>> {
    try {
      return { kind: 'answer', value: await call(this.client) };
    } catch (error) {
      // Only an answer of the core is an ORPCError; a cut connection ends a call with anything else.
      if (error instanceof ORPCError) return { kind: 'failed', message: error.message };
      return { kind: 'lost' };
    }
  }

  /** Follows one of the core's streams, and again after every reconnection. */
  follow<T>(open: (client: CoreClient) => Promise<AsyncIterable<T>>, onValue: (value: T) => void): void {
    let following: Channel | undefined;
    const run = async (): Promise<void> => {
      const channel = this.#channel;
      if (channel === undefined || channel === following) return;
      following = channel;
      while (this.#channel === channel) {
        try {
          for await (const value of await open(this.client)) onValue(value);
        } catch {
          // The pulse and the channel itself say whether the core is there; here the stream is only opened again.
        }
        await delay(RETRY_FIRST_MS);
      }
    };
    this.state.subscribe(() => void run());
    void run();
  }

  /** Calls `listener` at once when connected, and after every reconnection. */
  onConnected(listener: () => void): void {
    let wasConnected = false;
    const check = (): void => {
      const connected = this.state.get().kind === 'connected';
      if (connected && !wasConnected) listener();
      wasConnected = connected;
    };
    this.state.subscribe(check);
    check();
  }

  async #keepConnected(): Promise<never> {
    let retryMs = RETRY_FIRST_MS;
    for (;;) {
      let isTurnedAway = false;
      try {
        const channel = await this.#open();
        this.#channel = channel;
        this.state.set({ kind: 'connected' });
        retryMs = RETRY_FIRST_MS;
        await channel.closed;
      } catch (error) {
        isTurnedAway = error instanceof TurnedAwayError;
        retryMs = Math.min(retryMs * 2, RETRY_LAST_MS);
      }
      this.#channel = undefined;
      // A page that never had a connection is given FIRST_CONNECTION_MS before it says so.
      if (this.state.get().kind !== 'connecting' || isTurnedAway) this.#lose(isTurnedAway);
      await delay(isTurnedAway ? TURNED_AWAY_RETRY_MS : retryMs);
    }
  }

  /** An open channel says little about a core that hangs, so the core is asked now and then. */
  async #keepPulse(): Promise<never> {
    let missed = 0;
    for (;;) {
      await delay(PULSE_EVERY_MS);
      if (this.#channel === undefined) continue;
      const outcome = await this.ask((client) =>
        client.status.get(undefined, { signal: AbortSignal.timeout(PULSE_ANSWER_MS) }),
      );
      missed = outcome.kind === 'lost' ? missed + 1 : 0;
      if (missed >= PULSE_MISSED_MAX) this.#lose(false);
      else if (missed === 0 && this.#channel !== undefined) this.state.set(connectedFrom(this.state.get()));
    }
  }

  #lose(isTurnedAway: boolean): void {
    const state = this.state.get();
    if (state.kind !== 'lost') this.state.set({ kind: 'lost', sinceMs: Date.now(), isTurnedAway });
    else if (state.isTurnedAway !== isTurnedAway) this.state.set({ ...state, isTurnedAway });
  }
}

/** Keeps the same object while connected, so that nobody is told of a change that is none. */
function connectedFrom(state: LinkState): LinkState {
  return state.kind === 'connected' ? state : { kind: 'connected' };
}

function delay(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
