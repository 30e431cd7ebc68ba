import { afterEach, describe, expect, it } from 'vitest';
import {
  computeMac,
  KeyStore,
  macEquals,
  SecretKey,
  unwrapKeySet,
  wrapKeySet,
} from '../../terminal-core/crypto/index.ts';
import type { Exchange, ExchangeOutcome } from '../../terminal-core/engine/exchange.ts';
import {
  createHostLink,
  createHostServer,
  type HostLinkClient,
  type HostServer,
  isoMatching,
} from '../../terminal-core/host-link/index.ts';
import { cup, decode, encode, encodeWithMac, type IsoMessage } from '../../terminal-core/iso8583/index.ts';
import type { TerminalKeys } from '../../terminal-core/ports/terminal-keys.ts';
import { createExchanger } from '../../terminal-core/runtime/exchange.ts';
import { systemClock, systemRandom } from '../../terminal-core/runtime/system.ts';

const MAK = SecretKey.fromHex('0723C80DB5F4CD3D0723C80DB5F4CD3D');
const TMK = SecretKey.fromHex('CA5D92598DCA48CE8A4C76361A9269E9');
const PIK = SecretKey.fromHex('807A23AD32B36D457AE91FDF927570EA');
const TIMEOUT_MS = 300;

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const mac = (input: Uint8Array): Uint8Array => computeMac({ algorithm: 'cup-ecb', key: MAK, data: input });

/** The keys of the terminal, in memory: the real key store and the real algorithms. */
function terminalKeys(): { keys: TerminalKeys; store: KeyStore } {
  const store = KeyStore.create({ tmk: TMK });
  store.installKeySet('set-1', { pik: PIK, mak: MAK });
  const keys: TerminalKeys = {
    mac: (_id, input) => mac(input),
    macMatches: (_id, input, received) => macEquals(mac(input), received),
    currentKeySetId: () => store.current()?.id,
    pinBlock: () => undefined,
    installKeySet(id, de62) {
      const unwrapped = unwrapKeySet({ mode: '003', tmk: TMK, de62 });
      if (!unwrapped.ok) return { ok: false, detail: unwrapped.error.message };
      store.installKeySet(id, unwrapped.keys);
      return { ok: true };
    },
    forgetKeySetsExcept() {},
    panHash: () => '',
    purseHash: () => '',
    openCertificate: () => ({ ok: false, why: 'unknown-key' }),
    openDocument: () => ({ ok: false, why: 'unknown-key' }),
    believeIssuers() {},
  };
  return { keys, store };
}

/** A terminal's end of the wire against a host that answers as the test says. */
async function against(answer: (request: IsoMessage, bytes: Uint8Array) => Uint8Array | undefined) {
  const server: HostServer = createHostServer({
    host: '127.0.0.1',
    port: 0,
    onFrame: async (frame) => {
      const decoded = decode(cup, frame);
      if (!decoded.ok) throw new Error(decoded.error.message);
      return answer(decoded.message, frame);
    },
  });
  const listening = await server.listen();
  if (listening.kind !== 'listening') throw new Error(listening.code);
  cleanUps.push(() => server.stop());
  const link: HostLinkClient = createHostLink({
    host: '127.0.0.1',
    port: listening.port,
    ...isoMatching(cup),
    clock: systemClock(),
    random: systemRandom,
  });
  cleanUps.push(() => link.close());
  await link.waitUntilUp(5_000);
  const odd: string[] = [];
  const { keys, store } = terminalKeys();
  const exchanger = createExchanger({
    link,
    keys,
    log: { sent() {}, received() {}, odd: (what) => void odd.push(what) },
    timeoutMs: () => TIMEOUT_MS,
    nextKeySetId: () => 'set-2',
  });
  return { exchanger, link, odd, store };
}

function purchase(stan: string): Exchange {
  return {
    purpose: { kind: 'request', txnId: 'T-1' },
    macKeySetId: 'set-1',
    message: {
      tpdu: '6000030000',
      header: '603100310000',
      mti: '0200',
      fields: {
        2: '8890121000010074',
        3: '000000',
        4: '000000001000',
        11: stan,
        14: '2912',
        22: '012',
        25: '00',
        41: '10000001',
        42: '105331051320001',
        49: '156',
        60: '22000001000',
      },
    },
  };
}

function approval(request: IsoMessage): IsoMessage {
  const {
    2: pan,
    3: code,
    4: amount,
    11: stan,
    41: terminal,
    42: merchant,
    49: currency,
    60: batch,
  } = request.fields;
  const kept = { 2: pan, 3: code, 4: amount, 11: stan, 41: terminal, 42: merchant, 49: currency, 60: batch };
  const present = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  return {
    tpdu: '6000000003',
    header: '603100310000',
    mti: '0210',
    fields: {
      ...present,
      12: '090000',
      13: '1121',
      15: '1121',
      37: '000000000001',
      38: 'A00001',
      39: '00',
    } as IsoMessage['fields'],
  };
}

function signed(message: IsoMessage): Uint8Array {
  const packed = encodeWithMac(cup, message, mac);
  if (!packed.ok) throw new Error(packed.error.message);
  return packed.bytes;
}

