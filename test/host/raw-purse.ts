import { desEncrypt } from './raw-frames.ts';

/**
 * A foreign purse: it computes its codes from the description in EP's own terms and knows nothing of the project's crypto, so
 * that a code that is wrong twice does not agree with itself here.
 */

/** Fields of DE58 by tag, in the order in which they are sent. */
export type PurseTags = Readonly<Record<string, string>>;

/** Objects of tag, one byte of length, and value. */
export function de58(tags: PurseTags): Buffer {
  return Buffer.concat(
    Object.entries(tags).map(([tag, hex]) =>
      Buffer.concat([Buffer.from(tag, 'hex'), Buffer.from([hex.length / 2]), Buffer.from(hex, 'hex')]),
    ),
  );
}

/** Takes DE58 of an answer apart. */
export function tagsOf(hex: string): Record<string, string> {
  const bytes = Buffer.from(hex, 'hex');
  const tags: Record<string, string> = {};
  for (let at = 0; at < bytes.length; ) {
    const length = bytes[at + 2] ?? 0;
    tags[
      bytes
        .subarray(at, at + 2)
        .toString('hex')
        .toUpperCase()
    ] = bytes
      .subarray(at + 3, at + 3 + length)
      .toString('hex')
      .toUpperCase();
    at += 3 + length;
  }
  return tags;
}

export const ISSUER = '1000750000000000';
export const CITY = '3310000133100001';
export const MASTER_KEYS = {
  purchase: '0123456789ABCDEFFEDCBA9876543210',
  load: 'A0A1A2A3A4A5A6A7B0B1B2B3B4B5B6B7',
  tac: 'C0C1C2C3C4C5C6C7D0D1D2D3D4D5D6D7',
};
/** Whose keys are on a card: one version of them, and what they are diversified by before the card. */
export interface RawIssuer {
  readonly levels: readonly string[];
  readonly keyVersion: number;
  /** Hex. */
  readonly keys: Readonly<Record<'purchase' | 'load' | 'tac', string>>;
}

const KNOWN_ISSUER: RawIssuer = { levels: [CITY, ISSUER], keyVersion: 1, keys: MASTER_KEYS };
/** The number in the terminal's security module, six bytes. */
const TERMINAL_NUMBER = '310000000001';
const DATE = '20260310';

function diversified(master: string, factors: readonly string[]): Buffer {
  let key = Buffer.from(master, 'hex');
  for (const factor of factors) {
    const right = Buffer.from(factor, 'hex').subarray(-8);
    const inverted = Buffer.from(right.map((byte) => byte ^ 0xff));
    key = Buffer.concat([desEncrypt(key, right), desEncrypt(key, inverted)]);
  }
  return key;
}

/** Single-DES CBC over data padded with 80 00 .., its first four bytes. */
export function purseCode(key: Buffer, data: string): string {
  const bytes = Buffer.from(`${data}80`, 'hex');
  const padded = Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)]);
  let block: Buffer = Buffer.alloc(8);
  for (let at = 0; at < padded.length; at += 8) {
    block = desEncrypt(key, Buffer.from(block.map((byte, index) => byte ^ (padded[at + index] ?? 0))));
  }
  return block.subarray(0, 4).toString('hex').toUpperCase();
}

function hex(value: number, bytes: number): string {
  return value
    .toString(16)
    .toUpperCase()
    .padStart(2 * bytes, '0');
}

export interface LoadSession {
  readonly tags: PurseTags;
  readonly key: Buffer;
}

/** A card with its balance and counters, and the terminal's security module beside it. */
export class RawPurse {
  readonly serial: string;
  balanceMinor: number;
  offline: number;
  online: number;
  readonly #issuer: RawIssuer;
  #terminalSerial = 0x12344;
  #random = 0;

  constructor(
    serial: string,
    state: { readonly balanceMinor: number; readonly offline?: number; readonly online?: number },
    issuer: RawIssuer = KNOWN_ISSUER,
  ) {
    this.serial = serial;
    this.#issuer = issuer;
    this.balanceMinor = state.balanceMinor;
    this.offline = state.offline ?? 0;
    this.online = state.online ?? 0;
  }

