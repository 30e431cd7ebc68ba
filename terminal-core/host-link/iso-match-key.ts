import type { Dialect } from '../iso8583/compile.ts';
import { decode } from '../iso8583/decode.ts';
import { readRoute } from '../iso8583/route.ts';
import type { ReadKey } from './match-key.ts';

/** DE39 of an answer that approves a part of the amount only. */
const PARTIALLY_APPROVED = '10';

/** What a host link needs to know of the messages it carries, for one dialect. */
export interface IsoMatching {
  readonly readKey: ReadKey;
  readonly isPartialApproval: (answer: Uint8Array) => boolean;
}

/** Spread it into the options of `createHostLink`. */
export function isoMatching(dialect: Dialect): IsoMatching {
  return {
    readKey(frame) {
      const { mti, ...rest } = readRoute(dialect, frame);
      return mti === undefined ? undefined : { mti, ...rest };
    },
    // A full decode, but only for an answer whose amount is not the request's.
    isPartialApproval(answer) {
      const result = decode(dialect, answer);
      return result.ok && result.message.fields[39] === PARTIALLY_APPROVED;
    },
  };
}
