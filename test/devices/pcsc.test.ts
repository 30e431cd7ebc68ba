import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PcscReader, VpcdPlug } from '../../terminal-core/devices/index.ts';
import { nativePcscApi } from '../../terminal-core/devices/pcsc-api.ts';
import type { SmartCard, SmartCardEvent } from '../../terminal-core/ports/smart-card.ts';
import {
  demoPurseCard,
  memoryStore,
  type SimulatedPurseCard,
  simulatedPurseCard,
} from '../../terminal-core/purse/simulator/index.ts';
import { systemPackage } from '../support/require-system-package.ts';
import { type PurseBench, purseScenes } from './purse-scenes.ts';
import { PCSC_START_MS, pcscNote, TEST_READERS, VirtualPcsc } from './virtual-pcsc.ts';
import { waitFor } from './wait-for.ts';

const lookups = (['pcscd', 'vsmartcard-vpcd', 'libpcsclite-dev'] as const).map((name) => systemPackage(name));
const [daemon] = lookups;
const note = lookups.find(({ kind }) => kind === 'missing')?.note ?? pcscNote();
const RECONNECT = { firstMs: 50, maxMs: 200 };
/** Further ports than the first by slot. */
const SLOTS = { card: 0, sam: 1 } as const;
const SLOT_IDS = { card: TEST_READERS.customer, sam: TEST_READERS.sam } as const;
const GET_BALANCE = Uint8Array.of(0x80, 0x5c, 0x00, 0x02, 0x04);

async function openReader(): Promise<PcscReader> {
  const reader = new PcscReader({
    deviceId: 'chip-1',
    customerReader: TEST_READERS.customer,
    samReader: TEST_READERS.sam,
    reconnect: RECONNECT,
  });
  await reader.open();
  expect(reader.status()).toEqual({ deviceId: 'chip-1', kind: 'smart-card-reader', state: 'ready' });
  return reader;
}

const cardIn = (reader: PcscReader, slotId: string): SmartCard | undefined =>
  reader.slots().find((slot) => slot.slotId === slotId)?.card;

async function openBench(firstPort: number): Promise<PurseBench> {
  const reader = await openReader();
  const plugs = new Map<keyof typeof SLOTS, VpcdPlug>();
  const pullOut = async (slot: keyof typeof SLOTS): Promise<void> => {
    await plugs.get(slot)?.pullOut();
    plugs.delete(slot);
    await untilPcscd(slot, 'empty');
    await waitFor(`the ${slot} to be gone`, () => cardIn(reader, SLOT_IDS[slot]) === undefined);
  };
  return {
    insert: async (slot, chip) => {
      await pullOut(slot);
      const plug = new VpcdPlug({ chip, port: firstPort + SLOTS[slot] });
      plugs.set(slot, plug);
      await plug.plugIn();
      let card: SmartCard | undefined;
      await waitFor(`the ${slot} to be told`, () => {
        card = cardIn(reader, SLOT_IDS[slot]);
        return card !== undefined;
      });
      if (card === undefined) throw new Error('unreachable: it was waited for');
      return card;
    },
    takeOut: () => pullOut('card'),
    close: async () => {
      await pullOut('card');
      await pullOut('sam');
      await reader.close();
    },
  };
}

/** pcscd looks for cards about every 400 ms; nobody swaps cards faster than that. */
async function untilPcscd(slot: keyof typeof SLOTS, what: 'empty' | 'full'): Promise<void> {
  const session = nativePcscApi.open();
  const isFull = (): boolean =>
    session.readers().some(({ name, isPresent }) => name === SLOT_IDS[slot] && isPresent);
  await waitFor(`pcscd to find the ${slot} slot ${what}`, () => isFull() === (what === 'full'));
  session.close();
}

