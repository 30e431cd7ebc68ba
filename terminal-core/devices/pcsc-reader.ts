import type { SlotRole, SmartCardEvent, SmartCardReader, SmartCardSlot } from '../ports/smart-card.ts';
import { Listeners } from './listeners.ts';
import { type Connection, ManagedDevice, type ReconnectDelays } from './managed-device.ts';
import {
  nativePcscApi,
  type PcscApi,
  type PcscReaderState,
  type PcscSession,
  type PcscSharing,
} from './pcsc-api.ts';
import { APDU_TIMEOUT_MS } from './pcsc-card.ts';
import { PcscSlot } from './pcsc-slot.ts';
import { describeError } from './problem-text.ts';

export interface PcscReaderConfig {
  readonly deviceId: string;
  /** Part of the reader's name as PC/SC gives it. Without it, the first reader that is not the PSAM's. */
  readonly customerReader?: string;
  /** Part of the name of the reader that holds the PSAM; many readers have one with a SAM slot of its own. */
  readonly samReader?: string;
  /** `exclusive` unless another program must see the cards, too: it could come between two commands of a sale. */
  readonly sharing?: PcscSharing;
  readonly timeoutMs?: number;
  /** How often to look whether all is as the service told, in case it forgot to tell. */
  readonly presencePollMs?: number;
  readonly reconnect?: ReconnectDelays;
}

export const PCSC_PRESENCE_POLL_MS = 5_000;

/** Chip card readers over PC/SC: one for the customer's card and, if there is one, one for the PSAM. */
export class PcscReader extends ManagedDevice implements SmartCardReader {
  readonly #config: PcscReaderConfig;
  readonly #api: PcscApi;
  readonly #events = new Listeners<SmartCardEvent>();
  #slots: readonly PcscSlot[] = [];
  /** Whether a card was in, when the connection was made: told once the reader is ready. */
  #firstSeen: readonly PcscReaderState[] = [];

  constructor(config: PcscReaderConfig, api: PcscApi = nativePcscApi) {
    super({ ...config, kind: 'smart-card-reader' });
    this.#config = config;
    this.#api = api;
    this.onStatus(({ state }) => {
      if (state === 'ready') this.#seeAll(this.#firstSeen);
    });
  }

  slots(): readonly SmartCardSlot[] {
    return this.status().state === 'ready' ? this.#slots.map(({ slot }) => slot) : [];
  }

  onCard(listener: (event: SmartCardEvent) => void): () => void {
    return this.#events.add(listener);
  }

  protected async connect(lost: (problem: string) => void): Promise<Connection> {
    const session = this.#api.open();
    try {
      const readers = session.readers();
      const names = this.#choose(readers.map(({ name }) => name));
      const slots = names.map(({ readerName, role }) => this.#slotFor(session, readerName, role));
      const poll = setInterval(
        () => this.#check(session, lost),
        this.#config.presencePollMs ?? PCSC_PRESENCE_POLL_MS,
      );
      poll.unref();
      const stopWatching = session.watch((event) => {
        const slot = slots.find(({ readerName }) => readerName === event.reader);
        if (event.kind === 'error') lost(event.problem);
        else if (event.kind === 'reader-detached' && slot) lost(`the reader ${event.reader} was unplugged`);
        else slot?.see(event.isPresent);
      });
      this.#slots = slots;
      this.#firstSeen = readers;
      return {
        close: async () => {
          clearInterval(poll);
          stopWatching();
          await Promise.all(slots.map((slot) => slot.close()));
          session.close();
        },
      };
    } catch (error) {
      session.close();
      throw error;
    }
  }

  /** @throws Error naming the readers that are there, when one that is wanted is not. */
  #choose(names: readonly string[]): readonly { readonly readerName: string; readonly role: SlotRole }[] {
    const { customerReader, samReader } = this.#config;
    const sam = samReader === undefined ? undefined : names.find((name) => name.includes(samReader));
    if (samReader !== undefined && sam === undefined) throw notThere(samReader, names);
    const customer = names.find(
      (name) => name !== sam && (customerReader === undefined || name.includes(customerReader)),
    );
    if (customer === undefined) throw notThere(customerReader, names);
    const forCustomers = { readerName: customer, role: 'customer' } as const;
    return sam === undefined ? [forCustomers] : [forCustomers, { readerName: sam, role: 'sam' }];
  }

  #slotFor(session: PcscSession, readerName: string, role: SlotRole): PcscSlot {
    return new PcscSlot({
      session,
      readerName,
      role,
      sharing: this.#config.sharing ?? 'exclusive',
      timeoutMs: this.#config.timeoutMs ?? APDU_TIMEOUT_MS,
      tell: (news) => this.#events.emit({ ...news, deviceId: this.deviceId, slotId: readerName, role }),
    });
  }

  #check(session: PcscSession, lost: (problem: string) => void): void {
    try {
      const readers = session.readers();
      const gone = this.#slots.find(({ readerName }) => !readers.some(({ name }) => name === readerName));
      if (gone === undefined) this.#seeAll(readers);
      else lost(`the reader ${gone.readerName} was unplugged`);
    } catch (error) {
      lost(describeError(error));
    }
  }

  #seeAll(readers: readonly PcscReaderState[]): void {
    for (const slot of this.#slots) {
      const reader = readers.find(({ name }) => name === slot.readerName);
      if (reader !== undefined) slot.see(reader.isPresent);
    }
  }
}

function notThere(wanted: string | undefined, names: readonly string[]): Error {
  const what = wanted === undefined ? 'no PC/SC reader' : `no PC/SC reader "${wanted}"`;
  const others = names.length === 0 ? '' : ` (there are: ${names.join(', ')})`;
  return new Error(`${what} is plugged in${others}`);
}
