import { describe, expect } from 'vitest';
import { setCardStatus } from '../../../host-sim/store/cards.ts';
import { Pan } from '../../../terminal-core/domain/pan.ts';
import { buildFrame, type RawAnswer } from '../raw-frames.ts';
import { n12 } from '../raw-terminal.ts';
import { START_MS } from '../test-host.ts';
import { balanceOf, codeOf } from './messages.ts';
import { hostUnderTest } from './subject.ts';

const at = hostUnderTest();
const HOUR_MS = 3_600_000;

/** A balance certificate and the host's local time at which it was issued. */
interface Certified {
  readonly base64: string;
  readonly issuedAt: Date;
}

/** The certificate of DE59 and the moment of DE12 and 13, in a year in which they are near now. */
async function certificateFor(pan: string): Promise<Certified> {
  const { fields } = await balanceOf(at.terminal, pan);
  const text = fields[59] ?? '';
  const [date = '', time = ''] = [fields[13], fields[12]];
  const of = (digits: string, place: number) => Number(digits.slice(2 * place, 2 * place + 2));
  const issuedAt = new Date(
    Date.UTC(
      new Date().getUTCFullYear(),
      of(date, 0) - 1,
      of(date, 1),
      of(time, 0),
      of(time, 1),
      of(time, 2),
    ),
  );
  return { base64: text.startsWith('BC') ? text.slice(5, 5 + Number(text.slice(2, 5))) : '', issuedAt };
}

interface Advice {
  readonly amountMinor: number;
  readonly pan?: string;
  readonly certified: Certified;
  /** After the certificate. */
  readonly afterMs?: number;
  /** Of the sale, if it was not made under the advice's own number. */
  readonly saleStan?: string;
}

function adviceFrame(advice: Advice): Buffer {
  const { terminal } = at;
  const { base64, issuedAt } = advice.certified;
  const digits = new Date(issuedAt.getTime() + (advice.afterMs ?? 0)).toISOString().replace(/\D/g, '');
  const monthDay = digits.slice(4, 8);
  const fields = terminal.fields('30', {
    2: advice.pan ?? at.pan(),
    3: '000000',
    4: n12(advice.amountMinor),
    12: digits.slice(8, 14),
    13: monthDay,
    59: `BC${String(base64.length).padStart(3, '0')}${base64}`,
    63: '001',
  });
  const original = `${terminal.batchNumber}${advice.saleStan ?? fields[11]}${monthDay}`;
  return buildFrame('0220', { ...fields, 61: original }, terminal.macKey);
}

function advise(advice: Advice): Promise<RawAnswer> {
  return at.terminal.connection.ask(adviceFrame(advice));
}