describe.skipIf(note !== '')(`over PC/SC${note}`, () => {
  let pcsc: VirtualPcsc;

  beforeAll(async () => {
    if (daemon?.kind !== 'present') throw new Error('unreachable: the tests are skipped without pcscd');
    pcsc = await VirtualPcsc.start(daemon.path);
  }, PCSC_START_MS);

  afterAll(() => pcsc?.remove());

  purseScenes('a purse in a reader of pcscd', () => openBench(pcsc.port));

  describe('the reader', () => {
    const chipOf = (): SimulatedPurseCard =>
      simulatedPurseCard({
        store: memoryStore(demoPurseCard(1)),
        random: { bytes: (length) => new Uint8Array(length) },
      });

    async function watched(): Promise<{ reader: PcscReader; events: SmartCardEvent[] }> {
      const reader = await openReader();
      const events: SmartCardEvent[] = [];
      reader.onCard((event) => events.push(event));
      return { reader, events };
    }

    it('tells a card with its ATR as it comes and goes, and a card that was in before it opened', async () => {
      const plug = new VpcdPlug({ chip: chipOf(), port: pcsc.port });
      const { reader, events } = await watched();
      await plug.plugIn();
      await waitFor('the insertion', () => events.length === 1);
      expect(events[0]).toMatchObject({ kind: 'inserted', slotId: SLOT_IDS.card, role: 'customer' });
      expect(cardIn(reader, SLOT_IDS.card)?.atr).toEqual(chipOf().atr);
      await reader.close();
      expect(events.map(({ kind }) => kind)).toEqual(['inserted', 'removed']);
      await reader.open();
      await waitFor('the card that is in', () => events.length === 3);
      await plug.pullOut();
      await waitFor('the removal', () => events.length === 4);
      expect(events.map(({ kind }) => kind)).toEqual(['inserted', 'removed', 'inserted', 'removed']);
      await reader.close();
    });

    it('tells the same card again, reset, after it was pulled out in the middle of a command', async () => {
      const chip = chipOf();
      const plug = new VpcdPlug({ chip, port: pcsc.port });
      const { reader, events } = await watched();
      await plug.plugIn();
      await waitFor('the insertion', () => events.length === 1);
      const first = cardIn(reader, SLOT_IDS.card);
      chip.tearAt({ instruction: 0x5c, point: 'before-acting' });
      expect(await first?.transmit(GET_BALANCE)).toMatchObject({ kind: 'no-answer' });
      await untilPcscd('card', 'empty');
      await plug.plugIn();
      await waitFor('the second insertion', () => events.length === 3);
      expect(await first?.transmit(GET_BALANCE)).toMatchObject({ kind: 'no-answer' });
      expect(await cardIn(reader, SLOT_IDS.card)?.transmit(GET_BALANCE)).toMatchObject({
        statusWord: 0x6985,
      });
      await plug.pullOut();
      await untilPcscd('card', 'empty');
      await reader.close();
    });

    it('holds the card alone: a second reader of the same till is told that it is taken', async () => {
      const plug = new VpcdPlug({ chip: chipOf(), port: pcsc.port });
      const { reader, events } = await watched();
      await plug.plugIn();
      await waitFor('the insertion', () => events.length === 1);
      const other = await watched();
      await waitFor('the second one to give up', () => other.events.length === 1);
      expect(other.events[0]).toMatchObject({ kind: 'unreadable', detail: 'Sharing violation' });
      await other.reader.close();
      await plug.pullOut();
      await untilPcscd('card', 'empty');
      await reader.close();
    });

    it('says so when the service goes away, and comes back with it', async () => {
      const plug = new VpcdPlug({ chip: chipOf(), port: pcsc.port });
      const { reader, events } = await watched();
      await plug.plugIn();
      await waitFor('the insertion', () => events.length === 1);
      await pcsc.stopService();
      await waitFor('the loss', () => reader.status().state === 'error');
      expect(reader.slots()).toEqual([]);
      expect(events.map(({ kind }) => kind)).toEqual(['inserted', 'removed']);
      await pcsc.startService();
      await waitFor('the reader', () => reader.status().state === 'ready');
      await plug.plugIn();
      await waitFor('the card', () => events.length === 3);
      await plug.pullOut();
      await untilPcscd('card', 'empty');
      await reader.close();
    });

    it('names the readers that are there when the one that is wanted is not', async () => {
      const reader = new PcscReader({ deviceId: 'chip-2', customerReader: 'ACR', reconnect: RECONNECT });
      await reader.open();
      expect(reader.status()).toMatchObject({ state: 'error' });
      expect(reader.status().problem).toContain(`"ACR" is plugged in (there are: ${TEST_READERS.customer}`);
      await reader.close();
    });
  });
});
