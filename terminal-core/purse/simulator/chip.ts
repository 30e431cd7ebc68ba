import { concatBytes, uintBytes } from '../../crypto/bytes.ts';
import { type ParsedApdu, parseApdu } from './parse-apdu.ts';

/** What a reader gets from a chip: its whole answer with the status word, or what came before it was pulled away. */
export type ChipAnswer =
  | { readonly kind: 'answer'; readonly bytes: Uint8Array }
  | { readonly kind: 'torn'; readonly bytes: Uint8Array };

/** A card as a reader's contacts see it. */
export interface Chip {
  /** Answer to reset. */
  readonly atr: Uint8Array;
  /** Power off and on: what is not in its memory is lost. */
  reset(): void;
  process(apdu: Uint8Array): ChipAnswer;
}

/**
 * When the card is pulled away.
 *
 * `before-acting`: the command never ran. `after-acting`: it ran, and nothing of the answer was heard. `mid-answer`: it
 * ran, and half of the answer was heard. `acted-without-proof`: it ran, but the codes that PROVE would give were not
 * kept yet. A card writes all of a transaction or nothing of it; there is no tear point that leaves half a balance.
 */
export type TearPoint = 'before-acting' | 'after-acting' | 'mid-answer' | 'acted-without-proof';

export interface Tear {
  /** INS of the command: 0x54 debit, 0x52 credit, 0x50 initialise, 0xC0 GET RESPONSE, ... */
  readonly instruction: number;
  readonly point: TearPoint;
}

/** Where a chip keeps what survives power loss. */
export interface ChipStore<State> {
  read(): State;
  /** Whole or not at all, and before it returns: the card answers after this. */
  write(state: State): void;
}

/** A store in memory. Two chips on two stores of one state are clones. */
export function memoryStore<State>(initial: State): ChipStore<State> {
  let state = structuredClone(initial);
  return {
    read: () => state,
    write: (next) => {
      state = next;
    },
  };
}

/** What an applet makes of one command. */
export interface Reaction<State, Session> {
  readonly statusWord: number;
  readonly data?: Uint8Array;
  /** What changed in the memory, if anything did. */
  readonly state?: State;
  readonly session: Session;
}

/** The card's program: pure, with all of its luck in `random`. */
export interface Applet<State, Session> {
  readonly freshSession: Session;
  react(input: {
    readonly state: State;
    readonly session: Session;
    readonly command: ParsedApdu;
  }): Reaction<State, Session>;
  /** The same memory without the codes of the latest transaction. */
  withoutProof(state: State): State;
}

export interface ChipOptions<State, Session> {
  readonly atr: Uint8Array;
  readonly store: ChipStore<State>;
  readonly applet: Applet<State, Session>;
  /** `t0`: answers to commands that carry data are fetched by GET RESPONSE. */
  readonly protocol?: 't0' | 't1';
}

const GET_RESPONSE = 0xc0;
const WRONG_LENGTH = 0x6700;
const NOTHING_WAITING = 0x6985;

/** A chip on a store: power, tears and the length rules of the protocol; what commands mean is the applet's. */
export class SimulatedChip<State, Session> implements Chip {
  readonly atr: Uint8Array;
  readonly #options: ChipOptions<State, Session>;
  #session: Session;
  #waiting: Uint8Array | undefined;
  #tear: Tear | undefined;

  constructor(options: ChipOptions<State, Session>) {
    this.atr = options.atr;
    this.#options = options;
    this.#session = options.applet.freshSession;
  }

  /** The memory, for tests and for showing. */
  get state(): State {
    return this.#options.store.read();
  }

  /** Pulls the card away at the next command with this instruction, once. */
  tearAt(tear: Tear): void {
    this.#tear = tear;
  }

  reset(): void {
    this.#session = this.#options.applet.freshSession;
    this.#waiting = undefined;
  }

  process(apdu: Uint8Array): ChipAnswer {
    const tear = this.#tear?.instruction === apdu[1] ? this.#tear : undefined;
    if (tear === undefined) return { kind: 'answer', bytes: this.#act(apdu) };
    this.#tear = undefined;
    const heard = this.#tornAnswer(apdu, tear.point);
    this.reset();
    return { kind: 'torn', bytes: heard };
  }

  #tornAnswer(apdu: Uint8Array, point: TearPoint): Uint8Array {
    if (point === 'before-acting') return new Uint8Array();
    const answer = this.#act(apdu);
    const { store, applet } = this.#options;
    if (point === 'acted-without-proof') store.write(applet.withoutProof(store.read()));
    return point === 'mid-answer' ? answer.subarray(0, answer.length >> 1) : new Uint8Array();
  }

  #act(apdu: Uint8Array): Uint8Array {
    const command = parseApdu(apdu);
    if (command === undefined) return uintBytes(WRONG_LENGTH, 2);
    if (command.ins === GET_RESPONSE) return this.#getResponse(command.expectedBytes ?? 256);
    this.#waiting = undefined;
    const { store, applet, protocol } = this.#options;
    const reaction = applet.react({ state: store.read(), session: this.#session, command });
    if (reaction.state !== undefined) store.write(reaction.state);
    this.#session = reaction.session;
    const data = reaction.data ?? new Uint8Array();
    const mustFetch = protocol === 't0' && command.data.length > 0 && data.length > 0;
    if (!mustFetch) return concatBytes(data, uintBytes(reaction.statusWord, 2));
    this.#waiting = data;
    return uintBytes(0x6100 | (data.length & 0xff), 2);
  }

  #getResponse(expectedBytes: number): Uint8Array {
    const waiting = this.#waiting;
    if (waiting === undefined) return uintBytes(NOTHING_WAITING, 2);
    if (expectedBytes !== waiting.length) return uintBytes(0x6c00 | (waiting.length & 0xff), 2);
    this.#waiting = undefined;
    return concatBytes(waiting, uintBytes(0x9000, 2));
  }
}
