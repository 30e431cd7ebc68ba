import { createHash } from 'node:crypto';
import { fromHex, toHex } from '../../terminal-core/crypto/index.ts';
import { amountMinor } from '../../terminal-core/domain/money.ts';
import {
  decodeDe58,
  missingPurseObjects,
  type PurseFields,
  type PurseKey,
  type PurseMessage,
  purseFieldsOf,
} from '../../terminal-core/iso8583/index.ts';
import type { HostRequest } from '../server/request.ts';
import { bytesOf } from '../server/request.ts';

/** DE58 of a request, with everything that its message must carry. */
export class PurseData {
  readonly #fields: PurseFields;

  private constructor(fields: PurseFields) {
    this.#fields = fields;
  }

  /** @returns undefined when DE58 is missing, not well formed, or lacks something. */
  static of(request: Pick<HostRequest, 'fields'>, message: PurseMessage): PurseData | undefined {
    const bytes = bytesOf(request, 58);
    const decoded = bytes && decodeDe58(bytes);
    if (!decoded?.ok) return undefined;
    const fields = purseFieldsOf(decoded.value);
    return missingPurseObjects(message, fields).length === 0 ? new PurseData(fields) : undefined;
  }

  /** DE58 of a purchase record as `recordOf` keeps it. */
  static ofRecord(record: string): PurseData | undefined {
    // Written by recordOf and by nobody else.
    const { 58: hex } = JSON.parse(record) as Readonly<Record<string, string>>;
    const fields = hex === undefined ? {} : { 58: fromHex(hex, 'DE58') };
    return PurseData.of({ fields }, 'purchaseRecord');
  }

  has(key: PurseKey): boolean {
    return this.#fields[key] !== undefined;
  }

  /** @throws Error when the message need not carry it and does not. */
  bytes(key: PurseKey): Uint8Array {
    const value = this.#fields[key];
    if (!value) throw new Error(`DE58 has no ${key}`);
    return value;
  }

  hex(key: PurseKey): string {
    return toHex(this.bytes(key));
  }

  number(key: PurseKey): number {
    return Number.parseInt(this.hex(key), 16);
  }

  amount(key: 'amount' | 'balanceBefore') {
    return amountMinor(this.number(key));
  }

  /** 0 when DF10 is not there. */
  flags(): number {
    return this.has('flags') ? this.number('flags') : 0;
  }

  /** What the codes of a load are computed over. */
  amountPart() {
    return {
      amountMinor: this.amount('amount'),
      transactionType: this.number('transactionType'),
      terminalNumber: this.bytes('terminal'),
    };
  }

  dateTime() {
    return { dateBcd: this.bytes('date'), timeBcd: this.bytes('time') };
  }

  /** Tells the same purchase from another: not by flags and codes, which a later PROVE may add. */
  content(): string {
    const hash = createHash('sha256');
    for (const key of PURCHASE_CONTENT) hash.update(this.bytes(key));
    return hash.digest('hex');
  }
}

const PURCHASE_CONTENT: readonly PurseKey[] = [
  'applicationSerial',
  'transactionType',
  'counter',
  'amount',
  'terminal',
  'terminalSerial',
  'date',
  'time',
  'balanceBefore',
];
