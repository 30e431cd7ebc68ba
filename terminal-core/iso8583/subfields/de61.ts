import type { SubfieldResult } from '../iso-error.ts';
import { type Position, type Positions, readPositions, writePositions } from './positional.ts';

const LAYOUT = [
  { key: 'batchNumber', digits: 6 },
  { key: 'stan', digits: 6 },
  { key: 'date', digits: 4, isOptional: true },
  { key: 'authorisationMode', digits: 2, isOptional: true },
  { key: 'organisation', digits: 11, isOptional: true },
] as const satisfies readonly Position<string>[];

/** DE61: the original of a void, refund or query. `date` is MMDD. */
export type De61 = Positions<(typeof LAYOUT)[number]['key']>;

export function decodeDe61(text: string): SubfieldResult<De61> {
  return readPositions('61', LAYOUT, text);
}

export function encodeDe61(value: De61): SubfieldResult<string> {
  return writePositions('61', LAYOUT, value);
}
