import { describe, expect } from 'vitest';
import { buildFrame, type RawAnswer, type RawField } from '../raw-frames.ts';
import { n12 } from '../raw-terminal.ts';
import type { CardRole } from './cards.ts';
import { codeOf, pinFields, query, reversalFrame, settlementResult, traceOf } from './messages.ts';
import { hostUnderTest } from './subject.ts';

const at = hostUnderTest();

const SERVICES = {
  activate: ['900000', '60'],
  block: ['910000', '61'],
  unblock: ['920000', '62'],
  replace: ['930000', '63'],
  surrender: ['940000', '64'],
  'report-loss': ['950000', '66'],
} as const;

function serve(
  service: keyof typeof SERVICES,
  pan: string,
  more: Readonly<Record<number, RawField>> = {},
): Promise<RawAnswer> {
  const [processingCode, type] = SERVICES[service];
  return at.terminal.ask('0200', type, { 2: pan, 3: processingCode, ...more });
}

/** With the PIN of the card, which a balance of 300.00 or more wants. */
function replace(role: CardRole, newRole: CardRole): Promise<RawAnswer> {
  const { pan, pin } = at.card(role);
  const entered = pin === '' ? {} : pinFields(at.terminal, pan, pin);
  return serve('replace', pan, { 48: at.pan(newRole), ...entered });
}

function reverse(service: keyof typeof SERVICES, answer: RawAnswer, pan: string): Promise<RawAnswer> {
  const [processingCode, type] = SERVICES[service];
  const fields = { 2: pan, 3: processingCode };
  return at.terminal.connection.ask(reversalFrame(at.terminal, { stan: traceOf(answer), type, fields }));
}

async function buys(pan: string, amountMinor = 1): Promise<string | undefined> {
  return codeOf(await at.terminal.purchase(amountMinor, { 2: pan }));
}

describe('card services', () => {
  at.it(['activate'], 'activate a card once', async () => {
    const pan = at.pan('inactive');
    expect(await buys(pan)).toBe('62');
    expect(codeOf(await serve('activate', pan))).toBe('00');
    expect(codeOf(await serve('activate', pan))).toBe('12');
    expect(await buys(pan)).toBe('51');
  });

  at.it(['block', 'unblock'], 'block a card and unblock it', async () => {
    expect(codeOf(await serve('block', at.pan()))).toBe('00');
    expect(await buys(at.pan())).toBe('62');
    expect(codeOf(await serve('unblock', at.pan()))).toBe('00');
    expect(await buys(at.pan())).toBe('00');
    expect(codeOf(await serve('unblock', at.pan('lost')))).toBe('12');
  });

  at.it(['replace'], 'replace a registered card: the balance moves, to the fen', async () => {
    expect(codeOf(await replace('registered', 'inactive'))).toBe('00');
    expect(await buys(at.pan())).toBe('41');
    expect((await at.terminal.purchase(1, { 2: at.pan('inactive') })).fields[54]).toBe(at.left(-1));
  });

  at.it(
    ['report-loss', 'replace'],
    'take a loss report of a registered card, and replace what was lost',
    async () => {
      expect(codeOf(await serve('report-loss', at.pan('bearer')))).toBe('57');
      expect(codeOf(await serve('report-loss', at.pan()))).toBe('00');
      expect(await buys(at.pan())).toBe('41');
      expect(codeOf(await serve('report-loss', at.pan()))).toBe('12');
      expect(codeOf(await serve('unblock', at.pan()))).toBe('12');
      expect((await replace('registered', 'inactive')).fields).toMatchObject({
        39: '00',
        54: at.left(0),
      });
    },
  );

  at.it(['replace'], 'do not replace a bearer card, nor by a card that is in use', async () => {
    expect(codeOf(await replace('bearer', 'inactive'))).toBe('57');
    expect(codeOf(await replace('registered', 'bearer'))).toBe('14');
  });

  at.it(['surrender'], 'take a card back with up to 100.00 on it', async () => {
    expect(codeOf(await serve('surrender', at.pan()))).toBe('61');
    expect(codeOf(await serve('surrender', at.pan('bearer'), { 4: n12(99_00) }))).toBe('64');
    expect(codeOf(await serve('surrender', at.pan('bearer'), { 4: n12(100_00) }))).toBe('00');
    expect(await buys(at.pan('bearer'))).toBe('14');
  });

  at.it(['replace', 'block', 'reversal'], 'are undone by their reversal, status and money', async () => {
    const replaced = await replace('registered', 'inactive');
    expect(codeOf(await reverse('replace', replaced, at.pan()))).toBe('00');
    expect((await at.terminal.purchase(1)).fields[54]).toBe(at.left(-1));
    expect(await buys(at.pan('inactive'))).toBe('62');
    const blocked = await serve('block', at.pan());
    await reverse('block', blocked, at.pan());
    expect(await buys(at.pan())).toBe('00');
  });
});

