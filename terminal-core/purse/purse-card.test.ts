import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountMinor } from '../domain/money.ts';
import { PURSE_TRANSACTION_TYPE, purseHex } from '../domain/purse.ts';
import type { ApduOutcome, SmartCard } from '../ports/smart-card.ts';
import { isInDoubt } from './card-answer.ts';
import { psamProfile, purseIssuer } from './issuer.ts';
import { Psam } from './psam.ts';
import { isLoggedAs, PurseCard } from './purse-card.ts';
import { ScriptedCard } from './scripted-card.test-support.ts';
import { workedFlow } from './worked-flows.test-support.ts';

const purchase = workedFlow('purchase_flow');
const load = workedFlow('load_flow');
const issuer = purseIssuer.parse({ issuerId: 'test', name: { 'zh-CN': '测试', en: 'Test' } });
const terminalNumber = purseHex('terminalNumber', purchase('term'));
const number = (hex: string): number => Number.parseInt(hex, 16);

function purseOf(answers: readonly (string | undefined)[]): { card: ScriptedCard; purse: PurseCard } {
  const card = new ScriptedCard(answers);
  return { card, purse: new PurseCard(card, issuer) };
}

const logRecord = purchase('logRecord');
const purchaseInDoubt = {
  transactionType: PURSE_TRANSACTION_TYPE.purchase,
  initialisedCounter: number(purchase('offlineSn')),
  amountMinor: amountMinor(number(purchase('amount'))),
  terminalNumber,
  date: purchase('date'),
  time: purchase('time'),
};

describe('the purse card', () => {
  it('buys with the bytes of the worked purchase', async () => {
    const { card, purse } = purseOf([purchase('initResp'), purchase('debitResp'), purchase('proveResp')]);
    const { amountMinor: sale, date, time } = purchaseInDoubt;
    const initialised = await purse.initialisePurchase({ amountMinor: sale, terminalNumber });
    expect(initialised).toEqual({
      kind: 'ok',
      balanceMinor: number(purchase('balance')),
      offlineCounter: number(purchase('offlineSn')),
      overdraftMinor: 0,
      keyVersion: 1,
      algorithm: 0,
      random: purchase('rnd'),
    });
    const debited = await purse.debit({
      terminalSerial: purseHex('terminalSerial', purchase('termSn')),
      date,
      time,
      mac1: purseHex('mac1', purchase('MAC1')),
    });
    expect(debited).toEqual({ kind: 'ok', tac: purchase('TAC'), mac2: purchase('MAC2') });
    const proved = await purse.prove(purchaseInDoubt);
    expect(proved).toEqual({ kind: 'ok', tac: purchase('TAC'), mac2: purchase('MAC2') });
    expect(card.sent).toEqual([purchase('initCmd'), purchase('debitCmd'), purchase('proveCmd')]);
  });

  it('loads with the bytes of the worked load', async () => {
    const { card, purse } = purseOf([load('initResp'), `${load('TAC')}9000`, load('proveResp')]);
    const initialised = await purse.initialiseLoad({
      amountMinor: amountMinor(number(load('amount'))),
      terminalNumber: purseHex('terminalNumber', load('term')),
    });
    expect(initialised).toMatchObject({
      kind: 'ok',
      oldBalanceMinor: number(load('oldBalance')),
      onlineCounter: number(load('onlineSn')),
      random: load('rnd'),
      mac1: load('MAC1'),
    });
    const mac2 = purseHex('mac2', load('MAC2'));
    const credited = await purse.creditForLoad({ date: load('date'), time: load('time'), mac2 });
    expect(credited).toEqual({ kind: 'ok', tac: load('TAC') });
    const proved = await purse.prove({
      transactionType: PURSE_TRANSACTION_TYPE.load,
      initialisedCounter: number(load('onlineSn')),
    });
    expect(proved).toEqual({ kind: 'ok', mac2: load('MAC2'), tac: load('TAC') });
    expect(card.sent).toEqual([load('initCmd'), load('creditCmd'), load('proveCmd')]);
  });

  it('reads the log, takes the counter from before or after, and nothing else, for the same sale', async () => {
    const { card, purse } = purseOf([`${logRecord}9000`, `${'00'.repeat(23)}9000`, '6A83']);
    const answer = await purse.readLogs();
    expect(card.sent).toEqual(['00B201C417', '00B202C417']);
    if (answer.kind !== 'ok') throw new Error(answer.kind);
    const [record] = answer.records;
    if (record === undefined) throw new Error('no record');
    expect(record).toMatchObject({ transactionType: 6, date: '20261121', time: '142233' });
    expect(isLoggedAs(record, purchaseInDoubt)).toBe(true);
    const { initialisedCounter } = purchaseInDoubt;
    for (const [counter, isSame] of [
      [initialisedCounter - 1, false],
      [initialisedCounter, true],
      [initialisedCounter + 2, false],
    ] as const)
      expect(isLoggedAs({ ...record, counter }, purchaseInDoubt)).toBe(isSame);
    for (const other of [
      { amountMinor: amountMinor(251) },
      { date: '20261122' },
      { time: '142234' },
      { transactionType: 2 },
      { terminalNumber: purseHex('terminalNumber', '310000000002') },
    ])
      expect(isLoggedAs({ ...record, ...other }, purchaseInDoubt)).toBe(false);
  });

  it('reads the public data field by field, and the name alone of the holder', async () => {
    const publicData =
      '1000750000000000' + '11' + '01' + '00001000751234567890' + '20260101' + '20301231' + '5500';
    const name = 'D5C5C8FDB7E1'.padEnd(40, 'F');
    const { card, purse } = purseOf([
      `${publicData}9000`,
      `0000${name}${'31'.repeat(33)}9000`,
      `${publicData.slice(2)}9000`,
    ]);
    expect(await purse.readPublicData()).toEqual({
      kind: 'ok',
      issuerCode: '1000750000000000',
      applicationType: 0x11,
      version: 1,
      applicationSerial: '00001000751234567890',
      startDate: '20260101',
      expiryDate: '20301231',
      fci: '5500',
    });
    expect(await purse.readHolderName()).toEqual({ kind: 'ok', holderName: '张三丰' });
    expect(await purse.readPublicData()).toMatchObject({ kind: 'malformed', field: 'length' });
    expect(card.sent.slice(0, 2)).toEqual(['00B095001E', '00B0960037']);
  });

  it('sends a PIN as the issuer codes it and never puts it into an error', async () => {
    const { card, purse } = purseOf(['9000', '63C2']);
    await purse.verifyPin('123456');
    const wrong = await purse.verifyPin('12345');
    expect(card.sent).toEqual(['0020000003123456', '002000000312345F']);
    expect(wrong).toMatchObject({ kind: 'status', meaning: { code: 'pin-wrong', triesLeft: 2 } });
    await expect(purse.verifyPin('987')).rejects.toThrow(/^A card PIN is 4 to 12 digits$/);
    const ascii = new PurseCard(new ScriptedCard(['9000']), { ...issuer, pinCoding: 'ascii' });
    await expect(ascii.verifyPin('1234567')).rejects.toThrow(/4 to 6 digits$/);
  });

  it('names the field of an answer that cannot be, and holds a debit with such an answer in doubt', async () => {
    const full = '0000185A' + 'FFFF' + '000000' + '01' + '00' + '55AA1234' + '9000';
    const { purse } = purseOf([full, '2A56179000']);
    expect(await purse.initialisePurchase({ amountMinor: amountMinor(1), terminalNumber })).toMatchObject({
      kind: 'malformed',
      command: 'INITIALIZE FOR PURCHASE',
      field: 'offlineCounter',
    });
    const debited = await purse.debit({
      terminalSerial: purseHex('terminalSerial', '00000001'),
      date: '20261121',
      time: '142233',
      mac1: purseHex('mac1', '00000000'),
    });
    expect(debited).toMatchObject({ kind: 'malformed', field: 'length', problem: '3 bytes instead of 8' });
    expect(isInDoubt(debited)).toBe(true);
  });
});

