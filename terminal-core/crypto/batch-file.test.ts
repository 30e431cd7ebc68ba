import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgreementKey, AgreementPublicKey } from './agreement-key.ts';
import {
  type BatchFileHead,
  batchFileDigest,
  openBatchAnswers,
  openBatchFile,
  sealBatchAnswers,
  sealBatchFile,
} from './batch-file.ts';
import { SigningKey } from './ed25519.ts';

let counter = 0;
const random = {
  bytes(length: number) {
    counter += 1;
    return Uint8Array.from({ length }, (_, index) => (counter * 31 + index * 7) & 0xff);
  },
};
const bytesOf = (fill: number) => new Uint8Array(32).fill(fill);
const terminalKey = SigningKey.fromRaw(bytesOf(1));
const hostKey = AgreementKey.fromRaw(bytesOf(2));
const keys = { signingKey: terminalKey, hostKey: hostKey.publicKey, random };
const host = { signedBy: terminalKey.verifyingKey, hostKey, random };
const HEAD: BatchFileHead = {
  format: 'holdfast-batch',
  version: 1,
  merchantId: '123456789012345',
  terminalId: '10000001',
  batchNumber: '000001',
  exportNumber: 1,
  exportedAtMs: 1_795_000_000_000,
  recordCount: 2,
};

describe('X25519', () => {
  const hex = (text: string) => Buffer.from(text, 'hex');

  it('agrees on the secret of RFC 7748, 6.1', () => {
    const alice = AgreementKey.fromRaw(
      hex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'),
    );
    const bob = AgreementKey.fromRaw(hex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'));
    expect(Buffer.from(alice.publicKey.raw)).toEqual(
      hex('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a'),
    );
    const secret = hex('4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742');
    expect(Buffer.from(alice.agree(bob.publicKey).reveal())).toEqual(secret);
    expect(Buffer.from(bob.agree(alice.publicKey).reveal())).toEqual(secret);
  });

  it('agrees on nothing with a key of small order', () => {
    expect(() => hostKey.agree(AgreementPublicKey.fromRaw(new Uint8Array(32)))).toThrow(/No secret/);
  });
});

describe('a batch file', () => {
  const clear = Buffer.from('records', 'utf8');

  it('opens for its host alone, and its answers for its terminal alone', () => {
    const file = sealBatchFile(HEAD, clear, keys);
    expect(openBatchFile(file, host)).toEqual({ ok: true, plaintext: new Uint8Array(clear) });
    const answers = sealBatchAnswers(file, Buffer.from('answers', 'utf8'), { hostKey, random });
    expect(answers.digest).toBe(batchFileDigest(file));
    const opened = openBatchAnswers(answers, keys);
    expect(opened.ok && Buffer.from(opened.plaintext).toString('utf8')).toBe('answers');

    const stranger = SigningKey.fromRaw(bytesOf(3));
    expect(openBatchAnswers(answers, { ...keys, signingKey: stranger })).toEqual({
      ok: false,
      error: 'not-authentic',
    });
    expect(openBatchFile(file, { ...host, signedBy: stranger.verifyingKey })).toEqual({
      ok: false,
      error: 'bad-signature',
    });
    expect(openBatchFile(file, { ...host, hostKey: AgreementKey.fromRaw(bytesOf(4)) })).toEqual({
      ok: false,
      error: 'other-host-key',
    });
  });

  it('says nothing of its records in the clear', () => {
    expect(JSON.stringify(sealBatchFile(HEAD, clear, keys))).not.toContain(
      clear.toString('base64').slice(0, 6),
    );
  });

  it('does not open when any member of it was changed', () => {
    const file = sealBatchFile(HEAD, clear, keys);
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(file) as (keyof typeof file)[])),
        fc.nat(),
        (member, where) => {
          const value = file[member];
          const at = where % Math.min(20, String(value).length);
          const changed =
            typeof value === 'number'
              ? value + 1
              : `${value.slice(0, at)}${value[at] === 'A' ? 'B' : 'A'}${value.slice(at + 1)}`;
          return !openBatchFile({ ...file, [member]: changed }, host).ok;
        },
      ),
    );
  });

  it('takes no answers that were made for its records', () => {
    const file = sealBatchFile(HEAD, clear, keys);
    const asAnswers = {
      ...sealBatchAnswers(file, clear, { hostKey, random }),
      sealed: file.sealed,
    };
    expect(openBatchAnswers(asAnswers, keys).ok).toBe(false);
  });
});
