import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountMinor } from '../domain/money.ts';
import { encodeCertificate, openCertificate } from './balance-certificate.ts';
import { canonicalJson, type JsonValue } from './canonical-json.ts';
import { SigningKey, trustedKeys, VerifyingKey } from './ed25519.ts';
import { openDocument, signDocument } from './signed-document.ts';

const privateKey = SigningKey.fromRaw(new Uint8Array(32).fill(3));
const keyId = privateKey.keyId;
const trusted = trustedKeys({ [keyId]: privateKey.verifyingKey.toBase64() });
const hotlist = { kind: 'hotlist', version: 3, issuedAtMs: 1_795_000_000_000, panHashes: ['00FF'] };

describe('a signed document', () => {
  it('opens to the value that was signed', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const text = JSON.stringify(value);
        const plain: JsonValue = JSON.parse(text);
        const opened = openDocument(signDocument(plain, { keyId, privateKey }), trusted);
        expect(opened.ok && opened.keyId).toBe(keyId);
        expect(opened.ok && JSON.parse(JSON.stringify(opened.value))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('lies as key id, signature, canonical JSON', () => {
    const bytes = Buffer.from(signDocument(hotlist, { keyId, privateKey }));
    expect(bytes.subarray(0, 4).toString('hex').toUpperCase()).toBe(keyId);
    expect(bytes.subarray(68).toString()).toBe(
      '{"issuedAtMs":1795000000000,"kind":"hotlist","panHashes":["00FF"],"version":3}',
    );
  });

  it('is refused when any byte of it is another, or when it is cut', () => {
    const bytes = signDocument(hotlist, { keyId, privateKey });
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = bytes.slice();
      changed[index] = (changed[index] ?? 0) ^ 0x20;
      expect(openDocument(changed, trusted)).toEqual({
        ok: false,
        error: index < 4 ? 'unknown-key' : 'bad-signature',
      });
      expect(openDocument(bytes.subarray(0, index), trusted).ok).toBe(false);
    }
  });

  it('is malformed when the signer signed what is no JSON', () => {
    for (const text of [Buffer.from('{'), Buffer.from([0x22, 0xff, 0x22])]) {
      const bytes = Buffer.concat([Buffer.from(keyId, 'hex'), privateKey.sign(text), text]);
      expect(openDocument(bytes, trusted)).toEqual({ ok: false, error: 'malformed' });
    }
  });

  it('does not pass for a certificate, nor a certificate for it', () => {
    const document = signDocument(hotlist, { keyId, privateKey });
    const moved = Uint8Array.of(...document.subarray(68), ...document.subarray(4, 68));
    expect(openCertificate(moved, trusted)).toEqual({ ok: false, error: 'malformed' });
    const canonical = encodeCertificate({
      version: 1,
      keyId,
      panHash: '00'.repeat(16),
      certificateNumber: 1,
      ledgerNumber: 1,
      balanceMinor: amountMinor(1),
      offlineCapMinor: amountMinor(1),
      floorMinor: amountMinor(1),
      countMax: 1,
      issuedAtMs: 0,
      notAfterMs: 0,
      terminalScope: ['*'],
    });
    const disguised = Buffer.concat([Buffer.from(keyId, 'hex'), privateKey.sign(canonical), canonical]);
    expect(openDocument(disguised, trusted)).toEqual({ ok: false, error: 'malformed' });
  });

  it('is not made under a key id that is not the key’s', () => {
    expect(() => signDocument(hotlist, { keyId: '00000000', privateKey })).toThrow(
      expect.objectContaining({ code: 'bad-value' }),
    );
  });
});

describe('canonical JSON', () => {
  it('is one text for one value, whatever the order of members', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'é\n' }], a: true, Ä: -0.5 })).toBe(
      '{"a":true,"b":[1,{"c":"é\\n","d":null}],"Ä":-0.5}',
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('has no text for %s and says where it stands', (value) => {
    expect(() => canonicalJson({ a: [1, value] })).toThrow('$.a[1] is not a JSON value');
  });
});

describe('Ed25519 keys', () => {
  it('have the key of RFC 8032 test 1, and its id from SHA-256', () => {
    const key = SigningKey.fromRaw(
      Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex'),
    );
    expect(Buffer.from(key.verifyingKey.toBase64(), 'base64').toString('hex')).toBe(
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    );
    expect(key.keyId).toBe('21FE31DF');
  });

  it('survive base64 and are new every time', () => {
    const key = SigningKey.generate({ bytes: (length) => randomBytes(length) });
    expect(SigningKey.fromBase64(key.revealBase64()).keyId).toBe(key.keyId);
    expect(VerifyingKey.fromBase64(key.verifyingKey.toBase64()).keyId).toBe(key.keyId);
    expect(SigningKey.generate({ bytes: (length) => randomBytes(length) }).keyId).not.toBe(key.keyId);
  });

  it('print their id and never the private bytes', () => {
    const secret = privateKey.revealBase64();
    const printed = `${privateKey} ${JSON.stringify({ privateKey })} ${inspect(privateKey, { showHidden: true })}`;
    expect(printed).toContain(keyId);
    expect(printed).not.toContain(secret.slice(0, 10));
    expect(printed).not.toMatch(/3, 3, 3|03 03/);
  });

  it('are refused at a wrong length or under an id that is not theirs', () => {
    expect(() => SigningKey.fromBase64('AAAA')).toThrow(
      expect.objectContaining({ code: 'wrong-key-length' }),
    );
    expect(() => VerifyingKey.fromRaw(new Uint8Array(33))).toThrow(
      expect.objectContaining({ code: 'wrong-key-length' }),
    );
    expect(() => trustedKeys({ '00000000': privateKey.verifyingKey.toBase64() })).toThrow(
      expect.objectContaining({ code: 'bad-value' }),
    );
  });
});