describe('advice of an offline sale', () => {
  at.it(
    ['offline-advice', 'balance'],
    'is booked and gets a reference number and a fresh certificate',
    async () => {
      const answer = await advise({ amountMinor: 50_00, certified: await certificateFor(at.pan()) });
      expect(answer.mti).toBe('0230');
      expect(answer.fields).toMatchObject({ 39: '00', 54: at.left(-50_00) });
      expect(answer.fields[37]).toMatch(/^[\x20-\x7e]{12}$/);
      expect(answer.fields[59]).toMatch(/^BC/);
    },
  );

  at.it(
    ['offline-advice', 'offline-sale-once', 'repeat'],
    'is booked once: a repeat gets the first bytes, the same sale in another message 94',
    async () => {
      const certified = await certificateFor(at.pan());
      const frame = adviceFrame({ amountMinor: 50_00, certified });
      const saleStan = at.terminal.lastStan();
      const first = await at.terminal.connection.ask(frame);
      expect((await at.terminal.connection.ask(frame)).bytes).toEqual(first.bytes);
      expect(codeOf(await advise({ amountMinor: 50_00, certified, saleStan }))).toBe('94');
      expect((await at.terminal.purchase(1)).fields[54]).toBe(at.left(-50_01));
    },
  );

  at.it(
    ['offline-advice', 'batch-upload', 'batch-upload-end', 'offline-sale-once'],
    'is booked once where an upload shows it under the number of the sale, and the advice had another',
    async () => {
      const certified = await certificateFor(at.pan());
      const saleStan = at.terminal.nextStan();
      expect(codeOf(await advise({ amountMinor: 50_00, certified, saleStan }))).toBe('00');
      await at.terminal.settle({ debits: [9, 9_00], credits: [0, 0] });
      const record = {
        2: at.pan(),
        3: '000000',
        4: n12(50_00),
        11: saleStan,
        22: '022',
        25: '00',
        49: '156',
        60: `30${at.terminal.batchNumber}201`,
        61: `${at.terminal.batchNumber}${saleStan}`,
      };
      expect(codeOf(await at.terminal.askPlain('0320', '201', record))).toBe('00');
      expect(codeOf(await at.terminal.askPlain('0320', '202', { 48: '0001' }))).toBe('00');
      await at.terminal.signOn();
      expect((await balanceOf(at.terminal, at.pan())).fields[54]).toBe(at.left(-50_00));
    },
  );

  const REFUSALS: readonly (readonly [string, Omit<Advice, 'certified'>, string])[] = [
    ['over the floor', { amountMinor: 200_01 }, '61'],
    ['with a card that nobody issued', { amountMinor: 1_00, pan: '6228889999999999' }, '14'],
    ['made before the certificate', { amountMinor: 1_00, afterMs: -HOUR_MS }, '57'],
    ['made in the future', { amountMinor: 1_00, afterMs: 4 * HOUR_MS }, '57'],
    ['without an amount', { amountMinor: 0 }, '13'],
  ];
  for (const [what, advice, code] of REFUSALS) {
    at.it(['offline-advice'], `is refused ${what} with ${code}`, async () => {
      expect(codeOf(await advise({ ...advice, certified: await certificateFor(at.pan()) }))).toBe(code);
    });
  }

  at.it(['offline-advice'], 'is refused with a certificate of another card', async () => {
    const certified = await certificateFor(at.pan());
    expect(codeOf(await advise({ amountMinor: 1_00, pan: at.pan('bearer'), certified }))).toBe('59');
  });

  at.it(['offline-advice'], 'is refused with a certificate that was changed', async () => {
    const certified = await certificateFor(at.pan());
    const bytes = Buffer.from(certified.base64, 'base64');
    bytes[50] = (bytes[50] ?? 0) ^ 1;
    const changed = { ...certified, base64: bytes.toString('base64') };
    expect(codeOf(await advise({ amountMinor: 1_00, certified: changed }))).toBe('59');
  });

  at.it(
    ['offline-advice'],
    'is refused above what the certificate allows one terminal, in amount and in number',
    async () => {
      const certified = await certificateFor(at.pan());
      for (const amountMinor of [200_00, 200_00])
        expect(codeOf(await advise({ amountMinor, certified }))).toBe('00');
      expect(codeOf(await advise({ amountMinor: 100_01, certified }))).toBe('61');
      for (const amountMinor of [1, 1, 1])
        expect(codeOf(await advise({ amountMinor, certified }))).toBe('00');
      expect(codeOf(await advise({ amountMinor: 1, certified }))).toBe('65');
    },
  );

  at.it(
    ['offline-advice', 'purchase'],
    'is refused when the card was emptied elsewhere meanwhile: the loss stays with the store',
    async () => {
      const pan = at.pan('bearer');
      const certified = await certificateFor(pan);
      expect(codeOf(await at.terminal.purchase(90_00, { 2: pan }))).toBe('00');
      expect(codeOf(await advise({ amountMinor: 20_00, pan, certified }))).toBe('51');
    },
  );

  at.simulatorOnly(
    'it blocks a card at the host and needs a later day',
    ['offline-advice'],
    'of a card that was hotlisted is taken while an honest terminal could not know, and refused later',
    async () => {
      const certified = await certificateFor(at.pan());
      await at.host.store.transaction((tx) => {
        const pan = Pan.parse(at.pan());
        if (!pan) throw new Error('no card number');
        return setCardStatus(tx, {
          panHash: at.host.services.cardVault.panHash(pan),
          status: 'hotlisted',
          nowMs: START_MS,
        });
      });
      expect(codeOf(await advise({ amountMinor: 1_00, certified }))).toBe('00');
      at.host.clock.advance(48 * HOUR_MS);
      expect(codeOf(await advise({ amountMinor: 1_00, certified, afterMs: 25 * HOUR_MS }))).toBe('43');
    },
  );
});
