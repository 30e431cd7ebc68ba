import type { SubfieldResult } from '../iso-error.ts';
import { type Position, type Positions, readPositions, writePositions } from './positional.ts';

const LAYOUT = [
  { key: 'type', digits: 2 },
  { key: 'batchNumber', digits: 6 },
  { key: 'control', digits: 3, isOptional: true },
  { key: 'reader', digits: 1, isOptional: true },
  { key: 'chipCondition', digits: 1, isOptional: true },
  { key: 'partialApproval', digits: 1, isOptional: true },
  { key: 'accountType', digits: 3, isOptional: true },
] as const satisfies readonly Position<string>[];

/** DE60: what kind of transaction in which batch. All parts are digits; what is behind `batchNumber` may be left out. */
export type De60 = Positions<(typeof LAYOUT)[number]['key']>;

export function decodeDe60(text: string): SubfieldResult<De60> {
  return readPositions('60', LAYOUT, text);
}

export function encodeDe60(value: De60): SubfieldResult<string> {
  return writePositions('60', LAYOUT, value);
}
