import { createCipheriv, createDecipheriv } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/**
 * A foreign terminal: it builds each frame byte by byte and knows nothing of the project's codec or crypto, so that a
 * codec that is wrong twice does not agree with itself here.
 */
export type RawField = string | Uint8Array;

/** How each field of the tests is written: digits packed, text as it is, bytes as they are; L = length digits. */
const FORMATS: Readonly<
  Record<number, { as: 'digits' | 'text' | 'bytes' | 'track' | 'left3'; prefix: 0 | 1 | 2 }>
> = {
  2: { as: 'digits', prefix: 1 },
  3: { as: 'digits', prefix: 0 },
  4: { as: 'digits', prefix: 0 },
  11: { as: 'digits', prefix: 0 },
  12: { as: 'digits', prefix: 0 },
  13: { as: 'digits', prefix: 0 },
  14: { as: 'digits', prefix: 0 },
  15: { as: 'digits', prefix: 0 },
  22: { as: 'left3', prefix: 0 },
  25: { as: 'digits', prefix: 0 },
  26: { as: 'digits', prefix: 0 },
  32: { as: 'digits', prefix: 1 },
  35: { as: 'track', prefix: 1 },
  37: { as: 'text', prefix: 0 },
  38: { as: 'text', prefix: 0 },
  39: { as: 'text', prefix: 0 },
  41: { as: 'text', prefix: 0 },
  42: { as: 'text', prefix: 0 },
  48: { as: 'digits', prefix: 2 },
  49: { as: 'text', prefix: 0 },
  52: { as: 'bytes', prefix: 0 },
  53: { as: 'digits', prefix: 0 },
  54: { as: 'text', prefix: 2 },
  58: { as: 'bytes', prefix: 2 },
  59: { as: 'text', prefix: 2 },
  60: { as: 'digits', prefix: 2 },
  61: { as: 'digits', prefix: 2 },
  62: { as: 'bytes', prefix: 2 },
  63: { as: 'text', prefix: 2 },
  64: { as: 'bytes', prefix: 0 },
};

/** Digits of fixed fields, and bytes of fixed text and binary ones: what an answer is read by. */
const FIXED: Readonly<Record<number, number>> = {
  3: 6,
  4: 12,
  11: 6,
  12: 6,
  13: 4,
  14: 4,
  15: 4,
  22: 3,
  25: 2,
  26: 2,
  37: 12,
  38: 6,
  39: 2,
  41: 8,
  42: 15,
  49: 3,
  52: 8,
  53: 16,
  64: 8,
};

export const TPDU = '6000030000';
export const HEADER = '603100310000';

/** A frame without its length; with `macKey`, DE64 is added. */
export function buildFrame(mti: string, fields: Readonly<Record<number, RawField>>, macKey?: Buffer): Buffer {
  const numbers = Object.keys(fields)
    .map(Number)
    .sort((a, b) => a - b);
  const withMac = macKey ? [...numbers, 64] : numbers;
  const bitmap = Buffer.alloc(8);
  for (const number of withMac)
    bitmap[(number - 1) >> 3] = (bitmap[(number - 1) >> 3] ?? 0) | (0x80 >> ((number - 1) & 7));
  const body = Buffer.concat([
    Buffer.from(mti, 'hex'),
    bitmap,
    ...numbers.map((number) => fieldBytes(number, fields[number] ?? '')),
  ]);
  const head = Buffer.from(TPDU + HEADER, 'hex');
  return macKey ? Buffer.concat([head, body, cupEcbMac(macKey, body)]) : Buffer.concat([head, body]);
}

function fieldBytes(number: number, value: RawField): Buffer {
  const format = FORMATS[number];
  if (!format) throw new Error(`The test has no format for DE${number}`);
  const units = value.length;
  const prefix = format.prefix === 0 ? '' : String(units).padStart(format.prefix * 2, '0');
  return Buffer.concat([Buffer.from(prefix, 'hex'), contentBytes(format, value)]);
}

function contentBytes(format: { as: string; prefix: number }, value: RawField): Buffer {
  if (typeof value !== 'string') return Buffer.from(value);
  if (format.as === 'text') return Buffer.from(value, 'latin1');
  if (format.as === 'left3') return Buffer.from(`${value}0`, 'hex');
  const digits = value.replace('=', 'D');
  if (digits.length % 2 === 0) return Buffer.from(digits, 'hex');
  return Buffer.from(format.prefix === 0 ? `0${digits}` : `${digits}0`, 'hex');
}

export interface RawAnswer {
  readonly mti: string;
  readonly tpdu: string;
  readonly header: string;
  readonly fields: Readonly<Record<number, string>>;
  readonly bytes: Buffer;
}