describe('the PSAM', () => {
  it('makes MAC1 and checks MAC2 with the bytes of the worked purchase', async () => {
    const card = new ScriptedCard([
      '9000',
      `${purchase('term')}9000`,
      '9000',
      purchase('psamResp'),
      '9000',
      '9302',
    ]);
    const psam = new Psam(card, psamProfile.parse({}));
    expect(await psam.terminalNumber()).toEqual({ kind: 'ok', terminalNumber });
    const made = await psam.initForPurchase({
      initialised: {
        random: purseHex('random', purchase('rnd')),
        offlineCounter: number(purchase('offlineSn')),
        keyVersion: 1,
        algorithm: 0,
      },
      applicationSerial: purseHex('applicationSerial', `0000${purchase('appSn')}`),
      levels: { kind: 'city', bank: purchase('bankId'), city: purchase('cityId') },
      amountMinor: purchaseInDoubt.amountMinor,
      date: purchase('date'),
      time: purchase('time'),
    });
    expect(made).toEqual({ kind: 'ok', terminalSerial: purchase('termSn'), mac1: purchase('MAC1') });
    const mac2 = purseHex('mac2', purchase('MAC2'));
    expect((await psam.creditForPurchase({ mac2 })).kind).toBe('ok');
    expect(await psam.creditForPurchase({ mac2 })).toMatchObject({ meaning: { code: 'mac-wrong' } });
    expect(card.sent).toEqual([
      '00A40000023F00',
      '00B0960006',
      '00A4000002DF01',
      purchase('psamCmd'),
      purchase('psamCredit'),
      purchase('psamCredit'),
    ]);
  });
});

/** Answers everything with the same bytes. */
function garbageCard(outcome: ApduOutcome): SmartCard {
  return { atr: Uint8Array.of(0x3b, 0), transmit: () => Promise.resolve(outcome) };
}

describe('any answer of a card', () => {
  const statusWord = fc.oneof(
    fc.constant(0x9000),
    fc.integer({ min: 0x6100, max: 0x61ff }),
    fc.integer({ min: 0x6c00, max: 0x6cff }),
    fc.integer({ min: 0, max: 0xffff }),
  );
  const data = fc.oneof(
    fc.uint8Array({ maxLength: 260 }),
    ...[4, 8, 15, 16, 23, 30].map((length) => fc.uint8Array({ minLength: length, maxLength: length })),
  );

  it('is a value, a status, silence or a named field, and never an exception', async () => {
    await fc.assert(
      fc.asyncProperty(data, statusWord, async (bytes, word) => {
        const purse = new PurseCard(garbageCard({ kind: 'response', data: bytes, statusWord: word }), issuer);
        const answers = [
          await purse.readPublicData(),
          await purse.readHolderName(),
          await purse.balance(),
          await purse.initialisePurchase({ amountMinor: amountMinor(1), terminalNumber }),
          await purse.initialiseLoad({ amountMinor: amountMinor(1), terminalNumber }),
          await purse.prove(purchaseInDoubt),
          await purse.readLogs(),
        ];
        for (const answer of answers) {
          expect(['ok', 'status', 'no-answer', 'malformed']).toContain(answer.kind);
          if (answer.kind === 'ok') expect(word).toBe(0x9000);
          if (answer.kind === 'malformed') expect(answer.field).not.toBe('');
        }
      }),
    );
  });
});
