import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { APDU_LENGTH_MAX, type SmartCard, type SmartCardEvent } from '../ports/smart-card.ts';
import type { PcscApi, PcscEvent, PcscHandle, PcscSession } from './pcsc-api.ts';
import { PcscReader, type PcscReaderConfig } from './pcsc-reader.ts';
import { CONNECT_ATTEMPTS_MAX } from './pcsc-slot.ts';

const OK = Uint8Array.of(0x90, 0x00);
const COMMAND = Uint8Array.of(0x80, 0x5c, 0x00, 0x02, 0x04);
const READERS = ['ACS ACR38U 00 00', 'ACS ACR38U SAM 00 01'];

/** A PC/SC service that does what a test says. */
class FakePcsc implements PcscApi {
  names: readonly string[] = READERS;
  readonly present = new Set<string>();
  serviceProblem: string | undefined;
  connectProblem: string | undefined;
  answer: () => Promise<Uint8Array> = () => Promise.resolve(OK);
  connectCount = 0;
  readonly released: string[] = [];
  #listener: ((event: PcscEvent) => void) | undefined;

  open(): PcscSession {
    if (this.serviceProblem !== undefined) throw new Error(this.serviceProblem);
    return {
      readers: () => this.names.map((name) => ({ name, isPresent: this.present.has(name) })),
      watch: (listener) => {
        this.#listener = listener;
        return () => {
          this.#listener = undefined;
        };
      },
      connect: (reader) => this.#connect(reader),
      close: () => undefined,
    };
  }

  insert(reader: string): void {
    this.present.add(reader);
    this.tell({ kind: 'card-inserted', reader, isPresent: true, problem: '' });
  }

  remove(reader: string): void {
    this.present.delete(reader);
    this.tell({ kind: 'card-removed', reader, isPresent: false, problem: '' });
  }

  tell(event: PcscEvent): void {
    this.#listener?.(event);
  }

  async #connect(reader: string): Promise<PcscHandle> {
    this.connectCount += 1;
    if (this.connectProblem !== undefined) throw new Error(this.connectProblem);
    return {
      atr: Uint8Array.of(0x3b, 0x00),
      transmit: () => this.answer(),
      release: () => this.released.push(reader),
    };
  }
}

async function opened(config: Partial<PcscReaderConfig> = {}, api = new FakePcsc()) {
  const reader = new PcscReader(
    {
      deviceId: 'chip-1',
      samReader: 'SAM',
      timeoutMs: 40,
      presencePollMs: 15,
      reconnect: { firstMs: 5, maxMs: 10 },
      ...config,
    },
    api,
  );
  const events: SmartCardEvent[] = [];
  reader.onCard((event) => events.push(event));
  await reader.open();
  return { reader, events, api };
}

async function withCard() {
  const till = await opened();
  const [customer = ''] = READERS;
  till.api.insert(customer);
  await vi.waitFor(() => expect(till.events).toHaveLength(1));
  const card = till.reader.slots()[0]?.card;
  if (card === undefined) throw new Error('no card');
  return { ...till, card, customer };
}

const statusOf = async (card: SmartCard): Promise<unknown> => {
  const outcome = await card.transmit(COMMAND);
  return outcome.kind === 'response' ? outcome.statusWord : outcome.detail;
};