function unsigned(message: IsoMessage): Uint8Array {
  const packed = encode(cup, message);
  if (!packed.ok) throw new Error(packed.error.message);
  return packed.bytes;
}

describe('an answer', () => {
  it('with a right MAC is believed', async () => {
    const { exchanger } = await against((request) => signed(approval(request)));
    expect(await exchanger.perform(purchase('000001'))).toMatchObject({ kind: 'answered' });
  });

  it('with a wrong MAC is refused as mac-wrong', async () => {
    const { exchanger } = await against((request) => {
      const bytes = signed(approval(request)).slice();
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      return bytes;
    });
    expect(await exchanger.perform(purchase('000001'))).toEqual({
      kind: 'wrong-mac',
      fault: 'mac-wrong',
      hostSaid: '00',
    });
  });

  it('whose amount was changed on the way is not the answer to this request', async () => {
    const { exchanger, link } = await against((request) =>
      signed({ ...approval(request), fields: { ...approval(request).fields, 4: '000000000100' } }),
    );
    expect(await exchanger.perform(purchase('000001'))).toEqual({ kind: 'no-answer', cause: 'timed-out' });
    expect(link.counters().amountDiffers).toBe(1);
  });

  it('with any other field changed on the way is refused as mac-wrong', async () => {
    const { exchanger } = await against((request) => {
      const bytes = signed(approval(request)).slice();
      const at = Buffer.from(bytes).indexOf('A00001');
      bytes[at] = 'B'.charCodeAt(0);
      return bytes;
    });
    expect(await exchanger.perform(purchase('000001'))).toMatchObject({
      kind: 'wrong-mac',
      fault: 'mac-wrong',
    });
  });

  it('whose MAC was stripped is refused as mac-missing, a decline too', async () => {
    const { exchanger } = await against((request) => unsigned(approval(request)));
    expect(await exchanger.perform(purchase('000001'))).toEqual({
      kind: 'wrong-mac',
      fault: 'mac-missing',
      hostSaid: '00',
    });
    const declining = await against((request) =>
      unsigned({ ...approval(request), fields: { ...approval(request).fields, 39: '51' } }),
    );
    expect(await declining.exchanger.perform(purchase('000001'))).toMatchObject({
      fault: 'mac-missing',
      hostSaid: '51',
    });
  });

  it('that is replayed is counted as a duplicate, and the next request does not take it for its own', async () => {
    let first: Uint8Array | undefined;
    const { exchanger, link } = await against((request) => {
      first ??= signed(approval(request));
      return first;
    });
    expect(await exchanger.perform(purchase('000001'))).toMatchObject({ kind: 'answered' });
    expect(await exchanger.perform(purchase('000002'))).toEqual({ kind: 'no-answer', cause: 'timed-out' });
    expect(link.counters().duplicate).toBe(1);
  });

  it('to a stranger’s request is counted as unknown and believed by nobody', async () => {
    const { exchanger, link } = await against((request) =>
      signed({ ...approval(request), fields: { ...approval(request).fields, 41: '10000002' } }),
    );
    expect(await exchanger.perform(purchase('000001'))).toEqual({ kind: 'no-answer', cause: 'timed-out' });
    expect(link.counters().unknown).toBe(1);
  });

  it('that lacks what the catalogue asks for is unreadable, however right its MAC', async () => {
    const { exchanger, odd } = await against((request) => {
      const { 39: _code, ...rest } = approval(request).fields;
      return signed({ ...approval(request), fields: rest });
    });
    expect(await exchanger.perform(purchase('000001'))).toMatchObject({ kind: 'unreadable' });
    expect(odd).toContain('an answer that is not what it must be');
  });

  it('to a sign-on whose check value is wrong is refused as keys-refused, and no key takes effect', async () => {
    const { exchanger, store } = await against((request) => {
      const de62 = wrapKeySet({ mode: '003', tmk: TMK, keys: { pik: PIK, mak: MAK } }).slice();
      de62[de62.length - 1] = (de62.at(-1) ?? 0) ^ 1;
      const { 11: stan, 41: terminal, 42: merchant } = request.fields;
      return unsigned({
        tpdu: '6000000003',
        header: '603100310000',
        mti: '0810',
        fields: {
          11: stan ?? '',
          12: '090000',
          13: '1121',
          32: '00000001',
          37: '000000000001',
          39: '00',
          41: terminal ?? '',
          42: merchant ?? '',
          60: '00000001003',
          62: de62,
        },
      });
    });
    const signOn: Exchange = {
      purpose: { kind: 'terminal-sign-on' },
      message: {
        ...purchase('000001').message,
        mti: '0800',
        fields: { 11: '000001', 41: '10000001', 42: '105331051320001', 60: '00000001003', 63: '001' },
      },
    };
    const outcome: ExchangeOutcome = await exchanger.perform(signOn);
    expect(outcome).toMatchObject({ kind: 'keys-refused', detail: expect.stringContaining('MAK') });
    expect(store.current()?.id).toBe('set-1');
  });
});
