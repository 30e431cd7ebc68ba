import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDocument, SecretKey, trustedKeys } from '../../terminal-core/crypto/index.ts';
import { amountMinor } from '../../terminal-core/domain/money.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { seededRandom } from './random.ts';
import { Vault } from './vault.ts';

const random = seededRandom(1, 1);

let store: Store;
let keys: IssuerKeys;

beforeEach(async () => {
  store = openSqliteStore(':memory:');
  keys = new IssuerKeys(new Vault({ key: SecretKey.from(new Uint8Array(32).fill(7)), random }));
  await store.transaction((tx) => keys.ensure(tx, { random, nowMs: 1 }));
});

afterEach(() => store.close());

/** What a certificate says of itself when the host opens it. */
async function certificate(): Promise<{ readonly base64: string; opens(): Promise<boolean> }> {
  const base64 = await store.transaction((tx) =>
    keys.signCertificate(tx, {
      panHash: '00'.repeat(16),
      certificateNumber: 1,
      ledgerNumber: 1,
      balanceMinor: amountMinor(1),
      offlineCapMinor: amountMinor(1),
      floorMinor: amountMinor(1),
      countMax: 1,
      issuedAtMs: 0,
      notAfterMs: 1000,
      terminalScope: ['80010001'],
    }),
  );
  return {
    base64,
    opens: () => store.transaction(async (tx) => (await keys.openCertificate(tx, base64)).ok),
  };
}

const statuses = async () =>
  (await store.transaction((tx) => keys.list(tx))).map(({ status }) => status).sort();

describe("the issuer's keys", () => {
  it('are rotated by way of an announcement, so that no terminal meets a signature that it cannot check', async () => {
    const told = await store.transaction((tx) => keys.publicKeys(tx));
    const next = await store.transaction((tx) => keys.announce(tx, { random, nowMs: 2 }));
    expect(await store.transaction((tx) => keys.announce(tx, { random, nowMs: 3 }))).toBe(next);
    const announcement = await store.transaction((tx) => keys.signDocument(tx, { kind: 'x' }));
    expect(openDocument(announcement, trustedKeys(told)).ok).toBe(true);
    const toldAgain = await store.transaction((tx) => keys.publicKeys(tx));
    expect(Object.keys(toldAgain)).toContain(next);
    expect(await store.transaction((tx) => keys.rotate(tx, { random, nowMs: 4 }))).toBe(next);
    const signed = await store.transaction((tx) => keys.signDocument(tx, { kind: 'x' }));
    expect(openDocument(signed, trustedKeys(told))).toEqual({ ok: false, error: 'unknown-key' });
    expect(openDocument(signed, trustedKeys(toldAgain))).toMatchObject({ ok: true, keyId: next });
    expect(await statuses()).toEqual(['active', 'retired']);
  });

  it('are believed after they have retired, and no more once they are revoked', async () => {
    const old = await certificate();
    const [first] = await store.transaction((tx) => keys.list(tx));
    const keyId = first?.keyId ?? '';
    expect(await store.transaction((tx) => keys.revoke(tx, { keyId, nowMs: 2 }))).toBe('is-active');
    await store.transaction((tx) => keys.rotate(tx, { random, nowMs: 3 }));
    expect(await old.opens()).toBe(true);
    expect(await store.transaction((tx) => keys.revoke(tx, { keyId, nowMs: 4 }))).toBe('revoked');
    expect(await old.opens()).toBe(false);
    expect(await (await certificate()).opens()).toBe(true);
    expect(await store.transaction((tx) => keys.revokedKeyIds(tx))).toEqual([keyId]);
    expect(Object.keys(await store.transaction((tx) => keys.publicKeys(tx)))).not.toContain(keyId);
    expect(await store.transaction((tx) => keys.revoke(tx, { keyId: '00000000', nowMs: 5 }))).toBe(
      'no-such-key',
    );
  });
});
