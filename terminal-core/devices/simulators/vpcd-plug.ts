import { connect, type Socket } from 'node:net';
import type { Chip } from '../../purse/simulator/index.ts';
import { Listeners } from '../listeners.ts';

/** Where the `vpcd` driver of pcscd waits for a virtual card; its second slot is one port further. */
export const VPCD_PORT = 35_963;

const CONTROL = { off: 0, on: 1, reset: 2, atr: 4 } as const;
const LENGTH_BYTES = 2;

/**
 * Puts a simulated chip into a virtual slot of pcscd (vsmartcard's `vpcd`), so that every program on the machine sees a
 * card. Each message is two bytes of length and what follows; a message of one byte is a control of power or the wish
 * for the ATR. A chip that tears itself away drops the connection, which is how vpcd sees a card pulled out.
 */
export class VpcdPlug {
  readonly #chip: Chip;
  readonly #host: string;
  readonly #port: number;
  readonly #pulledOut = new Listeners<void>();
  #socket: Socket | undefined;
  #received: Buffer = Buffer.alloc(0);

  constructor(options: { readonly chip: Chip; readonly host?: string; readonly port?: number }) {
    this.#chip = options.chip;
    this.#host = options.host ?? '127.0.0.1';
    this.#port = options.port ?? VPCD_PORT;
  }

  get isIn(): boolean {
    return this.#socket !== undefined;
  }

  /** Tears itself away, is pulled out, or its slot goes away. */
  onPulledOut(listener: () => void): () => void {
    return this.#pulledOut.add(listener);
  }

  /** @throws Error when no vpcd listens there: pcscd is not running or has no virtual reader. */
  async plugIn(): Promise<void> {
    await this.pullOut();
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', (cause) =>
        reject(
          new Error(`no vpcd at ${this.#host}:${this.#port}: is pcscd running with vsmartcard-vpcd?`, {
            cause,
          }),
        ),
      );
    });
    this.#chip.reset();
    this.#received = Buffer.alloc(0);
    this.#socket = socket;
    socket.on('data', (chunk) => this.#take(chunk));
    // `close` follows and says all that matters.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#pulledOut.emit();
    });
  }

  async pullOut(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) return;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.destroy();
    await closed;
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + this.#received.readUInt16BE(0);
      if (this.#received.length < end) return;
      const payload = this.#received.subarray(LENGTH_BYTES, end);
      this.#received = this.#received.subarray(end);
      this.#handle(payload);
    }
  }

  #handle(payload: Buffer): void {
    if (payload.length > 1) this.#answer(payload);
    else if (payload[0] === CONTROL.atr) this.#write(framed(this.#chip.atr));
    // Off, on and reset all lose the session; what is unknown asks for nothing.
    else if (payload.length === 1) this.#chip.reset();
  }

  #answer(apdu: Uint8Array): void {
    const { kind, bytes } = this.#chip.process(apdu);
    if (kind === 'answer') {
      this.#write(framed(bytes));
      return;
    }
    // The length of a whole answer and half of its bytes: what the contacts carried until they were gone.
    const socket = this.#socket;
    if (bytes.length === 0) socket?.destroy();
    else socket?.write(framed(bytes, 2 * bytes.length), () => socket.destroy());
  }

  #write(bytes: Uint8Array): void {
    this.#socket?.write(bytes);
  }
}

function framed(bytes: Uint8Array, saidLength = bytes.length): Uint8Array {
  const frame = Buffer.alloc(LENGTH_BYTES + bytes.length);
  frame.writeUInt16BE(saidLength, 0);
  frame.set(bytes, LENGTH_BYTES);
  return frame;
}
