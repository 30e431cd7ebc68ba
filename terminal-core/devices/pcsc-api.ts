import { createRequire } from 'node:module';

/** What PC/SC tells about a reader; `isPresent` is about a card in it. */
export interface PcscEvent {
  readonly kind: 'reader-attached' | 'reader-detached' | 'card-inserted' | 'card-removed' | 'error';
  readonly reader: string;
  readonly isPresent: boolean;
  /** With `error`: what the service says. */
  readonly problem: string;
}

export interface PcscReaderState {
  readonly name: string;
  readonly isPresent: boolean;
}

/** A card that was connected to. */
export interface PcscHandle {
  readonly atr: Uint8Array;
  /** @throws Error in PC/SC's words when there is no answer. */
  transmit(apdu: Uint8Array): Promise<Uint8Array>;
  /** Lets go of the card. Must not be called while `transmit` is under way: it would block the process. */
  release(): void;
}

/** `exclusive`: no other program can come between two commands of a sale. */
export type PcscSharing = 'exclusive' | 'shared';

/** The part of PC/SC that this project uses, so that tests can stand in for it. */
export interface PcscApi {
  /** @throws Error when the driver or the service is missing. */
  open(): PcscSession;
}

export interface PcscSession {
  /** @throws Error when the service is gone. */
  readers(): readonly PcscReaderState[];
  /** @throws Error when it cannot begin. @returns how to stop. */
  watch(listener: (event: PcscEvent) => void): () => void;
  /** Connects to a card and resets it. @throws Error when it does not answer or another program holds it. */
  connect(reader: string, sharing: PcscSharing): Promise<PcscHandle>;
  close(): void;
}

/** The part of the package `smartcard` that is used. Its own types are not: it is optional and may not be installed. */
interface NativePcsc {
  readonly Context: new () => NativeContext;
  readonly ReaderMonitor: new () => NativeMonitor;
  readonly SCARD_SHARE_EXCLUSIVE: number;
  readonly SCARD_SHARE_SHARED: number;
  readonly SCARD_PROTOCOL_T0: number;
  readonly SCARD_PROTOCOL_T1: number;
  readonly SCARD_RESET_CARD: number;
  readonly SCARD_LEAVE_CARD: number;
  readonly SCARD_STATE_PRESENT: number;
}

interface NativeContext {
  listReaders(): readonly NativeReader[];
  close(): void;
}

interface NativeReader {
  readonly name: string;
  readonly state: number;
  connect(sharing: number, protocols: number): Promise<NativeCard>;
}

interface NativeCard {
  readonly atr: Buffer | null;
  transmit(apdu: Buffer): Promise<Buffer>;
  reconnect(sharing: number, protocols: number, initialisation: number): Promise<number>;
  disconnect(disposition: number): void;
}

interface NativeMonitor {
  start(
    listener: (event: {
      readonly type: PcscEvent['kind'];
      readonly reader: string;
      readonly state: number;
    }) => void,
  ): void;
  stop(): void;
}

/**
 * The real one. The driver is loaded at the first use, so that a machine without it has no chip cards, and not no till.
 * Its low-level calls are used rather than its `Devices`: each reader needs a context of its own, because all calls of
 * one context wait for one another, and a card that hangs would hold up the PSAM.
 */
export const nativePcscApi: PcscApi = {
  open: () => new NativeSession(loadNative()),
};

/** @throws Error that says what to install. */
export function loadNative(): NativePcsc {
  try {
    const load = createRequire(import.meta.url);
    // What the package exports is described above; no tool can check a module that may not be there.
    return load('smartcard') as NativePcsc;
  } catch (cause) {
    throw new Error(
      'the PC/SC driver is not built (Linux: install libpcsclite-dev, pcscd, g++, make and python3, then run npm ci)',
      { cause },
    );
  }
}

class NativeSession implements PcscSession {
  readonly #native: NativePcsc;
  readonly #context: NativeContext;

  constructor(native: NativePcsc) {
    this.#native = native;
    this.#context = new native.Context();
  }

  readers(): readonly PcscReaderState[] {
    return this.#context
      .listReaders()
      .map(({ name, state }) => ({ name, isPresent: this.#isPresent(state) }));
  }

  watch(listener: (event: PcscEvent) => void): () => void {
    const monitor = new this.#native.ReaderMonitor();
    monitor.start(({ type, reader, state }) => {
      // An error has its words where a reader's name would be.
      listener({
        kind: type,
        reader,
        isPresent: this.#isPresent(state),
        problem: type === 'error' ? reader : '',
      });
    });
    return () => monitor.stop();
  }

  async connect(reader: string, sharing: PcscSharing): Promise<PcscHandle> {
    const native = this.#native;
    const context = new native.Context();
    try {
      const found = context.listReaders().find(({ name }) => name === reader);
      if (found === undefined) throw new Error('the reader is gone');
      const mode = sharing === 'exclusive' ? native.SCARD_SHARE_EXCLUSIVE : native.SCARD_SHARE_SHARED;
      const protocols = native.SCARD_PROTOCOL_T0 | native.SCARD_PROTOCOL_T1;
      const card = await found.connect(mode, protocols);
      // Here and not at the release, whose call is not asynchronous: a reset takes as long as the card likes.
      await card.reconnect(mode, protocols, native.SCARD_RESET_CARD);
      return {
        atr: new Uint8Array(card.atr ?? []),
        transmit: async (apdu) => new Uint8Array(await card.transmit(Buffer.from(apdu))),
        release: () => {
          // A card that was pulled out cannot be disconnected; it is gone either way.
          ignoringFailure(() => card.disconnect(native.SCARD_LEAVE_CARD));
          ignoringFailure(() => context.close());
        },
      };
    } catch (error) {
      ignoringFailure(() => context.close());
      throw error;
    }
  }

  close(): void {
    ignoringFailure(() => this.#context.close());
  }

  #isPresent(state: number): boolean {
    return (state & this.#native.SCARD_STATE_PRESENT) !== 0;
  }
}

function ignoringFailure(run: () => void): void {
  try {
    run();
  } catch {
    // The service or the card is gone, which is what the caller wanted of it.
  }
}
