import { describe, expect, it, vi } from 'vitest';
import { APDU_LENGTH_MAX, type SmartCard, type SmartCardEvent } from '../../ports/smart-card.ts';
import { demoPurseCard, memoryStore, simulatedPurseCard } from '../../purse/simulator/index.ts';
import { SimulatedSmartCardReader } from './simulated-smart-card-reader.ts';

const reconnect = { firstMs: 5, maxMs: 10 };
const random = { bytes: (length: number) => new Uint8Array(length) };
const GET_BALANCE = Uint8Array.of(0x80, 0x5c, 0x00, 0x02, 0x04);
const SELECT = Uint8Array.of(0x00, 0xa4, 0x00, 0x00, 0x02, 0x3f, 0x01);

const chip = (number = 1) =>
  simulatedPurseCard({ store: memoryStore(demoPurseCard(number, { balanceMinor: 258 })), random });

async function opened(): Promise<{ reader: SimulatedSmartCardReader; events: SmartCardEvent[] }> {
  const reader = new SimulatedSmartCardReader({ deviceId: 'chip-1', reconnect });
  const events: SmartCardEvent[] = [];
  reader.onCard((event) => events.push(event));
  await reader.open();
  return { reader, events };
}

function cardIn(reader: SimulatedSmartCardReader): SmartCard {
  const card = reader.slots().find(({ slotId }) => slotId === 'card')?.card;
  if (card === undefined) throw new Error('no card');
  return card;
}

describe('the simulated chip card reader', () => {
  it('tells cards in and out, those that were in before it opened, too', async () => {
    const reader = new SimulatedSmartCardReader({ deviceId: 'chip-1', reconnect });
    const told: string[] = [];
    reader.onCard(({ kind, slotId, role }) => told.push(`${kind} ${slotId} ${role}`));
    reader.insert('sam', chip());
    expect(reader.slots()).toEqual([]);
    await reader.open();
    reader.insert('card', chip());
    reader.insert('card', chip(2));
    reader.remove('card');
    reader.remove('card');
    expect(told).toEqual([
      'inserted sam sam',
      'inserted card customer',
      'removed card customer',
      'inserted card customer',
      'removed card customer',
    ]);
    expect(reader.slots().map(({ card }) => card !== undefined)).toEqual([false, true]);
    expect(() => reader.insert('drawer', chip())).toThrow(/no slot "drawer"/);
    await reader.close();
  });

  it('carries commands, and gives no answer from a card that is out, even when it is in again', async () => {
    const { reader } = await opened();
    const purse = chip();
    reader.insert('card', purse);
    const first = cardIn(reader);
    expect(await first.transmit(SELECT)).toMatchObject({ statusWord: 0x9000 });
    expect(await first.transmit(GET_BALANCE)).toEqual({
      kind: 'response',
      data: Uint8Array.of(0, 0, 1, 2),
      statusWord: 0x9000,
    });
    reader.remove('card');
    reader.insert('card', purse);
    expect(await first.transmit(GET_BALANCE)).toMatchObject({ kind: 'no-answer' });
    // It was reset: its application must be selected again.
    expect(await cardIn(reader).transmit(GET_BALANCE)).toMatchObject({ statusWord: 0x6985 });
    await reader.close();
  });

  it('loses its cards when it is unplugged and tells them again, reset, when it is back', async () => {
    const { reader, events } = await opened();
    reader.insert('card', chip());
    const first = cardIn(reader);
    await first.transmit(SELECT);
    reader.unplug();
    expect(await first.transmit(GET_BALANCE)).toMatchObject({ kind: 'no-answer' });
    reader.plugIn();
    await vi.waitFor(() => expect(reader.status().state).toBe('ready'));
    expect(events.map(({ kind }) => kind)).toEqual(['inserted', 'removed', 'inserted']);
    expect(await cardIn(reader).transmit(GET_BALANCE)).toMatchObject({ statusWord: 0x6985 });
    await reader.close();
  });

  it.each([
    ['before-acting', 0],
    ['after-acting', 0],
    ['mid-answer', 3],
  ] as const)('is empty when a card was torn away %s', async (point, heardBytes) => {
    const { reader, events } = await opened();
    const purse = chip();
    reader.insert('card', purse);
    const card = cardIn(reader);
    await card.transmit(SELECT);
    purse.tearAt({ instruction: 0x5c, point });
    expect(await card.transmit(GET_BALANCE)).toEqual({
      kind: 'no-answer',
      detail: `the card was removed after ${heardBytes} bytes of its answer`,
    });
    expect(events.at(-1)).toMatchObject({ kind: 'removed', card });
    reader.insert('card', purse);
    const again = cardIn(reader);
    await again.transmit(SELECT);
    expect(await again.transmit(GET_BALANCE)).toMatchObject({ statusWord: 0x9000 });
    await reader.close();
  });

  it('takes a command of the most bytes and refuses a bug of one more, or of three', async () => {
    const { reader } = await opened();
    reader.insert('card', chip());
    const card = cardIn(reader);
    expect((await card.transmit(new Uint8Array(APDU_LENGTH_MAX))).kind).toBe('response');
    await expect(card.transmit(new Uint8Array(APDU_LENGTH_MAX + 1))).rejects.toThrow(RangeError);
    await expect(card.transmit(new Uint8Array(3))).rejects.toThrow(RangeError);
    await reader.close();
  });
});
