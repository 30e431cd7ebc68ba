import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../crypto/bytes.ts';
import { purseHex } from '../../domain/purse.ts';
import type { Random } from '../../ports/clock.ts';
import { workedFlow } from '../worked-flows.test-support.ts';
import {
  type IssuerKeys,
  memoryStore,
  type PurseCardState,
  personalise,
  purseCardState,
  type SimulatedPurseCard,
  simulatedPsam,
  simulatedPurseCard,
} from './index.ts';

const purchase = workedFlow('purchase_flow');
const load = workedFlow('load_flow');
const number = (text: string): number => Number.parseInt(text, 16);
const always = (text: string): Random => ({ bytes: () => fromHex(text, 'random') });

/** The card of the worked flows: its issuer has no levels for loads and codes, and two for purchases. */
function workedCard(changes: Partial<PurseCardState>, random: string): SimulatedPurseCard {
  const applicationSerial = purseHex('applicationSerial', `0000${purchase('appSn')}`);
  const issuerKeys: IssuerKeys = { purchase: purchase('gmpk'), load: load('mlk'), tac: purchase('mtk') };
  const plain = personalise({ issuerKeys, levels: { kind: 'card' }, applicationSerial });
  const { purchaseKeys } = personalise({
    issuerKeys,
    levels: { kind: 'city', bank: purchase('bankId'), city: purchase('cityId') },
    applicationSerial,
  });
  const store = memoryStore<PurseCardState>({ ...plain, purchaseKeys, ...changes });
  const card = simulatedPurseCard({ store, random: always(random) });
  expect(say(card, '00A4040009A00000000386980701')).toMatch(/9000$/);
  return card;
}

function say(chip: { process(apdu: Uint8Array): { readonly bytes: Uint8Array } }, command: string): string {
  return toHex(chip.process(fromHex(command, 'command')).bytes);
}

const workedPurchaseCard = (changes: Partial<PurseCardState> = {}): SimulatedPurseCard =>
  workedCard(
    { balanceMinor: number(purchase('balance')), offlineCounter: number(purchase('offlineSn')), ...changes },
    purchase('rnd'),
  );

