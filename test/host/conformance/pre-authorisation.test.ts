import { describe, expect } from 'vitest';
import type { RawAnswer } from '../raw-frames.ts';
import { n12 } from '../raw-terminal.ts';
import { codeOf, pinFields, reversalFrame, settlementResult, traceOf } from './messages.ts';
import { hostUnderTest } from './subject.ts';

const at = hostUnderTest();

interface Step {
  readonly amountMinor: number;
  readonly original?: RawAnswer;
  readonly pan?: string;
}

const STEPS = {
  hold: { mti: '0100', processingCode: '030000', type: '10' },
  'hold-void': { mti: '0100', processingCode: '200000', type: '11' },
  complete: { mti: '0200', processingCode: '000000', type: '20' },
  'complete-void': { mti: '0200', processingCode: '200000', type: '21' },
} as const;

function send(step: keyof typeof STEPS, { amountMinor, original, pan = at.pan() }: Step): Promise<RawAnswer> {
  const { mti, processingCode, type } = STEPS[step];
  const reference = original
    ? { 37: original.fields[37] ?? '', 61: `${original.fields[60]?.slice(2, 8)}${original.fields[11]}` }
    : {};
  return at.terminal.ask(mti, type, {
    2: pan,
    3: processingCode,
    4: n12(amountMinor),
    25: '06',
    ...reference,
  });
}

function reverse(
  step: keyof typeof STEPS,
  answer: RawAnswer,
  amountMinor: number,
  pan = at.pan(),
): Promise<RawAnswer> {
  const { processingCode, type } = STEPS[step];
  const fields = {
    2: pan,
    3: processingCode,
    4: n12(amountMinor),
    25: '06',
    60: answer.fields[60] ?? '',
  };
  return at.terminal.connection.ask(reversalFrame(at.terminal, { stan: traceOf(answer), type, fields }));
}

describe('pre-authorisation', () => {
  at.it(
    ['pre-authorisation', 'completion', 'settlement'],
    'holds the amount, and its completion pays the merchant and gives the rest back',
    async () => {
      const hold = await send('hold', { amountMinor: 200_00 });
      expect(hold.mti).toBe('0110');
      expect(hold.fields).toMatchObject({ 39: '00', 54: at.left(-200_00) });
      expect((await send('complete', { amountMinor: 150_00, original: hold })).fields).toMatchObject({
        39: '00',
        54: at.left(-150_00),
      });
      const settled = await at.terminal.settle({ debits: [1, 150_00], credits: [0, 0] });
      expect(settlementResult(settled)).toBe('1');
    },
  );

  at.it(
    ['pre-authorisation', 'completion', 'completion-up-to-115'],
    'is completed up to 115 % and not a fen further, and once',
    async () => {
      const hold = await send('hold', { amountMinor: 100_00 });
      expect(codeOf(await send('complete', { amountMinor: 115_01, original: hold }))).toBe('64');
      expect((await send('complete', { amountMinor: 115_00, original: hold })).fields).toMatchObject({
        39: '00',
        54: at.left(-115_00),
      });
      expect(codeOf(await send('complete', { amountMinor: 1_00, original: hold }))).toBe('12');
    },
  );

  at.it(['completion'], 'is not completed beyond what the card has', async () => {
    const pan = at.pan('bearer');
    const hold = await send('hold', { amountMinor: 95_00, pan });
    expect(codeOf(await send('complete', { amountMinor: 105_00, original: hold, pan }))).toBe('51');
    expect((await send('complete', { amountMinor: 100_00, original: hold, pan })).fields).toMatchObject({
      39: '00',
      54: at.left(-100_00, 'bearer'),
    });
  });

  at.it(
    ['pre-authorisation-void', 'void-whole', 'void-same-card'],
    'is voided as a whole, with the same card, and not after its completion',
    async () => {
      const hold = await send('hold', { amountMinor: 100_00 });
      expect(codeOf(await send('hold-void', { amountMinor: 99_00, original: hold }))).toBe('64');
      expect(
        codeOf(await send('hold-void', { amountMinor: 100_00, original: hold, pan: at.pan('bearer') })),
      ).toBe('12');
      expect((await send('hold-void', { amountMinor: 100_00, original: hold })).fields).toMatchObject({
        39: '00',
        54: at.left(0),
      });
      expect(codeOf(await send('complete', { amountMinor: 100_00, original: hold }))).toBe('12');
      const other = await send('hold', { amountMinor: 100_00 });
      await send('complete', { amountMinor: 100_00, original: other });
      expect(codeOf(await send('hold-void', { amountMinor: 100_00, original: other }))).toBe('12');
    },
  );

  at.it(
    ['completion-void', 'settlement'],
    'stands again as it was when its completion is voided',
    async () => {
      const hold = await send('hold', { amountMinor: 200_00 });
      const completed = await send('complete', { amountMinor: 150_00, original: hold });
      expect(
        (await send('complete-void', { amountMinor: 150_00, original: completed })).fields,
      ).toMatchObject({ 39: '00', 54: at.left(-200_00) });
      expect((await send('complete', { amountMinor: 180_00, original: hold })).fields).toMatchObject({
        39: '00',
        54: at.left(-180_00),
      });
      const settled = await at.terminal.settle({ debits: [2, 330_00], credits: [1, 150_00] });
      expect(settlementResult(settled)).toBe('1');
    },
  );

  at.it(
    ['completion-void'],
    'gives back what was charged above it when that completion is voided',
    async () => {
      const hold = await send('hold', { amountMinor: 100_00 });
      const completed = await send('complete', { amountMinor: 110_00, original: hold });
      const voided = await send('complete-void', { amountMinor: 110_00, original: completed });
      expect(voided.fields).toMatchObject({ 39: '00', 54: at.left(-100_00) });
    },
  );

  at.it(
    ['completion-void', 'pre-authorisation-void'],
    'is voided for what is still held when its rest was spent before its completion was voided',
    async () => {
      const pan = at.pan('bearer');
      const hold = await send('hold', { amountMinor: 90_00, pan });
      const completed = await send('complete', { amountMinor: 40_00, original: hold, pan });
      expect(codeOf(await at.terminal.purchase(55_00, { 2: pan }))).toBe('00');
      const voided = await send('complete-void', { amountMinor: 40_00, original: completed, pan });
      expect(voided.fields).toMatchObject({ 39: '00', 54: at.left(-100_00, 'bearer') });
      const released = await send('hold-void', { amountMinor: 90_00, original: hold, pan });
      expect(released.fields).toMatchObject({ 39: '00', 54: at.left(-55_00, 'bearer') });
    },
  );

  at.it(
    ['pre-authorisation', 'completion', 'reversal'],
    'and its completion are each undone by their reversal',
    async () => {
      const hold = await send('hold', { amountMinor: 200_00 });
      const completed = await send('complete', { amountMinor: 150_00, original: hold });
      expect(codeOf(await reverse('hold', hold, 200_00))).toBe('12');
      expect(codeOf(await reverse('complete', completed, 150_00))).toBe('00');
      const again = await send('hold', { amountMinor: 10_00 });
      expect(again.fields[54]).toBe(at.left(-210_00));
      expect(codeOf(await reverse('hold', again, 10_00))).toBe('00');
      expect((await send('complete', { amountMinor: 200_00, original: hold })).fields[54]).toBe(
        at.left(-200_00),
      );
    },
  );

  at.simulatorOnly(
    'who collects is for the host to say',
    ['pre-authorisation', 'completion', 'reversal'],
    'leaves a person to collect when a completion is reversed after its rest was spent',
    async () => {
      const pan = at.pan('bearer');
      const hold = await send('hold', { amountMinor: 100_00, pan });
      const completed = await send('complete', { amountMinor: 40_00, original: hold, pan });
      expect(codeOf(await at.terminal.purchase(60_00, { 2: pan }))).toBe('00');
      expect(codeOf(await reverse('complete', completed, 40_00, pan))).toBe('00');
      const rows = await at.host.store.transaction((tx) =>
        tx.all<{ kind: string }>('SELECT kind FROM exceptions WHERE status = ?', 'open'),
      );
      expect(rows.map(({ kind }) => kind)).toContain('card-short');
    },
  );
});

