/** The fields by which an answer is known to belong to a request. Absent fields must be absent on both sides. */
export interface MatchKey {
  readonly mti: string;
  /** DE3. */
  readonly processingCode?: string | undefined;
  /** DE4, twelve digits. */
  readonly amount?: string | undefined;
  /** DE11. */
  readonly stan?: string | undefined;
  /** DE41. */
  readonly terminalId?: string | undefined;
  /** DE42. */
  readonly merchantId?: string | undefined;
}

/** Reads the key fields without unpacking the rest; undefined when the frame cannot be read. */
export type ReadKey = (frame: Uint8Array) => MatchKey | undefined;

const SEPARATOR = '\u001f';

/**
 * Everything of the key but the amount, as a request and its answer share it: MTI + 10 and DE3, 11, 41, 42. The repeat bit
 * of the MTI's last digit is left out, because a 0201 is answered by the 0210 that its 0200 would have had.
 * @returns undefined unless the MTI is a request's or an advice's.
 */
export function keyOfRequest(key: MatchKey): string | undefined {
  const parts = mtiParts(key.mti);
  if (parts === undefined || parts.function % 2 !== 0) return undefined;
  return keyText(`${parts.versionAndClass}${parts.function + 1}${parts.origin}`, key);
}

/** @returns undefined unless the MTI is an answer's. */
export function keyOfAnswer(key: MatchKey): string | undefined {
  const parts = mtiParts(key.mti);
  if (parts === undefined || parts.function % 2 === 0) return undefined;
  return keyText(`${parts.versionAndClass}${parts.function}${parts.origin}`, key);
}

function keyText(answerMti: string, key: MatchKey): string {
  return [answerMti, key.processingCode, key.stan, key.terminalId, key.merchantId].join(SEPARATOR);
}

function mtiParts(mti: string): { versionAndClass: string; function: number; origin: number } | undefined {
  if (!/^\d{4}$/.test(mti)) return undefined;
  return { versionAndClass: mti.slice(0, 2), function: Number(mti[2]), origin: Number(mti[3]) & ~1 };
}
