import { describe, expect, it } from 'vitest';
import { fromHex, toHex, uintBytes } from '../../terminal-core/crypto/bytes.ts';
import {
  diversify,
  loadMac1,
  loadMac2,
  loadTac,
  purchaseTac,
  SecretKey,
  seslk,
  tacKey,
} from '../../terminal-core/crypto/index.ts';
import { type AmountMinor, amountMinor } from '../../terminal-core/domain/money.ts';
import {
  PURSE_TRANSACTION_TYPE,
  type PurseMac1,
  type PurseTerminalNumber,
  purseHex,
  type TerminalSerial,
} from '../../terminal-core/domain/purse.ts';
import type { SmartCard } from '../../terminal-core/ports/smart-card.ts';
import {
  type InitialisedPurchase,
  isInDoubt,
  isLoggedAs,
  Psam,
  type PurseCard,
  type PursePublicData,
  psamProfile,
  recognisePurse,
} from '../../terminal-core/purse/index.ts';
import {
  type Chip,
  cloneCard,
  DEMO_PURSE_ISSUER,
  DEMO_PURSE_KEYS,
  demoPsam,
  demoPurseCard,
  memoryStore,
  type PurseCardState,
  type SimulatedPurseCard,
  simulatedPsam,
  simulatedPurseCard,
} from '../../terminal-core/purse/simulator/index.ts';

/** A reader with a slot for the customer and one for the PSAM, whatever is behind it. */
export interface PurseBench {
  /** Puts a chip in and waits until the reader tells it. */
  insert(slot: 'card' | 'sam', chip: Chip): Promise<SmartCard>;
  /** Takes the customer's chip out, if it is still in, and waits until the reader tells that. */
  takeOut(): Promise<void>;
  close(): Promise<void>;
}

const AT = { date: '20261121', time: '142233' } as const;
const BALANCE = amountMinor(10_000);
const PRICE = amountMinor(1_234);

/** Counts up: no two transactions of a test have the same random. */
function countingRandom() {
  let next = 0x0a0b_0c00;
  return {
    bytes: (length: number) => {
      next += 1;
      return uintBytes(next, length);
    },
  };
}

interface Till {
  readonly bench: PurseBench;
  readonly psam: Psam;
  readonly terminalNumber: PurseTerminalNumber;
}

interface Presented {
  readonly purse: PurseCard;
  readonly publicData: PursePublicData;
}

interface Begun extends Presented {
  readonly initialised: InitialisedPurchase;
  readonly terminalSerial: TerminalSerial;
  readonly mac1: PurseMac1;
}

function okOf<Answer extends { readonly kind: string }>(
  answer: Answer,
): Extract<Answer, { readonly kind: 'ok' }> {
  if (answer.kind !== 'ok') throw new Error(`the card answered ${JSON.stringify(answer)}`);
  return answer as Extract<Answer, { readonly kind: 'ok' }>;
}

async function present(till: Till, chip: Chip): Promise<Presented> {
  const found = await recognisePurse(await till.bench.insert('card', chip), [DEMO_PURSE_ISSUER]);
  if (found.kind !== 'purse') throw new Error(`not recognised: ${JSON.stringify(found)}`);
  return found;
}

async function begin(till: Till, presented: Presented, price: AmountMinor = PRICE): Promise<Begun> {
  const { terminalNumber, psam } = till;
  const { purse, publicData } = presented;
  const initialised = okOf(await purse.initialisePurchase({ amountMinor: price, terminalNumber }));
  const { terminalSerial, mac1 } = okOf(
    await psam.initForPurchase({
      initialised,
      applicationSerial: publicData.applicationSerial,
      levels: purse.issuer.levels,
      amountMinor: price,
      ...AT,
    }),
  );
  return { ...presented, initialised, terminalSerial, mac1 };
}

const debit = ({ purse, terminalSerial, mac1 }: Begun) => purse.debit({ terminalSerial, mac1, ...AT });

const doubtOf = (begun: Begun, till: Till) => ({
  transactionType: PURSE_TRANSACTION_TYPE.purchase,
  initialisedCounter: begun.initialised.offlineCounter,
  amountMinor: PRICE,
  terminalNumber: till.terminalNumber,
  ...AT,
});

/** What the issuer works out from its own keys. */
function issuerKey(which: 'load' | 'tac', { publicData }: Presented): SecretKey {
  const { levels } = DEMO_PURSE_ISSUER;
  if (levels.kind !== 'city') throw new Error('the demo issuer has two levels');
  const factors = [levels.city, levels.bank, publicData.applicationSerial];
  return diversify(
    SecretKey.fromHex(DEMO_PURSE_KEYS[which]),
    factors.map((factor) => fromHex(factor, 'factor')),
  );
}