describe('a card that is given up', () => {
  const replaceBy = (newPan: string) => {
    const { pan, pin } = at.card();
    const entered = pinFields(at.terminal, pan, pin);
    return at.terminal.ask('0200', '63', { 2: pan, 3: '930000', 48: newPan, ...entered });
  };

  at.it(
    ['pre-authorisation', 'pre-authorisation-void', 'replace', 'surrender', 'hold-keeps-card'],
    'is refused while a pre-authorisation stands on it, and taken when that is void',
    async () => {
      const hold = await send('hold', { amountMinor: 200_00 });
      expect(codeOf(await replaceBy(at.pan('inactive')))).toBe('H1');
      await send('hold', { amountMinor: 60_00, pan: at.pan('bearer') });
      const surrendered = await at.terminal.ask('0200', '64', { 2: at.pan('bearer'), 3: '940000' });
      expect(codeOf(surrendered)).toBe('H1');
      expect(codeOf(await send('hold-void', { amountMinor: 200_00, original: hold }))).toBe('00');
      expect((await replaceBy(at.pan('inactive'))).fields).toMatchObject({ 39: '00', 54: at.left(0) });
    },
  );

  at.it(
    ['pre-authorisation', 'pre-authorisation-void', 'completion', 'completion-void', 'replace'],
    'by a replacement has what is held again and voided afterwards on its successor',
    async () => {
      const hold = await send('hold', { amountMinor: 200_00 });
      const done = await send('complete', { amountMinor: 150_00, original: hold });
      expect(codeOf(await replaceBy(at.pan('inactive')))).toBe('00');
      expect(codeOf(await send('complete-void', { amountMinor: 150_00, original: done }))).toBe('00');
      expect(codeOf(await send('hold-void', { amountMinor: 200_00, original: hold }))).toBe('00');
      const bought = await at.terminal.purchase(1, { 2: at.pan('inactive') });
      expect(bought.fields).toMatchObject({ 39: '00', 54: at.left(-1) });
    },
  );
});
