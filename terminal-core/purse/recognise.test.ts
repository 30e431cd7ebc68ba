import { describe, expect, it } from 'vitest';
import {
  PURSE_ISSUERS_MAX,
  type PurseIssuerConfig,
  purseIssuer,
  purseIssuers,
  SELECTIONS_MAX,
} from './issuer.ts';
import { recognisePurse } from './recognise.ts';
import { ScriptedCard } from './scripted-card.test-support.ts';

const name = { 'zh-CN': '测试', en: 'Test' };
const issuer = (issuerId: string, config: Partial<PurseIssuerConfig> = {}) =>
  purseIssuer.parse({ issuerId, name, ...config });

const publicData = (issuerCode: string): string =>
  `${issuerCode}0201000010007512345678902026010120301231${'5500'}9000`;
const OURS = '1000750000000000';
const THEIRS = '2000000000000000';
const SELECT_PURSE = '00A4040009A00000000386980701';
const READ_0015 = '00B095001E';

describe('recognising a purse', () => {
  it('tells issuers of one application id apart by the code on the card', async () => {
    const issuers = [issuer('theirs', { issuerCode: THEIRS }), issuer('ours', { issuerCode: OURS })];
    const card = new ScriptedCard(['9000', publicData(OURS), '9000', publicData(OURS)]);
    const found = await recognisePurse(card, issuers);
    if (found.kind !== 'purse') throw new Error(found.kind);
    expect(found.purse.issuer.issuerId).toBe('ours');
    expect(found.publicData.applicationSerial).toBe('00001000751234567890');
    const stranger = new ScriptedCard(['9000', publicData(OURS)]);
    expect(await recognisePurse(stranger, issuers.slice(0, 1))).toEqual({ kind: 'not-a-purse' });
  });

  it('asks only cards whose answer to reset fits, digit by digit', async () => {
    const issuers = [issuer('picky', { atr: '3B6?00' })];
    const fits = new ScriptedCard(['9000', publicData(OURS)], '3B6A0081');
    expect((await recognisePurse(fits, issuers)).kind).toBe('purse');
    for (const atr of ['3B7A0081', '3B6A', '3B6A1081']) {
      const other = new ScriptedCard(['9000', publicData(OURS)], atr);
      expect(await recognisePurse(other, issuers)).toEqual({ kind: 'not-a-purse' });
      expect(other.sent).toEqual([]);
    }
  });

  it('goes the way of an issuer through files, reads its own files, and stops at the first that is not there', async () => {
    const issuers = [
      issuer('filed', {
        select: [
          { by: 'file', fileId: '1001' },
          { by: 'file', fileId: 'DF03' },
        ],
      }),
      issuer('named', { files: { publicDataSfi: 0x05 } }),
    ];
    const card = new ScriptedCard(['9000', '6A82', '9000', publicData(OURS)]);
    expect((await recognisePurse(card, issuers)).kind).toBe('purse');
    expect(card.sent).toEqual(['00A40000021001', '00A4000002DF03', SELECT_PURSE, '00B085001E']);
  });

  it.each([
    ['is locked', ['9303'], 'status'],
    ['was pulled out', [undefined], 'no-answer'],
    ['fails', ['6F00'], 'status'],
    ['has public data that cannot be', ['9000', '9000'], 'malformed'],
  ])('is a problem and no stranger when the card %s', async (_what, answers, kind) => {
    const card = new ScriptedCard(answers);
    expect(await recognisePurse(card, [issuer('one'), issuer('two')])).toMatchObject({
      kind: 'problem',
      problem: { kind },
    });
    expect(card.sent[1] ?? READ_0015).toBe(READ_0015);
  });

  it('takes the most issuers and selections and refuses one more, and two of one name', () => {
    const list = (count: number) => Array.from({ length: count }, (_, at) => ({ issuerId: `i${at}`, name }));
    expect(purseIssuers.safeParse(list(PURSE_ISSUERS_MAX)).success).toBe(true);
    expect(purseIssuers.safeParse(list(PURSE_ISSUERS_MAX + 1)).success).toBe(false);
    expect(purseIssuers.safeParse([...list(1), ...list(1)]).success).toBe(false);
    const steps = (count: number) => ({
      issuerId: 'a',
      name,
      select: Array(count).fill({ by: 'file', fileId: '3F01' }),
    });
    expect(purseIssuer.safeParse(steps(SELECTIONS_MAX)).success).toBe(true);
    expect(purseIssuer.safeParse(steps(SELECTIONS_MAX + 1)).success).toBe(false);
  });

  it('refuses a holder file whose name ends behind it', () => {
    const holder = (nameBytes: number) => ({
      issuerId: 'a',
      name,
      files: { holder: { byteLength: 30, nameOffset: 10, nameBytes } },
    });
    expect(purseIssuer.safeParse(holder(20)).success).toBe(true);
    expect(purseIssuer.safeParse(holder(21)).success).toBe(false);
  });
});
