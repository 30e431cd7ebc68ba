/** A command as a card takes it apart. Short lengths only, as purses use them. */
export interface ParsedApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
  /** 1 to 256; undefined when the command asks for nothing. */
  readonly expectedBytes: number | undefined;
}

/** @returns undefined when the lengths contradict each other (6700). */
export function parseApdu(bytes: Uint8Array): ParsedApdu | undefined {
  const [cla, ins, p1, p2, fifth] = bytes;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) return undefined;
  const head = { cla, ins, p1, p2 };
  const rest = bytes.subarray(4);
  if (fifth === undefined) return { ...head, data: rest, expectedBytes: undefined };
  if (rest.length === 1) return { ...head, data: rest.subarray(1), expectedBytes: fifth || 256 };
  const data = rest.subarray(1, 1 + fifth);
  const tail = rest.subarray(1 + fifth);
  if (fifth === 0 || data.length < fifth || tail.length > 1) return undefined;
  const le = tail[0];
  return { ...head, data, expectedBytes: le === undefined ? undefined : le || 256 };
}