describe('the reversal of a card service that comes late', () => {
  at.it(
    ['block', 'report-loss', 'reversal', 'reversal-of-older-service'],
    'does not make a card usable that was reported lost since',
    async () => {
      const blocked = await serve('block', at.pan());
      expect(codeOf(await serve('report-loss', at.pan()))).toBe('00');
      expect(codeOf(await reverse('block', blocked, at.pan()))).toBe('12');
      expect(await buys(at.pan())).toBe('41');
    },
  );

  at.it(
    ['replace', 'report-loss', 'reversal', 'reversal-of-older-service'],
    'does not make a card usable that was replaced since',
    async () => {
      const lost = await serve('report-loss', at.pan());
      expect(codeOf(await replace('registered', 'inactive'))).toBe('00');
      expect(codeOf(await reverse('report-loss', lost, at.pan()))).toBe('12');
      expect(await buys(at.pan())).toBe('41');
      expect(await buys(at.pan('inactive'))).toBe('00');
    },
  );

  at.it(
    ['block', 'unblock', 'reversal', 'reversal-of-older-service'],
    'does not lift a second block that looks like the first',
    async () => {
      const first = await serve('block', at.pan());
      await serve('unblock', at.pan());
      await serve('block', at.pan());
      expect(codeOf(await reverse('block', first, at.pan()))).toBe('12');
      expect(await buys(at.pan())).toBe('62');
    },
  );

  at.simulatorOnly(
    'who looks into it is for the host to say',
    ['block', 'report-loss', 'reversal'],
    'is shown to a person',
    async () => {
      const blocked = await serve('block', at.pan());
      await serve('report-loss', at.pan());
      await reverse('block', blocked, at.pan());
      const rows = await at.host.store.transaction((tx) => tx.all('SELECT kind FROM exceptions'));
      expect(rows).toEqual([{ kind: 'reversal-of-used' }]);
    },
  );
});

describe('a statement', () => {
  at.it(
    ['statement', 'purchase', 'load-prepaid-cash'],
    'has the last ten movements, newest first',
    async () => {
      for (let bought = 0; bought < 10; bought += 1) await buys(at.pan());
      const load = at.terminal.fields('48', { 2: at.pan(), 3: '630000', 4: n12(5_00) });
      await at.terminal.connection.ask(buildFrame('0200', load, at.terminal.macKey));
      const answer = await at.terminal.ask('0200', '67', { 2: at.pan(), 3: '370000' });
      expect(answer.fields).toMatchObject({ 39: '00', 54: at.left(5_00 - 10) });
      const text = /ST410(.{410})$/.exec(answer.fields[59] ?? '')?.[1] ?? '';
      const lines = text.match(/.{41}/g) ?? [];
      expect(lines.map((line) => line.slice(14, 29))).toEqual([
        `LOC${n12(5_00)}`,
        ...Array.from({ length: 9 }, () => `PUD${n12(1)}`),
      ]);
      expect(lines[0]?.slice(29)).toBe(answer.fields[54]?.slice(-12));
    },
  );

  at.it(['statement'], 'is refused for a card that cannot be used', async () => {
    expect(codeOf(await at.terminal.ask('0200', '67', { 2: at.pan('lost'), 3: '370000' }))).toBe('41');
  });
});

