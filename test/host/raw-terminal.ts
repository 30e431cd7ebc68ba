import type { RunningHost } from '../../host-sim/index.ts';
import { buildFrame, desDecrypt, type RawAnswer, RawConnection, type RawField } from './raw-frames.ts';

/** The terminal, its merchant and the card of most tests. */
export const MERCHANT_ID = '898100012340001';
export const TERMINAL_ID = '80010001';
export const PAN = '6228880000000001';

/** Count and minor units of each. */
export interface Totals {
  readonly debits: readonly [number, number];
  readonly credits: readonly [number, number];
}

/** A terminal that signs on by itself and counts its trace numbers. */
export class RawTerminal {
  readonly connection: RawConnection;
  readonly #masterKey: Buffer;
  readonly terminalId: string;
  readonly merchantId: string;
  /** The card of a purchase that names none. */
  card: () => { readonly pan: string; readonly expiry: string } = () => ({ pan: PAN, expiry: '2912' });
  pinKey: Buffer = Buffer.alloc(16);
  macKey: Buffer = Buffer.alloc(16);
  batchNumber = '000000';
  #stan = 0;

  constructor(
    connection: RawConnection,
    masterKey: Buffer,
    terminalId = TERMINAL_ID,
    merchantId = MERCHANT_ID,
  ) {
    this.terminalId = terminalId;
    this.merchantId = merchantId;
    this.connection = connection;
    this.#masterKey = masterKey;
  }

  static async signedOn(host: RunningHost, masterKey: Buffer): Promise<RawTerminal> {
    const terminal = new RawTerminal(await RawConnection.open(host.port), masterKey);
    await terminal.signOn();
    return terminal;
  }

  nextStan(): string {
    this.#stan += 1;
    return String(this.#stan).padStart(6, '0');
  }

  lastStan(): string {
    return String(this.#stan).padStart(6, '0');
  }

  skipTo(stan: number): void {
    this.#stan = stan;
  }

  async signOn(): Promise<RawAnswer> {
    const answer = await this.connection.ask(
      buildFrame('0800', {
        11: this.nextStan(),
        41: this.terminalId,
        42: this.merchantId,
        60: '00000000003',
        63: '001',
      }),
    );
    if (answer.fields[39] !== '00') return answer;
    const keys = Buffer.from(answer.fields[62] ?? '', 'hex');
    this.pinKey = desDecrypt(this.#masterKey, keys.subarray(0, 16));
    this.macKey = desDecrypt(this.#masterKey, keys.subarray(20, 36));
    this.batchNumber = (answer.fields[60] ?? '').slice(2, 8);
    return answer;
  }

  /** Fields that every financial request has. */
  fields(type: string, more: Readonly<Record<number, RawField>>): Record<number, RawField> {
    return {
      11: this.nextStan(),
      22: '022',
      25: '00',
      41: this.terminalId,
      42: this.merchantId,
      49: '156',
      60: `${type}${this.batchNumber}000`,
      ...more,
    };
  }

  purchaseFrame(amountMinor: number, more: Readonly<Record<number, RawField>> = {}): Buffer {
    const isNamed = [2, 35, 59].some((field) => more[field] !== undefined);
    const card = isNamed ? {} : { 35: `${this.card().pan}=${this.card().expiry}1010000` };
    const fields = this.fields('22', { 3: '000000', 4: n12(amountMinor), ...card, ...more });
    return buildFrame('0200', fields, this.macKey);
  }

  /** A request with MAC, under the next trace number unless `more` has another. */
  ask(mti: string, type: string, more: Readonly<Record<number, RawField>>): Promise<RawAnswer> {
    return this.connection.ask(buildFrame(mti, this.fields(type, more), this.macKey));
  }

  /** Network management and batch messages: no MAC. */
  askPlain(mti: string, control: string, more: Readonly<Record<number, RawField>> = {}): Promise<RawAnswer> {
    return this.connection.ask(this.plainFrame(mti, control, more));
  }

  plainFrame(mti: string, control: string, more: Readonly<Record<number, RawField>> = {}): Buffer {
    return buildFrame(mti, {
      11: this.nextStan(),
      41: this.terminalId,
      42: this.merchantId,
      60: `00${this.batchNumber}${control}`,
      ...more,
    });
  }

  settle(totals: Totals): Promise<RawAnswer> {
    return this.connection.ask(this.settlementFrame(totals));
  }

  purchase(amountMinor: number, more: Readonly<Record<number, RawField>> = {}): Promise<RawAnswer> {
    return this.connection.ask(this.purchaseFrame(amountMinor, more));
  }

  settlementFrame(totals: Totals): Buffer {
    const domestic = `${n12(totals.debits[1])}${n3(totals.debits[0])}${n12(totals.credits[1])}${n3(totals.credits[0])}0`;
    return buildFrame('0500', {
      11: this.nextStan(),
      41: this.terminalId,
      42: this.merchantId,
      48: `${domestic}${'0'.repeat(31)}`,
      49: '156',
      60: `00${this.batchNumber}201`,
      63: '001',
    });
  }
}

export function n12(value: number): string {
  return String(value).padStart(12, '0');
}

export function n3(value: number): string {
  return String(value).padStart(3, '0');
}

/** The terminal master key of a provisioning file: its components, one over the other. */
export function masterKeyOf(provisioning: {
  readonly terminalMasterKeyComponents: readonly string[];
}): Buffer {
  const key = Buffer.alloc(16);
  for (const hex of provisioning.terminalMasterKeyComponents)
    Buffer.from(hex, 'hex').forEach((byte, index) => {
      key[index] = (key[index] ?? 0) ^ byte;
    });
  return key;
}
