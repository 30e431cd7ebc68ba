import type { Pan } from '../../terminal-core/domain/pan.ts';
import type { IsoMessage } from '../../terminal-core/iso8583/index.ts';

export type Fields = Readonly<Record<number, string | Uint8Array>>;

/** What DE61 names. */
export interface OriginalReference {
  readonly batchNumber: string;
  readonly stan: string;
  /** MMDD; undefined where the message does not carry it. */
  readonly monthDay: string | undefined;
}

/** A request as the rules see it: decoded, with the fields that every rule asks for taken out. */
export interface HostRequest {
  /** Without the length. */
  readonly bytes: Uint8Array;
  /** As it was decoded, the repeat digit of the MTI cleared. */
  readonly message: IsoMessage;
  readonly tpdu: string;
  readonly header: string;
  /** Four digits, the repeat digit cleared (0221 is 0220). */
  readonly mti: string;
  readonly fields: Fields;
  readonly stan: string;
  readonly terminalId: string;
  readonly merchantId: string;
  readonly processingCode: string | undefined;
  readonly amountMinor: number | undefined;
  /** DE2, or the number in DE35. */
  readonly pan: Pan | undefined;
  /** DE60.1, .2 and .3. */
  readonly type: string;
  readonly batchNumber: string;
  readonly control: string;
  /** DE60.6: whether the terminal can take a part of the amount. */
  readonly takesPartialApproval: boolean;
  readonly original: OriginalReference | undefined;
}

/** A text field, or undefined when it is absent. */
export function textOf(request: Pick<HostRequest, 'fields'>, field: number): string | undefined {
  const value = request.fields[field];
  return typeof value === 'string' ? value : undefined;
}

/** A binary field, or undefined when it is absent. */
export function bytesOf(request: Pick<HostRequest, 'fields'>, field: number): Uint8Array | undefined {
  const value = request.fields[field];
  return value instanceof Uint8Array ? value : undefined;
}
