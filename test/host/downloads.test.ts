import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { issueCard } from '../../host-sim/server/card-office.ts';
import { CERTIFICATES_PER_DOWNLOAD_MAX } from '../../host-sim/server/handlers/download.ts';
import { amountMinor } from '../../terminal-core/domain/money.ts';
import { Pan } from '../../terminal-core/domain/pan.ts';
import { freshHost, PAN, START_MS } from './test-host.ts';

const at = freshHost({ settings: { terminalParameters: { unprintedSaleReverse: 1 } } });

describe('downloads', () => {
  const partOf = (control: string, part: number) =>
    at.terminal.askPlain('0800', control, { 62: Buffer.from(String(part).padStart(3, '0')) });

  async function whole(control: string): Promise<unknown> {
    const pieces: Buffer[] = [];
    for (let part = 1, total = 1; part <= total; part += 1) {
      const answer = await partOf(control, part);
      expect(answer.fields[39]).toBe('00');
      const de62 = Buffer.from(answer.fields[62] ?? '', 'hex');
      expect(de62.subarray(0, 3).toString()).toBe(String(part).padStart(3, '0'));
      total = Number(de62.subarray(3, 6).toString());
      pieces.push(de62.subarray(6));
    }
    return JSON.parse(Buffer.concat(pieces).subarray(68).toString('utf8'));
  }

  it('gives the parameters with certificates of the active cards that are not expired, in several parts', async () => {
    expect(await whole('360')).toMatchObject({
      kind: 'parameters',
      version: 1,
      parameters: { refundDaysMax: 180, unprintedSaleReverse: 1 },
      certificates: { length: 3 },
    });
  });

  it('gives certificates of so many cards, those last seen at this merchant first', async () => {
    await at.terminal.purchase(1);
    await at.host.store.transaction(async (tx) => {
      for (let index = 0; index < CERTIFICATES_PER_DOWNLOAD_MAX; index += 1) {
        const pan = Pan.parse(`62288801${String(index).padStart(8, '0')}`);
        if (!pan) throw new Error('no card number');
        const card = {
          pan,
          kind: 'bearer',
          balanceMinor: amountMinor(1),
          expiry: '2912',
          pin: undefined,
          status: 'active',
          holderName: '',
        } as const;
        await issueCard(tx, at.host.services, { card, nowMs: START_MS });
      }
    });
    const document = z.object({ certificates: z.array(z.string()) }).parse(await whole('360'));
    expect(document.certificates).toHaveLength(CERTIFICATES_PER_DOWNLOAD_MAX);
    const firstHash = Buffer.from(document.certificates[0] ?? '', 'base64').subarray(5, 21);
    const pan = Pan.parse(PAN);
    expect(firstHash.toString('hex').toUpperCase()).toBe(pan && at.host.services.cardVault.panHash(pan));
  });

  it('gives the hotlist as hashes, with a version that rises when it changes', async () => {
    expect(await whole('390')).toMatchObject({
      kind: 'hotlist',
      version: 1,
      issuedAtMs: START_MS,
      panHashes: { length: 4 },
    });
    expect(await whole('390')).toMatchObject({ version: 1 });
    await at.host.store.transaction((tx) =>
      tx.run(`UPDATE cards SET status = 'blocked' WHERE pan_masked LIKE '%0002'`),
    );
    expect(await whole('390')).toMatchObject({ version: 2, panHashes: { length: 5 } });
  });

  it('tells the keys that may be believed and those that may not, under a version that rises', async () => {
    const { issuerKeys, random } = at.host.services;
    const [first] = await at.host.store.transaction((tx) => issuerKeys.list(tx));
    const keyId = first?.keyId ?? '';
    expect(await whole('360')).toMatchObject({
      version: 1,
      issuerKeys: { [keyId]: first?.publicKey },
      revokedKeyIds: [],
    });
    const next = await at.host.store.transaction(async (tx) => {
      const rotated = await issuerKeys.rotate(tx, { random, nowMs: START_MS });
      await issuerKeys.revoke(tx, { keyId, nowMs: START_MS });
      return rotated;
    });
    const document = z
      .object({
        version: z.number(),
        issuerKeys: z.record(z.string(), z.string()),
        revokedKeyIds: z.array(z.string()),
      })
      .parse(await whole('360'));
    expect(document.version).toBe(2);
    expect(Object.keys(document.issuerKeys)).toEqual([next]);
    expect(document.revokedKeyIds).toEqual([keyId]);
  });
});