describe('load in cash', () => {
  const fieldsOf = (amountMinor: number, role: CardRole) =>
    at.terminal.fields('48', { 2: at.pan(role), 3: '630000', 4: n12(amountMinor) });
  const load = (amountMinor: number, role: CardRole = 'registered') =>
    at.terminal.connection.ask(buildFrame('0200', fieldsOf(amountMinor, role), at.terminal.macKey));
  const confirm = (amountMinor: number, stan: string) =>
    at.terminal.connection.ask(
      buildFrame('0220', { ...fieldsOf(amountMinor, 'registered'), 11: stan }, at.terminal.macKey),
    );

  at.it(
    ['load-prepaid-cash', 'settlement'],
    'credits the card, and counts as a credit at settlement',
    async () => {
      expect((await load(100_00)).fields).toMatchObject({ 39: '00', 54: at.left(100_00) });
      const settled = await at.terminal.settle({ debits: [0, 0], credits: [1, 100_00] });
      expect(settlementResult(settled)).toBe('1');
    },
  );

  at.it(['load-prepaid-cash'], 'keeps to the largest balance of each kind of card', async () => {
    expect(codeOf(await load(1000_01))).toBe('61');
    expect(codeOf(await load(1000_00))).toBe('00');
    expect(codeOf(await load(1000_01, 'empty-bearer'))).toBe('61');
  });

  at.it(['load-prepaid-cash'], 'of a bearer card is taken once', async () => {
    expect(codeOf(await load(50_00, 'empty-bearer'))).toBe('00');
    expect(codeOf(await load(1_00, 'empty-bearer'))).toBe('57');
    expect(codeOf(await load(1_00, 'bearer'))).toBe('57');
  });

  at.it(
    ['load-prepaid-cash', 'load-confirm'],
    'is confirmed when its answer was lost, and booked once',
    async () => {
      const first = await load(100_00);
      const confirmed = await confirm(100_00, traceOf(first));
      expect(confirmed.fields).toMatchObject({ 39: '00', 37: first.fields[37] });
      expect((await at.terminal.purchase(1)).fields[54]).toBe(at.left(100_00 - 1));
    },
  );

  at.it(
    ['load-prepaid-cash', 'load-confirm'],
    'that never came is booked by its confirmation, and declined when it comes at last',
    async () => {
      const late = fieldsOf(100_00, 'registered');
      expect((await confirm(100_00, String(late[11]))).fields).toMatchObject({
        39: '00',
        54: at.left(100_00),
      });
      expect(codeOf(await at.terminal.connection.ask(buildFrame('0200', late, at.terminal.macKey)))).toBe(
        '22',
      );
      expect((await at.terminal.purchase(1)).fields[54]).toBe(at.left(100_00 - 1));
    },
  );

  at.it(
    ['load-confirm', 'load-confirmed-once', 'query'],
    'that is confirmed twice, under two numbers of its confirmation, is booked once, and a query finds it',
    async () => {
      const loadStan = at.terminal.nextStan();
      const named = { 61: `${at.terminal.batchNumber}${loadStan}` };
      const confirmAgain = () =>
        at.terminal.connection.ask(
          buildFrame('0220', { ...fieldsOf(100_00, 'registered'), ...named }, at.terminal.macKey),
        );
      const first = await confirmAgain();
      expect(first.fields).toMatchObject({ 39: '00', 54: at.left(100_00) });
      expect((await confirmAgain()).fields).toMatchObject({ 39: '00', 37: first.fields[37] });
      expect((await query(at.terminal, loadStan)).fields).toMatchObject({ 39: '00', 37: first.fields[37] });
      expect((await at.terminal.purchase(1)).fields[54]).toBe(at.left(100_00 - 1));
    },
  );

  describe('its void', () => {
    const fieldsOfVoid = (amountMinor: number, loaded: RawAnswer, role: CardRole = 'registered') =>
      at.terminal.fields('49', {
        2: at.pan(role),
        3: '200000',
        4: n12(amountMinor),
        37: loaded.fields[37] ?? '',
        61: `${at.terminal.batchNumber}${traceOf(loaded)}`,
      });
    const voidLoad = (amountMinor: number, loaded: RawAnswer, role?: CardRole) =>
      at.terminal.connection.ask(
        buildFrame('0200', fieldsOfVoid(amountMinor, loaded, role), at.terminal.macKey),
      );

    at.it(['load-void', 'settlement'], 'takes the whole load back once, and counts as a debit', async () => {
      const loaded = await load(100_00);
      expect(codeOf(await voidLoad(99_00, loaded))).toBe('64');
      expect(codeOf(await voidLoad(100_00, loaded, 'bearer'))).toBe('12');
      expect((await voidLoad(100_00, loaded)).fields).toMatchObject({ 39: '00', 54: at.left(0) });
      expect(codeOf(await voidLoad(100_00, loaded))).toBe('12');
      const settled = await at.terminal.settle({ debits: [1, 100_00], credits: [1, 100_00] });
      expect(settlementResult(settled)).toBe('1');
    });

    at.it(['load-void'], 'is refused when the card has spent the money', async () => {
      const loaded = await load(50_00, 'empty-bearer');
      expect(await buys(at.pan('empty-bearer'))).toBe('00');
      expect(codeOf(await voidLoad(50_00, loaded, 'empty-bearer'))).toBe('51');
    });

    at.it(['load-void', 'reversal'], 'is undone by its reversal: the load stands again', async () => {
      const loaded = await load(100_00);
      const voided = await voidLoad(100_00, loaded);
      const fields = { 2: at.pan(), 3: '200000', 4: n12(100_00) };
      const reversed = await at.terminal.connection.ask(
        reversalFrame(at.terminal, { stan: traceOf(voided), type: '49', fields }),
      );
      expect(codeOf(reversed)).toBe('00');
      expect((await at.terminal.purchase(1)).fields[54]).toBe(at.left(100_00 - 1));
      expect((await voidLoad(100_00, loaded)).fields[39]).toBe('00');
    });
  });
});
