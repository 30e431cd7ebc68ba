import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RunningHost } from '../../host-sim/index.ts';
import { issueCard } from '../../host-sim/server/card-office.ts';
import { CERTIFICATES_PER_DOWNLOAD_MAX } from '../../host-sim/server/handlers/download.ts';
import { setCardStatus } from '../../host-sim/store/cards.ts';
import { amountMinor } from '../../terminal-core/domain/money.ts';
import { Pan } from '../../terminal-core/domain/pan.ts';
import { buildFrame, type RawAnswer, type RawField } from './raw-frames.ts';
import {
  BEARER_PAN,
  check,
  hostForTest,
  MERCHANT_ID,
  n12,
  PAN,
  RawTerminal,
  START_MS,
  TERMINAL_ID,
} from './test-host.ts';

let host: RunningHost;
let terminal: RawTerminal;
/** A certificate for PAN, base64. */
let certificate: string;

const HOUR_MS = 3_600_000;

beforeEach(async () => {
  const made = await hostForTest();
  host = made.host;
  terminal = await RawTerminal.signedOn(host, made.masterKey);
  certificate = await certificateFor(PAN);
  host.clock.advance(HOUR_MS);
});

afterEach(async () => {
  terminal.connection.close();
  const report = await check(host);
  await host.stop();
  expect(report.problems).toEqual([]);
});

async function certificateFor(pan: string): Promise<string> {
  const frame = buildFrame('0200', terminal.fields('01', { 2: pan, 3: '310000' }), terminal.macKey);
  const answer = await terminal.connection.ask(frame);
  return answer.fields[59]?.slice(5) ?? '';
}

interface Advice {
  readonly amountMinor: number;
  readonly pan?: string;
  /** hhmmss on 10 March; 10:30 is half an hour after the certificate. */
  readonly time?: string;
  readonly certificate?: string;
  readonly stan?: string;
}

function adviceFrame(advice: Advice, more: Readonly<Record<number, RawField>> = {}): Buffer {
  const stan = advice.stan ?? terminal.nextStan();
  const base64 = advice.certificate ?? certificate;
  const fields = terminal.fields('30', {
    2: advice.pan ?? PAN,
    3: '000000',
    4: n12(advice.amountMinor),
    12: advice.time ?? '103000',
    13: '0310',
    59: `BC${String(base64.length).padStart(3, '0')}${base64}`,
    61: `${terminal.batchNumber}${stan}0310`,
    63: '001',
    ...more,
  });
  return buildFrame('0220', { ...fields, 11: stan }, terminal.macKey);
}

function advise(advice: Advice): Promise<RawAnswer> {
  return terminal.connection.ask(adviceFrame(advice));
}

