import { describe, expect } from 'vitest';
import type { MessageKind } from '../../../terminal-core/iso8583/index.ts';
import { buildFrame, type RawAnswer, type RawField } from '../raw-frames.ts';
import { n12 } from '../raw-terminal.ts';
import { batchOf, codeOf, pinFields, reversalFrame, traceOf, voidFrame } from './messages.ts';
import { type Covers, hostUnderTest } from './subject.ts';

const at = hostUnderTest();

type More = Readonly<Record<number, RawField>>;

function frame(mti: string, type: string, more: More): Buffer {
  return buildFrame(mti, at.terminal.fields(type, { 2: at.pan(), ...more }), at.terminal.macKey);
}

function ask(mti: string, type: string, more: More): Promise<RawAnswer> {
  return at.terminal.connection.ask(frame(mti, type, more));
}

const original = (answer: RawAnswer): More => ({
  37: answer.fields[37] ?? '',
  61: `${batchOf(answer)}${traceOf(answer)}`,
});
const HELD = { 4: n12(50_00), 25: '06' };
const hold = () => ask('0100', '10', { ...HELD, 3: '030000' });
const complete = async () => ask('0200', '20', { ...HELD, 3: '000000', ...original(await hold()) });
const service = (processingCode: string, type: string, more: More = {}) =>
  frame('0200', type, { 3: processingCode, ...more });

/** A message of each kind that a test of its own does not repeat, as it is sent after what it needs. */
const MESSAGES: Partial<Readonly<Record<MessageKind, () => Promise<Buffer> | Buffer>>> = {
  balance: () => frame('0200', '01', { 3: '310000' }),
  statement: () => frame('0200', '67', { 3: '370000' }),
  void: async () => {
    const answer = await at.terminal.purchase(20_00);
    return voidFrame({ terminal: at.terminal, answer, amountMinor: 20_00, pan: at.pan() });
  },
  'pre-authorisation': () => frame('0100', '10', { ...HELD, 3: '030000' }),
  'pre-authorisation-void': async () =>
    frame('0100', '11', { ...HELD, 3: '200000', ...original(await hold()) }),
  completion: async () => frame('0200', '20', { ...HELD, 3: '000000', ...original(await hold()) }),
  'completion-void': async () => frame('0200', '21', { ...HELD, 3: '200000', ...original(await complete()) }),
  'load-prepaid-cash': () => frame('0200', '48', { 3: '630000', 4: n12(100_00) }),
  'load-void': async () => {
    const loaded = await ask('0200', '48', { 3: '630000', 4: n12(100_00) });
    return frame('0200', '49', { 3: '200000', 4: n12(100_00), ...original(loaded) });
  },
  'load-confirm': () => frame('0220', '48', { 3: '630000', 4: n12(100_00) }),
  activate: () => service('900000', '60', { 2: at.pan('inactive') }),
  block: () => service('910000', '61'),
  unblock: async () => {
    await ask('0200', '61', { 3: '910000' });
    return service('920000', '62');
  },
  'report-loss': () => service('950000', '66'),
  replace: () => {
    const { pan, pin } = at.card();
    return service('930000', '63', { 48: at.pan('inactive'), ...pinFields(at.terminal, pan, pin) });
  },
  surrender: () => service('940000', '64', { 2: at.pan('bearer') }),
  query: async () => {
    const answer = await at.terminal.purchase(20_00);
    return service('380000', '65', { 61: `${batchOf(answer)}${traceOf(answer)}` });
  },
  reversal: async () => {
    const stan = traceOf(await hold());
    return reversalFrame(at.terminal, {
      stan,
      type: '10',
      fields: { ...HELD, 2: at.pan(), 3: '030000' },
    });
  },
};

describe('the same message twice has the same answer, and moves money once', () => {
  for (const [kind, message] of Object.entries(MESSAGES)) {
    // The keys of MESSAGES are kinds; Object.entries forgets that.
    at.it([kind, 'repeat'] as Covers, kind, async () => {
      const { connection } = at.terminal;
      const bytes = await message();
      const first = await connection.ask(bytes);
      expect(codeOf(first)).toBe('00');
      const balance = () => ask('0200', '01', { 3: '310000' }).then(({ fields }) => fields[54]);
      const before = await balance();
      expect((await connection.ask(bytes)).bytes).toEqual(first.bytes);
      expect(await balance()).toBe(before);
    });
  }
});
