import { describe, expect, it } from 'vitest';
import { NINE_O_CLOCK_MS, TerminalBench } from '../../test/support/terminal-bench.ts';
import { KeyStore, SecretKey, SigningKey, signDocument } from '../crypto/index.ts';
import { terminalOf } from '../engine/state.ts';
import { terminalKeys } from './key-file.ts';

const key = (fill: number) => SigningKey.fromRaw(new Uint8Array(32).fill(fill));
const [first, second] = [key(1), key(2)];
const publicKeys = (...keys: readonly SigningKey[]) =>
  Object.fromEntries(keys.map(({ keyId, verifyingKey }) => [keyId, verifyingKey.toBase64()]));

function keysOf(...provisioned: readonly SigningKey[]) {
  return terminalKeys({
    keyStore: KeyStore.create({ tmk: SecretKey.from(new Uint8Array(16).fill(3)) }),
    cardHashKey: SecretKey.from(new Uint8Array(32).fill(4)),
    issuerKeys: new Map(provisioned.map(({ keyId, verifyingKey }) => [keyId, verifyingKey])),
    save() {},
  });
}

const signedBy = (signer: SigningKey) => signDocument({ a: 1 }, { keyId: signer.keyId, privateKey: signer });

describe('the keys of the issuer', () => {
  it('are believed when the host has said so, beside those of the provisioning', () => {
    const keys = keysOf(first);
    expect(keys.openDocument(signedBy(second))).toEqual({ ok: false, why: 'unknown-key' });
    keys.believeIssuers({ keys: publicKeys(first, second), revokedKeyIds: [] });
    expect(keys.openDocument(signedBy(second)).ok).toBe(true);
    expect(keys.openDocument(signedBy(first)).ok).toBe(true);
  });

  it('are believed no more once revoked, whatever is said later', () => {
    const keys = keysOf(first, second);
    keys.believeIssuers({ keys: publicKeys(second), revokedKeyIds: [first.keyId] });
    keys.believeIssuers({ keys: publicKeys(first, second), revokedKeyIds: [] });
    expect(keys.openDocument(signedBy(first))).toEqual({ ok: false, why: 'unknown-key' });
    expect(keys.openDocument(signedBy(second)).ok).toBe(true);
  });

  it('are not believed under an id that is not their own, nor when they are none', () => {
    const keys = keysOf(first);
    keys.believeIssuers({
      keys: { [first.keyId]: second.verifyingKey.toBase64(), AAAAAAAA: 'c2hvcnQ=' },
      revokedKeyIds: [],
    });
    expect(keys.openDocument(signedBy(first)).ok).toBe(true);
    expect(keys.openDocument(signedBy(second)).ok).toBe(false);
  });
});

describe('a certificate of a revoked key', () => {
  const download = (version: number, revokedKeyIds: readonly string[]) =>
    ({
      kind: 'parameters-downloaded',
      version,
      issuedAtMs: NINE_O_CLOCK_MS,
      parameters: {},
      certificates: [],
      issuers: { keys: {}, revokedKeyIds },
    }) as const;

  it('takes no card any more, also after a restart, and stays revoked', async () => {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate();
    const { certificate } = bench.certificate();
    bench.linkUp = false;
    expect(bench.txn(await bench.pay(10_00)).state).toBe('accepted-offline');
    await bench.terminal.run(download(1, [certificate.keyId]));
    expect(await bench.pay(10_00)).toMatchObject({ rule: 'offline-certificate-revoked' });
    await bench.terminal.run(download(2, []));
    bench.boot();
    expect(await bench.pay(10_00)).toMatchObject({ rule: 'offline-certificate-revoked' });
    expect(terminalOf(bench.terminal.state).issuers?.revokedKeyIds).toEqual([certificate.keyId]);
  });
});
