import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BalanceCertificate } from '../domain/certificate.ts';
import { AMOUNT_MINOR_MAX, amountMinor } from '../domain/money.ts';
import {
  encodeCertificate,
  openCertificate,
  panHash,
  signCertificate,
  TERMINAL_SCOPE_MAX,
} from './balance-certificate.ts';
import { toHex } from './bytes.ts';
import { SigningKey, type TrustedKeys } from './ed25519.ts';
import { SecretKey } from './secret-key.ts';

const issuer = SigningKey.fromRaw(new Uint8Array(32).fill(3));
const trusted: TrustedKeys = new Map([[issuer.keyId, issuer.verifyingKey]]);

const certificate: BalanceCertificate = {
  version: 1,
  keyId: issuer.keyId,
  panHash: '000102030405060708090A0B0C0D0E0F',
  certificateNumber: 0x1122,
  ledgerNumber: 0x3344,
  balanceMinor: amountMinor(10_000),
  offlineCapMinor: amountMinor(5_000),
  floorMinor: amountMinor(2_000),
  countMax: 5,
  issuedAtMs: 1_795_000_000_000,
  notAfterMs: 1_795_086_400_000,
  terminalScope: ['10000001', '10000002'],
};

const whole = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const amount = fc.integer({ min: 0, max: AMOUNT_MINOR_MAX }).map(amountMinor);
const timeMs = fc.integer({ min: 0, max: 8_640_000_000_000 }).map((seconds) => seconds * 1_000);
const terminal = fc.stringMatching(/^[ -~]{8}$/);
const certificates: fc.Arbitrary<BalanceCertificate> = fc.record({
  version: fc.constant(1 as const),
  keyId: fc.constant(issuer.keyId),
  panHash: fc.stringMatching(/^[0-9A-F]{32}$/),
  certificateNumber: whole,
  ledgerNumber: whole,
  balanceMinor: amount,
  offlineCapMinor: amount,
  floorMinor: amount,
  countMax: fc.integer({ min: 0, max: 65_535 }),
  issuedAtMs: timeMs,
  notAfterMs: timeMs,
  terminalScope: fc.oneof(
    fc.constant(['*']),
    fc.array(terminal, { minLength: 1, maxLength: TERMINAL_SCOPE_MAX }),
  ),
});

describe('a balance certificate', () => {
  it('is encoded as docs/crypto.md lays it out', () => {
    expect(toHex(encodeCertificate(certificate))).toBe(
      [
        '01',
        issuer.keyId,
        '000102030405060708090A0B0C0D0E0F',
        '0000000000001122',
        '0000000000003344',
        '0000000000002710',
        '0000000000001388',
        '00000000000007D0',
        '0005',
        '000000006AFD86C0',
        '000000006AFED840',
        '02',
        Buffer.from('1000000110000002').toString('hex'),
      ].join(''),
    );
  });

  it('opens to what was signed', () => {
    fc.assert(
      fc.property(certificates, (value) => {
        const opened = openCertificate(signCertificate(value, issuer), trusted);
        expect(opened).toEqual({ ok: true, certificate: value });
      }),
    );
  });

  it('is refused when any of its bytes is another, or missing, or one more', () => {
    const signed = signCertificate(certificate, issuer);
    for (let index = 0; index < signed.length; index += 1) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const changed = signed.slice();
        changed[index] = (changed[index] ?? 0) ^ flip;
        expect(openCertificate(changed, trusted).ok, `byte ${index} ^ ${flip}`).toBe(false);
      }
      expect(openCertificate(signed.subarray(0, index), trusted).ok).toBe(false);
    }
    expect(openCertificate(Uint8Array.of(...signed, 0), trusted)).toEqual({ ok: false, error: 'malformed' });
  });

  it('answers any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(openCertificate(bytes, trusted).ok).toBe(false);
      }),
    );
  });

  it('of a key that is not trusted, or signed by another, is refused by name', () => {
    const stranger = SigningKey.fromRaw(new Uint8Array(32).fill(4));
    const signed = signCertificate({ ...certificate, keyId: stranger.keyId }, stranger);
    expect(openCertificate(signed, trusted)).toEqual({ ok: false, error: 'unknown-key' });
    const canonical = encodeCertificate(certificate);
    const forged = Uint8Array.of(...canonical, ...stranger.sign(canonical));
    expect(openCertificate(forged, trusted)).toEqual({ ok: false, error: 'bad-signature' });
  });

  it('is refused when it was signed with a value that has no place', () => {
    const canonical = encodeCertificate(certificate);
    canonical.set(Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0), 37);
    const signed = Uint8Array.of(...canonical, ...issuer.sign(canonical));
    expect(openCertificate(signed, trusted)).toEqual({ ok: false, error: 'malformed' });
  });

  it('in base64 takes less than half of DE59 with the longest scope', () => {
    const longest = {
      ...certificate,
      terminalScope: Array.from({ length: TERMINAL_SCOPE_MAX }, () => '10000001'),
    };
    expect(Buffer.from(signCertificate(longest, issuer)).toString('base64')).toHaveLength(280);
  });

  it.each([
    { terminalScope: [] },
    { terminalScope: Array.from({ length: TERMINAL_SCOPE_MAX + 1 }, () => '10000001') },
    { terminalScope: ['*', '10000001'] },
    { terminalScope: ['1000001'] },
    { terminalScope: ['1000000\n'] },
    { keyId: 'abcdef01' },
    { panHash: 'AB' },
    { certificateNumber: 1.5 },
    { ledgerNumber: -1 },
    { countMax: 65_536 },
    { issuedAtMs: 1_500 },
    { notAfterMs: Number.NaN },
  ])('is not signed with %j', (change) => {
    expect(() => signCertificate({ ...certificate, ...change }, issuer)).toThrow(
      expect.objectContaining({ code: 'bad-value' }),
    );
  });

  it('is not signed by a key that it does not name', () => {
    const stranger = SigningKey.fromRaw(new Uint8Array(32).fill(4));
    expect(() => signCertificate(certificate, stranger)).toThrow(
      expect.objectContaining({ code: 'bad-value' }),
    );
  });
});

describe('panHash', () => {
  const cardHashKey = SecretKey.from(new Uint8Array(32).fill(5));

  it('is the first half of HMAC-SHA-256 of the digits', () => {
    // printf 6222020200012345 | openssl dgst -sha256 -mac HMAC -macopt hexkey:0505...05
    expect(panHash('6222020200012345', cardHashKey)).toBe('49761E481B53463202D09752F11D6616');
  });

  it('differs by card and by key, and takes card numbers only', () => {
    const hash = panHash('6222020200012345', cardHashKey);
    expect(panHash('6222020200012346', cardHashKey)).not.toBe(hash);
    expect(panHash('6222020200012345', SecretKey.from(new Uint8Array(32)))).not.toBe(hash);
    expect(() => panHash('62220202', cardHashKey)).toThrow(expect.objectContaining({ code: 'bad-pan' }));
  });
});