describe('a PC/SC reader', () => {
  it('gives one slot to customers and one to the PSAM, by parts of their names', async () => {
    const { reader } = await opened();
    expect(reader.slots()).toEqual([
      { slotId: READERS[0], role: 'customer', card: undefined },
      { slotId: READERS[1], role: 'sam', card: undefined },
    ]);
    await reader.close();
    expect(reader.slots()).toEqual([]);
  });

  it('says which readers are there when the one it wants is not, and finds it when it comes', async () => {
    const api = new FakePcsc();
    api.names = ['Gemalto 00 00'];
    const { reader } = await opened({ customerReader: 'ACR' }, api);
    expect(reader.status().problem).toContain('"SAM" is plugged in (there are: Gemalto 00 00)');
    api.names = READERS;
    await vi.waitFor(() => expect(reader.status().state).toBe('ready'));
    await reader.close();
  });

  it.each([
    [
      'told',
      (api: FakePcsc) =>
        api.tell({ kind: 'reader-detached', reader: READERS[0] ?? '', isPresent: false, problem: '' }),
    ],
    [
      'seen',
      (api: FakePcsc) => {
        api.names = READERS.slice(1);
      },
    ],
    [
      'broken',
      (api: FakePcsc) => {
        api.tell({ kind: 'error', reader: '', isPresent: false, problem: 'PC/SC service stopped' });
      },
    ],
  ] as const)(
    'loses its cards with the reader, when that is %s, and tells them again when it is back',
    async (_how, lose) => {
      const { reader, api, events, card } = await withCard();
      lose(api);
      await vi.waitFor(() => expect(events).toHaveLength(2));
      expect(events[1]).toMatchObject({ kind: 'removed', card });
      api.names = READERS;
      await vi.waitFor(() => expect(events).toHaveLength(3));
      expect(reader.status().state).toBe('ready');
      expect(await statusOf(card)).toBe('the card was removed');
      await reader.close();
    },
  );

  it('finds a card that the service forgot to tell', async () => {
    const { reader, api, events } = await opened();
    api.present.add(READERS[1] ?? '');
    await vi.waitFor(() => expect(events[0]).toMatchObject({ kind: 'inserted', role: 'sam' }));
    await reader.close();
  });

  it('ends a card at its first command without an answer and connects to it anew', async () => {
    const { reader, api, events, card } = await withCard();
    api.answer = () => Promise.reject(new Error('Transaction failed'));
    expect(await statusOf(card)).toBe('Transaction failed');
    api.answer = () => Promise.resolve(OK);
    expect(await statusOf(card)).toBe('Transaction failed');
    await vi.waitFor(() =>
      expect(events.map(({ kind }) => kind)).toEqual(['inserted', 'removed', 'inserted']),
    );
    const again = reader.slots()[0]?.card;
    expect(again && (await statusOf(again))).toBe(0x9000);
    expect(api.released).toHaveLength(1);
    await reader.close();
  });

  it('calls silence no answer in time, and lets go of the card only when the driver is through', async () => {
    const { reader, api, card, customer } = await withCard();
    let finish: (bytes: Uint8Array) => void = () => undefined;
    api.answer = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    expect(await statusOf(card)).toBe('no answer within 40 ms');
    await sleep(30);
    expect(api.released).toEqual([]);
    expect(api.connectCount).toBe(1);
    finish(OK);
    await vi.waitFor(() => expect(api.released).toEqual([customer]));
    await reader.close();
  });

  it('sends commands one after another', async () => {
    const { reader, api, card } = await withCard();
    let running = 0;
    api.answer = async () => {
      running += 1;
      expect(running).toBe(1);
      await sleep(2);
      running -= 1;
      return OK;
    };
    expect(await Promise.all([1, 2, 3].map(() => statusOf(card)))).toEqual([0x9000, 0x9000, 0x9000]);
    await reader.close();
  });

  it('calls an answer without a status word no answer', async () => {
    const { reader, api, card } = await withCard();
    api.answer = () => Promise.resolve(Uint8Array.of(0x90));
    expect(await statusOf(card)).toBe('an answer of 1 bytes');
    await reader.close();
  });

  it('tries a mute card CONNECT_ATTEMPTS_MAX times, says so once, and tries again only when it was out', async () => {
    const { reader, api, events } = await opened();
    const [customer = ''] = READERS;
    api.connectProblem = 'Card is unresponsive';
    api.insert(customer);
    await vi.waitFor(() => expect(events).toHaveLength(1), { timeout: 5_000 });
    expect(events[0]).toMatchObject({ kind: 'unreadable', detail: 'Card is unresponsive', role: 'customer' });
    await sleep(50);
    expect(api.connectCount).toBe(CONNECT_ATTEMPTS_MAX);
    api.connectProblem = undefined;
    api.remove(customer);
    api.insert(customer);
    await vi.waitFor(() => expect(events[1]).toMatchObject({ kind: 'inserted' }));
    await reader.close();
  });

  it('refuses a command that is too short or too long as the bug it is', async () => {
    const { reader, card } = await withCard();
    expect((await card.transmit(new Uint8Array(APDU_LENGTH_MAX))).kind).toBe('response');
    await expect(card.transmit(new Uint8Array(APDU_LENGTH_MAX + 1))).rejects.toThrow(RangeError);
    await expect(card.transmit(new Uint8Array(3))).rejects.toThrow(RangeError);
    await reader.close();
  });

  it('is a fault with words where the driver or the service is missing', async () => {
    const api = new FakePcsc();
    api.serviceProblem = 'PC/SC service not running';
    const { reader } = await opened({}, api);
    expect(reader.status()).toMatchObject({ kind: 'smart-card-reader', state: 'error' });
    expect(reader.status().problem).toContain('PC/SC service not running');
    await reader.close();
  });
});