  /** A second card with the same content. */
  copy(): RawPurse {
    const { balanceMinor, offline, online } = this;
    return new RawPurse(this.serial, { balanceMinor, offline, online }, this.#issuer);
  }

  #key(purpose: keyof RawIssuer['keys']): Buffer {
    return diversified(this.#issuer.keys[purpose], [...this.#issuer.levels, this.serial]);
  }

  #tac(data: string): string {
    const dtk = this.#key('tac');
    return purseCode(
      Buffer.from(dtk.subarray(0, 8).map((byte, index) => byte ^ (dtk[8 + index] ?? 0))),
      data,
    );
  }

  /** Pays. @returns DE58 of the record. */
  pay(amountMinor: number, options: { readonly time?: string; readonly date?: string } = {}): PurseTags {
    this.#terminalSerial += 1;
    const { date = DATE, time = '095500' } = options;
    const amount = hex(amountMinor, 4);
    const serial = hex(this.#terminalSerial, 4);
    const tags = {
      DF01: this.serial,
      DF02: hex(this.offline, 2),
      DF03: '06',
      DF04: amount,
      DF05: TERMINAL_NUMBER,
      DF06: serial,
      DF07: date,
      DF08: time,
      DF09: hex(this.balanceMinor, 4),
      DF0A: this.#tac(`${amount}06${TERMINAL_NUMBER}${serial}${date}${time}`),
      DF0B: hex(this.#issuer.keyVersion, 1),
      DF0C: '00',
    };
    this.balanceMinor -= amountMinor;
    this.offline += 1;
    return tags;
  }

  initializeForLoad(amountMinor: number): LoadSession {
    this.#random += 1;
    const random = hex(0xa1b2c300 + this.#random, 4);
    const counter = hex(this.online, 2);
    const key = desEncrypt(this.#key('load'), Buffer.from(`${random}${counter}8000`, 'hex'));
    const [amount, balance] = [hex(amountMinor, 4), hex(this.balanceMinor, 4)];
    return {
      key,
      tags: {
        DF01: this.serial,
        DF02: counter,
        DF03: '02',
        DF04: amount,
        DF05: TERMINAL_NUMBER,
        DF09: balance,
        DF0B: hex(this.#issuer.keyVersion, 1),
        DF0C: '00',
        DF0D: random,
        DF0E: purseCode(key, `${balance}${amount}02${TERMINAL_NUMBER}`),
      },
    };
  }

  /** @returns DE58 of the confirmation, or undefined when MAC2 does not hold and the card takes nothing. */
  creditForLoad(session: LoadSession, answer: PurseTags): PurseTags | undefined {
    const { DF04: amount = '' } = session.tags;
    const { DF07: date = '', DF08: time = '', DF0F: mac2 } = answer;
    if (purseCode(session.key, `${amount}02${TERMINAL_NUMBER}${date}${time}`) !== mac2) return undefined;
    const balanceBefore = hex(this.balanceMinor, 4);
    this.balanceMinor += Number.parseInt(amount, 16);
    const counter = hex(this.online, 2);
    this.online += 1;
    const tac = this.#tac(
      `${hex(this.balanceMinor, 4)}${counter}${amount}02${TERMINAL_NUMBER}${date}${time}`,
    );
    return {
      DF01: this.serial,
      DF02: counter,
      DF03: '02',
      DF04: amount,
      DF05: TERMINAL_NUMBER,
      DF07: date,
      DF08: time,
      DF09: balanceBefore,
      DF0A: tac,
      DF0B: hex(this.#issuer.keyVersion, 1),
      DF0C: '00',
    };
  }
}

/** The amount that only who has MAC2 can know: docs/protocol.md, "The electronic purse". */
export function proofAmount(mac2: string): number {
  return 1 + (Number.parseInt(mac2, 16) % 99_999);
}
