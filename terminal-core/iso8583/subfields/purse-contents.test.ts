import { describe, expect, it } from 'vitest';
import { encodeDe58, type PurseFields, type PurseKey, purseObjects } from './de58.ts';
import { missingPurseObjects, PURSE_CONTENTS, type PurseMessage } from './purse-contents.ts';

const BYTES: Readonly<Record<PurseKey, number>> = {
  applicationSerial: 10,
  counter: 2,
  transactionType: 1,
  amount: 4,
  terminal: 6,
  terminalSerial: 4,
  date: 4,
  time: 3,
  balanceBefore: 4,
  tac: 4,
  keyVersion: 1,
  algorithm: 1,
  random: 4,
  mac1: 4,
  mac2: 4,
  flags: 1,
};

function filled(keys: readonly PurseKey[]): PurseFields {
  return Object.fromEntries(keys.map((key) => [key, new Uint8Array(BYTES[key])]));
}

// Object.keys of a const object: its keys are exactly the messages.
const MESSAGES = Object.keys(PURSE_CONTENTS) as PurseMessage[];

describe('what DE58 carries', () => {
  it.each(MESSAGES)('of a %s fits the field with everything it may carry', (message) => {
    const { optional, required } = PURSE_CONTENTS[message];
    expect(encodeDe58(purseObjects(filled([...required, ...optional]))).ok).toBe(true);
  });

  it.each(MESSAGES)('of a %s is missed when it is not there', (message) => {
    const { required } = PURSE_CONTENTS[message];
    expect(missingPurseObjects(message, filled(required))).toEqual([]);
    for (const key of required) {
      expect(missingPurseObjects(message, filled(required.filter((each) => each !== key)))).toEqual([key]);
    }
  });
});