describe('the simulated card', () => {
  it('answers the worked purchase byte for byte, in its log and its proof, too', () => {
    const card = workedPurchaseCard();
    expect(card.state.purchaseKeys[0]?.value).toBe(purchase('DPK'));
    expect(say(card, purchase('initCmd'))).toBe(purchase('initResp'));
    expect(say(card, purchase('debitCmd'))).toBe(purchase('debitResp'));
    expect(say(card, '805C000204')).toBe(`${purchase('newBalance')}9000`);
    expect(say(card, '00B201C417')).toBe(`${purchase('logRecord')}9000`);
    card.reset();
    say(card, '00A40000023F01');
    expect(say(card, purchase('proveCmd'))).toBe(purchase('proveResp'));
  });

  it('answers the worked load byte for byte, in its log and its proof, too', () => {
    const card = workedCard(
      { balanceMinor: number(load('oldBalance')), onlineCounter: number(load('onlineSn')) },
      load('rnd'),
    );
    expect(say(card, load('initCmd'))).toBe(load('initResp'));
    expect(say(card, load('creditCmd'))).toBe(`${load('TAC')}9000`);
    expect(say(card, '805C000204')).toBe(`${load('newBalance')}9000`);
    expect(say(card, '00B201C417')).toBe(`${load('logRecord')}9000`);
    expect(say(card, load('proveCmd'))).toBe(load('proveResp'));
  });

  it('refuses what is out of order, and a command between INITIALIZE and DEBIT ends the sale', () => {
    const card = workedPurchaseCard();
    expect(say(card, purchase('debitCmd'))).toBe('6985');
    say(card, purchase('initCmd'));
    say(card, '805C000204');
    expect(say(card, purchase('debitCmd'))).toBe('6985');
    say(card, purchase('initCmd'));
    card.reset();
    expect(say(card, purchase('debitCmd'))).toBe('6985');
    say(card, '00A40000023F01');
    expect(say(card, purchase('debitCmd'))).toBe('6985');
    say(card, purchase('initCmd'));
    expect(say(card, load('creditCmd'))).toBe('6985');
    expect(card.state.balanceMinor).toBe(number(purchase('balance')));
  });

  it('refuses a wrong MAC1 and a wrong MAC2, and moves nothing', () => {
    const card = workedPurchaseCard();
    const before = card.state;
    say(card, purchase('initCmd'));
    expect(say(card, purchase('debitCmd').replace(purchase('MAC1'), '00000000'))).toBe('9302');
    expect(say(card, purchase('debitCmd'))).toBe('6985');
    say(card, load('initCmd'));
    expect(say(card, load('creditCmd'))).toBe('9302');
    expect(card.state).toEqual(before);
  });

  it.each<[string, Partial<PurseCardState>, string]>([
    ['is locked', { isLocked: true }, '9303'],
    ['has too little', { balanceMinor: 249 }, '9401'],
    ['has used up its counter', { offlineCounter: 0xffff }, '9402'],
    ['has no such key', { purchaseKeys: [] }, '9403'],
    ['wants its PIN first', { needsPinFor: ['purchase'] }, '6982'],
  ])('does not begin a sale when it %s', (_what, changes, statusWord) => {
    const card = workedPurchaseCard(changes);
    expect(say(card, purchase('initCmd'))).toBe(statusWord);
    expect(say(card, purchase('debitCmd'))).toBe('6985');
  });

  it('takes a sale of all it has, and of its last counter', () => {
    const card = workedPurchaseCard({ balanceMinor: 250, offlineCounter: 0xfffe });
    expect(say(card, purchase('initCmd'))).toMatch(/^000000FAFFFE.*9000$/);
  });

  it('counts wrong PINs down to the block, and back up after the right one', () => {
    const card = workedPurchaseCard({ needsPinFor: ['purchase'] });
    expect(say(card, '0020000003111111')).toBe('63C2');
    expect(say(card, '0020000003123456')).toBe('9000');
    expect(say(card, purchase('initCmd'))).toBe(purchase('initResp'));
    expect([1, 2, 3, 4].map(() => say(card, '0020000003111111'))).toEqual(['63C2', '63C1', '63C0', '6983']);
    expect(say(card, '0020000003123456')).toBe('6983');
    expect(say(card, purchase('initCmd'))).toBe('6982');
  });

  it.each([
    ['B0950000', '6E00'],
    ['00FF0000', '6D00'],
    ['8050020B', '6A86'],
    ['00B0050010', '6A86'],
    ['00B0940010', '6A82'],
    ['00B20BC417', '6A83'],
    ['00B0950020', '6C1E'],
    ['805C000208', '6C04'],
    ['805001020A0000', '6700'],
    ['80500102020000', '6700'],
    ['00A40000023F02', '6A82'],
    ['805A0006020001FF', '6C08'],
  ])('answers %s with %s', (command, statusWord) => {
    expect(say(workedPurchaseCard(), command)).toBe(statusWord);
  });

  it('asks again for the right length without ending the sale', () => {
    const card = workedPurchaseCard();
    say(card, purchase('initCmd'));
    expect(say(card, purchase('debitCmd').replace(/08$/, '04'))).toBe('6C08');
    expect(say(card, purchase('debitCmd'))).toBe(purchase('debitResp'));
  });

  it('proves its latest transaction and no other', () => {
    const card = workedPurchaseCard();
    expect(say(card, purchase('proveCmd'))).toBe('9406');
    say(card, purchase('initCmd'));
    say(card, purchase('debitCmd'));
    expect(say(card, '805A000602001308')).toBe('9406');
    expect(say(card, '805A000602001508')).toBe('9406');
    expect(say(card, '805A000202001408')).toBe('9406');
    expect(say(card, purchase('proveCmd'))).toBe(purchase('proveResp'));
  });

  it('has answers fetched once, in their length, and before anything else, as T=0 does', () => {
    const store = memoryStore(workedPurchaseCard().state);
    const card = simulatedPurseCard({ store, random: always(purchase('rnd')), protocol: 't0' });
    expect(say(card, '00A40000023F01')).toBe('610D');
    expect(say(card, '00C0000008')).toBe('6C0D');
    expect(say(card, '00C000000D')).toMatch(/^6F0B8409A000000003869807019000$/);
    expect(say(card, '00C000000D')).toBe('6985');
    expect(say(card, purchase('initCmd'))).toBe('610F');
    expect(say(card, '805C000204')).toMatch(/9000$/);
    expect(say(card, '00C000000F')).toBe('6985');
  });

  it('keeps the ten latest records', () => {
    let card = workedPurchaseCard();
    const { proof: _, ...first } = card.state;
    const store = memoryStore<PurseCardState>({ ...first, log: Array<string>(10).fill('00'.repeat(23)) });
    card = simulatedPurseCard({ store, random: always(purchase('rnd')) });
    say(card, '00A40000023F01');
    say(card, purchase('initCmd'));
    say(card, purchase('debitCmd'));
    expect(card.state.log).toHaveLength(10);
    expect(card.state.log[0]).toBe(purchase('logRecord'));
  });

  it('keeps a memory that its own schema takes back from JSON', () => {
    const card = workedPurchaseCard();
    say(card, purchase('initCmd'));
    say(card, purchase('debitCmd'));
    const read: unknown = JSON.parse(JSON.stringify(card.state));
    expect(purseCardState.parse(read)).toEqual(card.state);
    expect(purseCardState.safeParse({ ...card.state, balanceMinor: -1 }).success).toBe(false);
  });

  it('answers any bytes with two at least, and never moves money by them', () => {
    const command = fc.oneof(
      fc.uint8Array({ maxLength: 270 }),
      fc
        .tuple(
          fc.constantFrom('0020', '00A4', '00B0', '00B2', '00C0', '8050', '8052', '8054', '805A', '805C'),
          fc.uint8Array({ maxLength: 22 }),
        )
        .map(([head, rest]) => Uint8Array.from([...fromHex(head, 'head'), ...rest])),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 12 }), (commands) => {
        const card = workedPurchaseCard();
        for (const bytes of commands) expect(card.process(bytes).bytes.length).toBeGreaterThanOrEqual(2);
        expect(card.state.balanceMinor).toBe(number(purchase('balance')));
        expect(card.state.log).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the simulated PSAM', () => {
  const state = {
    terminalNumber: purchase('term'),
    masterFileId: '3F00',
    applicationFileId: 'DF01',
    nextTerminalSerial: number(purchase('termSn')),
    masterKeys: [{ version: 1, value: purchase('gmpk') }],
  };

  it('answers the worked purchase byte for byte, and uses its serial up', () => {
    const psam = simulatedPsam({ store: memoryStore(state) });
    expect(say(psam, '00B0960006')).toBe(`${purchase('term')}9000`);
    expect(say(psam, purchase('psamCmd'))).toBe('6985');
    expect(say(psam, '00A4000002DF01')).toBe('9000');
    expect(say(psam, '00B0960006')).toBe('6A82');
    expect(say(psam, purchase('psamCmd'))).toBe(purchase('psamResp'));
    expect(say(psam, purchase('psamCredit'))).toBe('9000');
    expect(say(psam, purchase('psamCredit'))).toBe('6985');
    expect(psam.state.nextTerminalSerial).toBe(state.nextTerminalSerial + 1);
  });

  it('knows a wrong MAC2, and cannot check any after it lost its power', () => {
    const psam = simulatedPsam({ store: memoryStore(state) });
    for (const [interruption, verdict] of [
      [() => undefined, '9302'],
      [() => psam.reset(), '6985'],
    ] as const) {
      say(psam, '00A4000002DF01');
      say(psam, purchase('psamCmd'));
      interruption();
      expect(say(psam, '807200000400000000')).toBe(verdict);
    }
  });

  it.each([
    ['a key version it has not', { masterKeys: [] }, '9403'],
    ['a serial at its end', { nextTerminalSerial: 0xffff_ffff }, '9402'],
  ])('refuses %s', (_what, change, statusWord) => {
    const psam = simulatedPsam({ store: memoryStore({ ...state, ...change }) });
    say(psam, '00A4000002DF01');
    expect(say(psam, purchase('psamCmd'))).toBe(statusWord);
  });
});