/** Reads an answer by the table above; bytes come as hex. */
export function readAnswer(bytes: Buffer): RawAnswer {
  const fields: Record<number, string> = {};
  let at = 21;
  for (let number = 2; number <= 64; number += 1) {
    if (((bytes[13 + ((number - 1) >> 3)] ?? 0) & (0x80 >> ((number - 1) & 7))) === 0) continue;
    const format = FORMATS[number];
    if (!format) throw new Error(`The answer has DE${number}, for which the test has no format`);
    let units = FIXED[number] ?? 0;
    if (format.prefix > 0) {
      units = Number(bytes.subarray(at, at + format.prefix).toString('hex'));
      at += format.prefix;
    }
    const packed = format.as === 'digits' || format.as === 'track' || format.as === 'left3';
    const length = packed ? (units + 1) >> 1 : units;
    const content = bytes.subarray(at, at + length);
    at += length;
    if (format.as === 'text') fields[number] = content.toString('latin1');
    else if (format.as === 'bytes') fields[number] = content.toString('hex').toUpperCase();
    else if (FIXED[number] !== undefined && units % 2 === 1 && format.as === 'digits')
      fields[number] = content.toString('hex').slice(1);
    else fields[number] = content.toString('hex').slice(0, units);
  }
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes of the answer are left over`);
  return {
    tpdu: bytes.subarray(0, 5).toString('hex'),
    header: bytes.subarray(5, 11).toString('hex'),
    mti: bytes.subarray(11, 13).toString('hex'),
    fields,
    bytes,
  };
}

/** XOR of all blocks as hex, its first half encrypted, XOR with its second half, encrypted; the first 8 hex characters. */
export function cupEcbMac(key: Buffer, body: Buffer): Buffer {
  const folded = Buffer.alloc(8);
  body.forEach((byte, index) => {
    folded[index % 8] = (folded[index % 8] ?? 0) ^ byte;
  });
  const text = Buffer.from(folded.toString('hex').toUpperCase(), 'latin1');
  const first = desEncrypt(key, text.subarray(0, 8));
  const mixed = Buffer.from(first.map((byte, index) => byte ^ (text[8 + index] ?? 0)));
  return Buffer.from(desEncrypt(key, mixed).toString('hex').toUpperCase().slice(0, 8), 'latin1');
}

export function macIsRight(answer: Buffer, key: Buffer): boolean {
  return cupEcbMac(key, answer.subarray(11, -8)).equals(answer.subarray(-8));
}

/** Triple DES with two keys; a single-length key twice is single DES. */
function cipherKey(key: Buffer): Buffer {
  return key.length === 8 ? Buffer.concat([key, key]) : key;
}

export function desEncrypt(key: Buffer, block: Buffer): Buffer {
  const cipher = createCipheriv('des-ede', cipherKey(key), null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

export function desDecrypt(key: Buffer, block: Buffer): Buffer {
  const cipher = createDecipheriv('des-ede', cipherKey(key), null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

/** ISO 9564 format 0 under a PIN key. */
export function pinBlockOf(key: Buffer, pin: string, pan: string): Buffer {
  const pinField = Buffer.from(`0${pin.length}${pin}`.padEnd(16, 'F'), 'hex');
  const panField = Buffer.from(pan.slice(-13, -1).padStart(16, '0'), 'hex');
  return desEncrypt(key, Buffer.from(pinField.map((byte, index) => byte ^ (panField[index] ?? 0))));
}

/** One TCP connection that sends frames and reads frames, one answer at a time. */
export class RawConnection {
  readonly #socket: Socket;
  #buffer = Buffer.alloc(0);
  #waiting: ((frame: Buffer | undefined) => void) | undefined;
  #closed = false;
  /** Told of each frame that is sent. */
  onSend: (frame: Buffer) => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
      this.#deliver();
    });
    socket.on('close', () => {
      this.#closed = true;
      this.#waiting?.(undefined);
    });
    socket.on('error', () => undefined);
  }

  static open(port: number, host = '127.0.0.1'): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host });
      socket.once('connect', () => resolve(new RawConnection(socket)));
      socket.once('error', reject);
    });
  }

  sendBytes(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  send(frame: Buffer): void {
    this.onSend(frame);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(frame.length);
    this.#socket.write(Buffer.concat([length, frame]));
  }

  /** The next frame, or undefined when the connection closes or nothing comes in time. */
  receive(timeoutMs = 5_000): Promise<Buffer | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#waiting?.(undefined), timeoutMs);
      this.#waiting = (frame) => {
        clearTimeout(timer);
        this.#waiting = undefined;
        resolve(frame);
      };
      if (this.#closed) this.#waiting(undefined);
      else this.#deliver();
    });
  }

  async ask(frame: Buffer): Promise<RawAnswer> {
    this.send(frame);
    const answer = await this.receive();
    if (!answer) throw new Error('No answer came');
    return readAnswer(answer);
  }

  close(): void {
    this.#socket.destroy();
  }

  #deliver(): void {
    if (!this.#waiting || this.#buffer.length < 2) return;
    const length = this.#buffer.readUInt16BE(0);
    if (this.#buffer.length < 2 + length) return;
    const frame = this.#buffer.subarray(2, 2 + length);
    this.#buffer = this.#buffer.subarray(2 + length);
    this.#waiting(frame);
  }
}