describe('advice of an offline sale', () => {
  it('is booked and gets a reference number and a fresh certificate', async () => {
    const answer = await advise({ amountMinor: 50_00 });
    expect(answer.mti).toBe('0230');
    expect(answer.fields).toMatchObject({ 39: '00', 54: `0002156C${n12(3950_00)}` });
    expect(answer.fields[37]).toMatch(/^\d{12}$/);
    expect(answer.fields[59]).toMatch(/^BC/);
  });

  it('is booked once: a repeat gets the first bytes, the same sale in another message 94', async () => {
    const frame = adviceFrame({ amountMinor: 50_00, stan: '000100' });
    const first = await terminal.connection.ask(frame);
    expect((await terminal.connection.ask(frame)).bytes).toEqual(first.bytes);
    const again = buildFrame(
      '0220',
      {
        ...terminal.fields('30', {
          2: PAN,
          3: '000000',
          4: n12(50_00),
          12: '103000',
          13: '0310',
          59: `BC${certificate.length}${certificate}`,
          61: `${terminal.batchNumber}0001000310`,
          63: '001',
        }),
        11: '000101',
      },
      terminal.macKey,
    );
    expect((await terminal.connection.ask(again)).fields[39]).toBe('94');
    expect((await terminal.purchase(1)).fields[54]).toBe(`0002156C${n12(3950_00 - 1)}`);
  });

  it.each([
    ['over the floor', { amountMinor: 200_01 }, '61'],
    ['with a certificate of another card', { amountMinor: 1_00, pan: BEARER_PAN }, '59'],
    ['with a card that nobody issued', { amountMinor: 1_00, pan: '6228889999999999' }, '14'],
    ['made before the certificate', { amountMinor: 1_00, time: '090000' }, '57'],
    ['made in the future', { amountMinor: 1_00, time: '150000' }, '57'],
    ['without an amount', { amountMinor: 0 }, '13'],
  ] as const)('is refused %s', async (_what, advice, code) => {
    expect((await advise(advice)).fields[39]).toBe(code);
  });

  it('is refused with a certificate that was changed', async () => {
    const bytes = Buffer.from(certificate, 'base64');
    bytes[50] = (bytes[50] ?? 0) ^ 1;
    expect((await advise({ amountMinor: 1_00, certificate: bytes.toString('base64') })).fields[39]).toBe(
      '59',
    );
  });

  it('is refused above what the certificate allows one terminal, in amount and in number', async () => {
    for (const amountMinor of [200_00, 200_00]) expect((await advise({ amountMinor })).fields[39]).toBe('00');
    expect((await advise({ amountMinor: 100_01 })).fields[39]).toBe('61');
    for (const amountMinor of [1, 1, 1]) expect((await advise({ amountMinor })).fields[39]).toBe('00');
    expect((await advise({ amountMinor: 1 })).fields[39]).toBe('65');
  });

  it('is refused when the card was emptied elsewhere meanwhile: the loss stays with the store', async () => {
    const bearer = await certificateFor(BEARER_PAN);
    host.clock.advance(HOUR_MS);
    await terminal.purchase(90_00, { 2: BEARER_PAN });
    expect(
      (await advise({ amountMinor: 20_00, pan: BEARER_PAN, certificate: bearer, time: '113000' })).fields[39],
    ).toBe('51');
  });

  it('of a card that was hotlisted is taken while an honest terminal could not know, and refused later', async () => {
    await host.store.transaction((tx) => {
      const pan = Pan.parse(PAN);
      if (!pan) throw new Error('no card number');
      return setCardStatus(tx, {
        panHash: host.services.cardVault.panHash(pan),
        status: 'hotlisted',
        nowMs: START_MS,
      });
    });
    expect((await advise({ amountMinor: 1_00 })).fields[39]).toBe('00');
    host.clock.advance(48 * HOUR_MS);
    const late = adviceFrame({ amountMinor: 1_00, time: '113000' }, { 13: '0311' });
    expect((await terminal.connection.ask(late)).fields[39]).toBe('43');
  });
});

describe('downloads', () => {
  const partOf = (control: string, part: number) =>
    terminal.connection.ask(
      buildFrame('0800', {
        11: terminal.nextStan(),
        41: TERMINAL_ID,
        42: MERCHANT_ID,
        60: `00${terminal.batchNumber}${control}`,
        62: Buffer.from(String(part).padStart(3, '0')),
      }),
    );

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
    expect(await whole('360')).toMatchObject({ kind: 'parameters', version: 1, certificates: { length: 3 } });
  });

  it('gives certificates of so many cards, those last seen at this merchant first', async () => {
    await terminal.purchase(1);
    await host.store.transaction(async (tx) => {
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
        await issueCard(tx, host.services, { card, nowMs: START_MS });
      }
    });
    const document = z.object({ certificates: z.array(z.string()) }).parse(await whole('360'));
    expect(document.certificates).toHaveLength(CERTIFICATES_PER_DOWNLOAD_MAX);
    const firstHash = Buffer.from(document.certificates[0] ?? '', 'base64').subarray(5, 21);
    const pan = Pan.parse(PAN);
    expect(firstHash.toString('hex').toUpperCase()).toBe(pan && host.services.cardVault.panHash(pan));
  });

  it('gives the hotlist as hashes, with a version that rises when it changes', async () => {
    expect(await whole('390')).toMatchObject({
      kind: 'hotlist',
      version: 1,
      issuedAtMs: START_MS + HOUR_MS,
      panHashes: { length: 4 },
    });
    expect(await whole('390')).toMatchObject({ version: 1 });
    await host.store.transaction((tx) =>
      tx.run(`UPDATE cards SET status = 'blocked' WHERE pan_masked LIKE '%0002'`),
    );
    expect(await whole('390')).toMatchObject({ version: 2, panHashes: { length: 5 } });
  });

  it('answers 25 to a part that is not there', async () => {
    expect((await partOf('390', 9)).fields[39]).toBe('25');
  });
});