function expectedPurchaseTac(begun: Begun, till: Till): string {
  return toHex(
    purchaseTac(tacKey(issuerKey('tac', begun)), {
      amountMinor: PRICE,
      transactionType: PURSE_TRANSACTION_TYPE.purchase,
      terminalNumber: fromHex(till.terminalNumber, 'terminal'),
      terminalSerial: fromHex(begun.terminalSerial, 'serial'),
      dateBcd: fromHex(AT.date, 'date'),
      timeBcd: fromHex(AT.time, 'time'),
    }),
  );
}

/**
 * What happens between a till, a PSAM and a card, however the card may be pulled away. The same scenes run over the
 * simulated reader and over PC/SC.
 */
export function purseScenes(name: string, openBench: () => Promise<PurseBench>): void {
  async function withTill(scene: (till: Till) => Promise<void>): Promise<void> {
    const bench = await openBench();
    try {
      const psam = new Psam(
        await bench.insert('sam', simulatedPsam({ store: memoryStore(demoPsam(1)) })),
        psamProfile.parse({}),
      );
      const { terminalNumber } = okOf(await psam.terminalNumber());
      await scene({ bench, psam, terminalNumber });
    } finally {
      await bench.close();
    }
  }

  const cardOf = (changes: Partial<PurseCardState> = {}, protocol: 't0' | 't1' = 't1'): SimulatedPurseCard =>
    simulatedPurseCard({
      store: memoryStore(demoPurseCard(77, { balanceMinor: BALANCE, ...changes })),
      random: countingRandom(),
      protocol,
    });

  describe(name, () => {
    it.each(['t1', 't0'] as const)(
      'sells to a card of the %s protocol: PSAM, card and issuer agree on every code',
      (protocol) =>
        withTill(async (till) => {
          const chip = cardOf({ offlineCounter: 41 }, protocol);
          const begun = await begin(till, await present(till, chip));
          expect(begun.initialised).toMatchObject({ balanceMinor: BALANCE, offlineCounter: 41 });
          const { tac, mac2 } = okOf(await debit(begun));
          expect(await till.psam.creditForPurchase({ mac2 })).toMatchObject({ kind: 'ok' });
          expect(tac).toBe(expectedPurchaseTac(begun, till));
          expect(await begun.purse.balance()).toMatchObject({ balanceMinor: BALANCE - PRICE });
          const { records } = okOf(await begun.purse.readLogs());
          expect(records).toHaveLength(1);
          expect(records.every((record) => isLoggedAs(record, doubtOf(begun, till)))).toBe(true);
          expect(chip.state.offlineCounter).toBe(42);
        }),
    );

    it('loads a card: card and host agree on every code', () =>
      withTill(async (till) => {
        const presented = await present(till, cardOf({ onlineCounter: 7 }));
        const { purse } = presented;
        const request = { amountMinor: PRICE, terminalNumber: till.terminalNumber };
        const begun = okOf(await purse.initialiseLoad(request));
        const session = seslk({
          dlk: issuerKey('load', presented),
          random: fromHex(begun.random, 'random'),
          onlineCounter: uintBytes(begun.onlineCounter, 2),
        });
        const load = {
          amountMinor: PRICE,
          transactionType: PURSE_TRANSACTION_TYPE.load,
          terminalNumber: fromHex(till.terminalNumber, 'terminal'),
          dateBcd: fromHex(AT.date, 'date'),
          timeBcd: fromHex(AT.time, 'time'),
        };
        expect(begun.mac1).toBe(toHex(loadMac1(session, { ...load, oldBalanceMinor: BALANCE })));
        const mac2 = purseHex('mac2', toHex(loadMac2(session, load)));
        const { tac } = okOf(await purse.creditForLoad({ ...AT, mac2 }));
        const newBalanceMinor = amountMinor(BALANCE + PRICE);
        const onlineCounter = uintBytes(7, 2);
        const key = tacKey(issuerKey('tac', presented));
        expect(tac).toBe(toHex(loadTac(key, { ...load, newBalanceMinor, onlineCounter })));
        expect(await purse.balance()).toMatchObject({ balanceMinor: newBalanceMinor });
      }));

    it('says that a debit which never reached the card took nothing', () =>
      withTill(async (till) => {
        const chip = cardOf();
        const begun = await begin(till, await present(till, chip));
        chip.tearAt({ instruction: 0x54, point: 'before-acting' });
        expect(isInDoubt(await debit(begun))).toBe(true);
        await till.bench.takeOut();
        const { purse } = await present(till, chip);
        expect(await purse.prove(doubtOf(begun, till))).toMatchObject({
          meaning: { code: 'nothing-to-prove' },
        });
        const { amountMinor: price, terminalNumber } = doubtOf(begun, till);
        expect(await purse.initialisePurchase({ amountMinor: price, terminalNumber })).toMatchObject({
          offlineCounter: begun.initialised.offlineCounter,
          balanceMinor: BALANCE,
        });
      }));

    it.each(['after-acting', 'mid-answer'] as const)(
      'finds the proof of a debit whose answer was lost %s',
      (point) =>
        withTill(async (till) => {
          const chip = cardOf();
          const begun = await begin(till, await present(till, chip));
          chip.tearAt({ instruction: 0x54, point });
          expect(isInDoubt(await debit(begun))).toBe(true);
          await till.bench.takeOut();
          const { purse } = await present(till, chip);
          const proved = okOf(await purse.prove(doubtOf(begun, till)));
          expect(proved.tac).toBe(expectedPurchaseTac(begun, till));
          expect(await purse.balance()).toMatchObject({ balanceMinor: BALANCE - PRICE });
        }),
    );

    it('finds a debit without its proof by counter, balance and log', () =>
      withTill(async (till) => {
        const chip = cardOf();
        const begun = await begin(till, await present(till, chip));
        chip.tearAt({ instruction: 0x54, point: 'acted-without-proof' });
        expect(isInDoubt(await debit(begun))).toBe(true);
        await till.bench.takeOut();
        const { purse } = await present(till, chip);
        const doubt = doubtOf(begun, till);
        expect(await purse.prove(doubt)).toMatchObject({ meaning: { code: 'nothing-to-prove' } });
        const { records } = okOf(await purse.readLogs());
        expect(records.map((record) => isLoggedAs(record, doubt))).toEqual([true]);
        expect(
          await purse.initialisePurchase({ amountMinor: PRICE, terminalNumber: till.terminalNumber }),
        ).toMatchObject({
          offlineCounter: begun.initialised.offlineCounter + 1,
          balanceMinor: BALANCE - PRICE,
        });
      }));

    it('holds a debit in doubt when a T=0 card acted and its answer could not be fetched', () =>
      withTill(async (till) => {
        const chip = cardOf({}, 't0');
        const begun = await begin(till, await present(till, chip));
        chip.tearAt({ instruction: 0xc0, point: 'before-acting' });
        expect(isInDoubt(await debit(begun))).toBe(true);
        await till.bench.takeOut();
        const { purse } = await present(till, chip);
        expect(await purse.prove(doubtOf(begun, till))).toMatchObject({
          kind: 'ok',
          tac: expectedPurchaseTac(begun, till),
        });
      }));

    it('has to begin again with a card that was out between INITIALIZE and DEBIT', () =>
      withTill(async (till) => {
        const chip = cardOf();
        const begun = await begin(till, await present(till, chip));
        await till.bench.takeOut();
        expect(await debit(begun)).toMatchObject({ kind: 'no-answer' });
        const { purse } = await present(till, chip);
        expect(await debit({ ...begun, purse })).toMatchObject({ meaning: { code: 'conditions-not-met' } });
        expect(chip.state.balanceMinor).toBe(BALANCE);
      }));

    it('shows a clone by one counter with two transactions', () =>
      withTill(async (till) => {
        const chip = cardOf();
        const clone = cloneCard(chip, countingRandom());
        const sold: { counter: number; tac: string }[] = [];
        for (const one of [chip, clone]) {
          const begun = await begin(till, await present(till, one));
          const { tac, mac2 } = okOf(await debit(begun));
          // It holds the true keys: only the counters of both give it away, at the host.
          expect((await till.psam.creditForPurchase({ mac2 })).kind).toBe('ok');
          sold.push({ counter: begun.initialised.offlineCounter, tac });
          await till.bench.takeOut();
        }
        expect(sold[0]?.counter).toBe(sold[1]?.counter);
        expect(sold[0]?.tac).not.toBe(sold[1]?.tac);
      }));

    it('knows a card that says yes to everything by its MAC2', () =>
      withTill(async (till) => {
        const chip = cardOf();
        const begun = await begin(till, await present(till, chip));
        const faked = purseHex('mac2', '00000000');
        expect(await till.psam.creditForPurchase({ mac2: faked })).toMatchObject({
          kind: 'status',
          meaning: { code: 'mac-wrong' },
        });
        expect(begun.publicData.applicationSerial).toBe(chip.state.applicationSerial);
      }));

    it('is refused by a card with other keys, and nothing is taken', () =>
      withTill(async (till) => {
        const stranger = [{ index: 1, version: 1, algorithm: 0, value: '00'.repeat(16) }];
        const chip = cardOf({ purchaseKeys: stranger });
        const answer = await debit(await begin(till, await present(till, chip)));
        expect(answer).toMatchObject({ kind: 'status', meaning: { code: 'mac-wrong', effect: 'refused' } });
        expect(isInDoubt(answer)).toBe(false);
        expect(chip.state.balanceMinor).toBe(BALANCE);
      }));

    it('tells a chip card that is no purse', () =>
      withTill(async (till) => {
        const chip = simulatedPsam({ store: memoryStore(demoPsam(2)) });
        const card = await till.bench.insert('card', chip);
        expect(await recognisePurse(card, [DEMO_PURSE_ISSUER])).toEqual({ kind: 'not-a-purse' });
      }));
  });
}
