/** System trace audit number, DE11: six digits, 000001 to 999999. */
export type Stan = string & { readonly __brand: 'Stan' };
/** Retrieval reference number, DE37: twelve characters, given by the host. */
export type Rrn = string & { readonly __brand: 'Rrn' };
/** Batch number, DE60.2: six digits, 000001 to 999999. */
export type BatchNumber = string & { readonly __brand: 'BatchNumber' };
/** DE41, exactly eight characters. */
export type TerminalId = string & { readonly __brand: 'TerminalId' };
/** DE42, exactly fifteen characters. */
export type MerchantId = string & { readonly __brand: 'MerchantId' };

export const STAN_MAX = 999_999;
export const BATCH_NUMBER_MAX = 999_999;

/** @throws RangeError unless 1 to STAN_MAX. */
export function stan(value: number): Stan {
  return sixDigits('A trace number', value, STAN_MAX) as Stan;
}

/** Trace numbers run 000001 to 999999 and wrap to 000001. */
export function nextStan(previous: Stan | undefined): Stan {
  const value = previous === undefined ? 0 : Number(previous);
  return stan(value >= STAN_MAX ? 1 : value + 1);
}

/** The trace number `count` after this one, wrapped as above. */
export function stanAfter(previous: Stan, count: number): Stan {
  return stan(((Number(previous) - 1 + count) % STAN_MAX) + 1);
}

/** @throws RangeError unless 1 to BATCH_NUMBER_MAX. */
export function batchNumber(value: number): BatchNumber {
  return sixDigits('A batch number', value, BATCH_NUMBER_MAX) as BatchNumber;
}

export function nextBatchNumber(previous: BatchNumber): BatchNumber {
  const value = Number(previous);
  return batchNumber(value >= BATCH_NUMBER_MAX ? 1 : value + 1);
}

export function rrn(text: string): Rrn {
  return fixedText('A retrieval reference number', text, 12) as Rrn;
}

export function terminalId(text: string): TerminalId {
  return fixedText('A terminal id', text, 8) as TerminalId;
}

export function merchantId(text: string): MerchantId {
  return fixedText('A merchant id', text, 15) as MerchantId;
}

function sixDigits(what: string, value: number, max: number): string {
  if (!Number.isInteger(value) || value < 1 || value > max)
    throw new RangeError(`${what} is 1 to ${max}, not ${value}`);
  return String(value).padStart(6, '0');
}

function fixedText(what: string, text: string, length: number): string {
  if (text.length !== length || !/^[\x20-\x7e]+$/.test(text)) {
    throw new RangeError(`${what} is ${length} printable ASCII characters, not ${JSON.stringify(text)}`);
  }
  return text;
}
