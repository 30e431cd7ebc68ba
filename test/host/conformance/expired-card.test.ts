import { describe, expect } from 'vitest';
import type { RawAnswer, RawField } from '../raw-frames.ts';
import { n12 } from '../raw-terminal.ts';
import type { CardRole } from './cards.ts';
import {
  balanceOf,
  codeOf,
  pinFields,
  refundOf,
  reverseSale,
  settleOneSale,
  traceOf,
  voidOf,
} from './messages.ts';
import { hostUnderTest } from './subject.ts';

const at = hostUnderTest();

function replace(
  role: CardRole,
  newRole: CardRole,
  more: Readonly<Record<number, RawField>> = {},
): Promise<RawAnswer> {
  return at.terminal.ask('0200', '63', { 2: at.pan(role), 3: '930000', 48: at.pan(newRole), ...more });
}

function surrender(role: CardRole, amountMinor: number): Promise<RawAnswer> {
  return at.terminal.ask('0200', '64', { 2: at.pan(role), 3: '940000', 4: n12(amountMinor) });
}

const pin = (role: CardRole, digits = at.card(role).pin) => pinFields(at.terminal, at.pan(role), digits);

describe('what is left on an expired card', () => {
  at.it(['balance', 'statement'], 'is told, without a certificate to spend it', async () => {
    const balance = await balanceOf(at.terminal, at.pan('expired'));
    expect(balance.fields).toMatchObject({ 39: '00', 54: at.left(0, 'expired') });
    expect(balance.fields[59]).toBeUndefined();
    const statement = await at.terminal.ask('0200', '67', { 2: at.pan('expired'), 3: '370000' });
    expect(statement.fields).toMatchObject({ 39: '00', 54: at.left(0, 'expired') });
    expect(statement.fields[59]).toMatch(/^ST/);
  });

  at.it(['replace'], 'moves to a new card, with the PIN from 300.00 on', async () => {
    expect(codeOf(await replace('expired', 'inactive'))).toBe('55');
    expect(codeOf(await replace('expired', 'inactive', pin('expired', '654321')))).toBe('55');
    const replaced = await replace('expired', 'inactive', pin('expired'));
    expect(replaced.fields).toMatchObject({ 39: '00', 54: at.left(0, 'expired') });
    expect(codeOf(await at.terminal.purchase(1, { 2: at.pan('inactive') }))).toBe('00');
    expect(codeOf(await balanceOf(at.terminal, at.pan('expired')))).toBe('41');
  });

  at.it(
    ['replace', 'surrender'],
    'moves from a bearer card to another one, or is paid out up to 100.00',
    async () => {
      expect(codeOf(await surrender('expired-bearer', 150_00))).toBe('61');
      expect(codeOf(await replace('expired-bearer', 'inactive'))).toBe('14');
      expect((await replace('expired-bearer', 'inactive-bearer')).fields).toMatchObject({
        39: '00',
        54: at.left(0, 'expired-bearer'),
      });
      expect(codeOf(await surrender('expired-little', 80_00))).toBe('00');
      expect(codeOf(await surrender('expired-little', 0))).toBe('12');
    },
  );

  at.it(
    ['replace'],
    'never moves to a card that has expired too, and a bearer card that is good is not replaced',
    async () => {
      expect(codeOf(await replace('expired', 'inactive-expired', pin('expired')))).toBe('14');
      expect(codeOf(await replace('bearer', 'inactive-bearer'))).toBe('57');
      expect((await balanceOf(at.terminal, at.pan('expired'))).fields[54]).toBe(at.left(0, 'expired'));
    },
  );
});

describe('a card that is replaced', () => {
  at.it(
    ['replace'],
    'needs the PIN of the old one for a balance of 300.00 or more, and counts its tries',
    async () => {
      expect(codeOf(await replace('registered', 'inactive'))).toBe('55');
      for (const code of ['55', '55', '75'])
        expect(codeOf(await replace('registered', 'inactive', pin('registered', '000000')))).toBe(code);
      expect(codeOf(await replace('registered', 'inactive', pin('registered')))).toBe('75');
      expect((await balanceOf(at.terminal, at.pan())).fields[54]).toBe(at.left(0));
    },
  );

  at.it(
    ['purchase', 'void', 'replace', 'money-follows-holder'],
    'gets what is voided afterwards onto the new one',
    async () => {
      const sale = await at.terminal.purchase(20_00);
      expect(codeOf(await replace('registered', 'inactive', pin('registered')))).toBe('00');
      const about = { terminal: at.terminal, answer: sale, amountMinor: 20_00, pan: at.pan() };
      expect(codeOf(await voidOf(about))).toBe('00');
      expect((await balanceOf(at.terminal, at.pan('inactive'))).fields[54]).toBe(at.left(0));
    },
  );

  at.it(
    ['purchase', 'refund', 'replace', 'money-follows-holder'],
    'gets what is refunded afterwards onto the new one',
    async () => {
      const sale = await at.terminal.purchase(20_00);
      await settleOneSale(at.terminal, 20_00);
      expect(codeOf(await replace('registered', 'inactive', pin('registered')))).toBe('00');
      const about = { terminal: at.terminal, answer: sale, amountMinor: 5_00, pan: at.pan() };
      expect(codeOf(await refundOf(about))).toBe('00');
      expect((await balanceOf(at.terminal, at.pan('inactive'))).fields[54]).toBe(at.left(-15_00));
    },
  );

  at.it(
    ['purchase', 'reversal', 'replace', 'money-follows-holder'],
    'gets what is reversed afterwards onto the new one',
    async () => {
      const sale = await at.terminal.purchase(20_00);
      expect(codeOf(await replace('registered', 'inactive', pin('registered')))).toBe('00');
      const reversed = { stan: traceOf(sale), amountMinor: 20_00, pan: at.pan() };
      expect(codeOf(await reverseSale(at.terminal, reversed))).toBe('00');
      expect((await balanceOf(at.terminal, at.pan('inactive'))).fields[54]).toBe(at.left(0));
    },
  );
});

describe('a card that was given back', () => {
  at.it(
    ['purchase', 'void', 'surrender'],
    'gets nothing more: the store gives it back another way',
    async () => {
      const pan = at.pan('bearer');
      const sale = await at.terminal.purchase(20_00, { 2: pan });
      expect(codeOf(await surrender('bearer', 80_00))).toBe('00');
      expect(codeOf(await voidOf({ terminal: at.terminal, answer: sale, amountMinor: 20_00, pan }))).toBe(
        '14',
      );
    },
  );

  at.simulatorOnly(
    'how differences are listed is for the host to say',
    ['purchase', 'reversal', 'surrender'],
    'is a person’s to pay when a sale with it is reversed afterwards',
    async () => {
      const pan = at.pan('bearer');
      const sale = await at.terminal.purchase(20_00, { 2: pan });
      expect(codeOf(await surrender('bearer', 80_00))).toBe('00');
      const reversed = { stan: traceOf(sale), amountMinor: 20_00, pan };
      expect(codeOf(await reverseSale(at.terminal, reversed))).toBe('00');
      const rows = await at.host.store.transaction((tx) => tx.all('SELECT kind FROM exceptions'));
      expect(rows).toEqual([{ kind: 'credit-to-surrendered' }]);
    },
  );
});
