import { expect, it } from 'vitest';
import { settled } from '../../../test/support/purse-bench.ts';
import { fromHex } from '../../crypto/bytes.ts';
import { SimulatedSmartCardReader } from '../../devices/simulators/simulated-smart-card-reader.ts';
import { maskClearPans } from '../../journal/clear-pans.ts';
import { psamProfile } from '../../purse/index.ts';
import {
  DEMO_PURSE_ISSUER,
  demoPurseCard,
  memoryStore,
  simulatedPurseCard,
} from '../../purse/simulator/index.ts';
import { PurseDesk } from './purse-desk.ts';

/** Sixteen digits that begin like a card number and have its check digit. */
const LIKE_A_CARD = '3448448486829703';

it('names no session so that it looks like a card number in the journal, whatever the dice say', async () => {
  const random = { bytes: (length: number) => fromHex(LIKE_A_CARD, 'The dice').slice(0, length) };
  const reader = new SimulatedSmartCardReader({ deviceId: 'chip-1' });
  const desk = new PurseDesk({
    readers: [reader],
    random,
    issuers: [DEMO_PURSE_ISSUER],
    psamProfile: psamProfile.parse({}),
    purseHash: (serial) => serial,
  });
  await reader.open();
  reader.insert('card', simulatedPurseCard({ store: memoryStore(demoPurseCard(1, {})), random }));
  await settled();
  const [session = ''] = desk.sessions();
  expect(session).toContain(LIKE_A_CARD);
  expect(maskClearPans(session)).toBe(session);
});
