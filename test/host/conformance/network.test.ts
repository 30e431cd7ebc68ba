import { describe, expect } from 'vitest';
import { KEY_SETS_PER_TERMINAL_MAX } from '../../../host-sim/store/terminals.ts';
import { buildFrame, desEncrypt } from '../raw-frames.ts';
import { codeOf } from './messages.ts';
import { hostUnderTest } from './subject.ts';

const at = hostUnderTest();

describe('sign-on', () => {
  at.it(
    ['sign-on'],
    'gives working keys whose check values hold, the batch number and the time',
    async () => {
      const { terminal } = at;
      const answer = await terminal.signOn();
      expect(answer.mti).toBe('0810');
      expect(answer.tpdu).toBe('6000000003');
      expect(answer.fields).toMatchObject({ 39: '00', 60: `00${terminal.batchNumber}003` });
      expect(answer.fields[12]).toMatch(/^([01]\d|2[0-3])[0-5]\d[0-5]\d$/);
      expect(answer.fields[13]).toMatch(/^(0[1-9]|1[0-2])([0-2]\d|3[01])$/);
      const keys = Buffer.from(answer.fields[62] ?? '', 'hex');
      expect(keys).toHaveLength(40);
      expect(desEncrypt(terminal.pinKey, Buffer.alloc(8)).subarray(0, 4)).toEqual(keys.subarray(16, 20));
      expect(desEncrypt(terminal.macKey, Buffer.alloc(8)).subarray(0, 4)).toEqual(keys.subarray(36, 40));
    },
  );

  at.simulatorOnly(
    'the time of another host is its own',
    ['sign-on'],
    'gives the clock of China',
    async () => {
      expect((await at.terminal.signOn()).fields).toMatchObject({ 12: '100000', 13: '0310' });
    },
  );

  at.simulatorOnly(
    'how many keys are kept is this host’s choice',
    ['sign-on', 'purchase'],
    'keeps the keys of so many sign-ons of a batch, and drops the oldest beyond them',
    async () => {
      const { terminal } = at;
      const underFirstKeys = [terminal.purchaseFrame(1), terminal.purchaseFrame(2)];
      for (let count = 1; count < KEY_SETS_PER_TERMINAL_MAX; count += 1) await terminal.signOn();
      expect(codeOf(await terminal.connection.ask(underFirstKeys[0] ?? Buffer.alloc(0)))).toBe('00');
      await terminal.signOn();
      expect(codeOf(await terminal.connection.ask(underFirstKeys[1] ?? Buffer.alloc(0)))).toBe('A0');
    },
  );

  at.it(['sign-on'], 'refuses a terminal that nobody registered with 97', async () => {
    const { connection, merchantId } = at.terminal;
    const fields = { 11: '000001', 41: '99999999', 42: merchantId, 60: '00000000003', 63: '001' };
    expect(codeOf(await connection.ask(buildFrame('0800', fields)))).toBe('97');
  });

  at.it(['sign-on'], 'refuses a terminal that names another merchant with 03', async () => {
    const { connection, terminalId } = at.terminal;
    const fields = { 11: '000001', 41: terminalId, 42: '898100012349999', 60: '00000000003', 63: '001' };
    expect(codeOf(await connection.ask(buildFrame('0800', fields)))).toBe('03');
  });
});

describe('sign-off and echo', () => {
  at.it(
    ['sign-off', 'sign-on'],
    'takes nothing after sign-off until the terminal signs on again',
    async () => {
      const { terminal } = at;
      expect(codeOf(await terminal.askPlain('0820', '002'))).toBe('00');
      expect(codeOf(await terminal.purchase(1_00))).toBe('A0');
      await terminal.signOn();
      expect(codeOf(await terminal.purchase(1_00))).toBe('00');
    },
  );

  at.it(['echo'], 'answers an echo, signed on or not', async () => {
    const { terminal } = at;
    expect((await terminal.askPlain('0820', '301')).fields).toMatchObject({ 39: '00' });
    await terminal.askPlain('0820', '002');
    expect((await terminal.askPlain('0820', '301')).mti).toBe('0830');
  });
});

describe('downloads', () => {
  /** The document of a download, out of its numbered parts. */
  async function downloaded(control: string): Promise<{ kind?: string; version?: number }> {
    const pieces: Buffer[] = [];
    for (let number = 1, total = 1; number <= total; number += 1) {
      const answer = await partOf(control, number);
      expect(codeOf(answer)).toBe('00');
      const de62 = Buffer.from(answer.fields[62] ?? '', 'hex');
      expect(de62.subarray(0, 3).toString()).toBe(String(number).padStart(3, '0'));
      total = Number(de62.subarray(3, 6).toString());
      pieces.push(de62.subarray(6));
    }
    // Key id 4 and signature 64 come before the document.
    return JSON.parse(Buffer.concat(pieces).subarray(68).toString('utf8'));
  }

  const partOf = (control: string, number: number) =>
    at.terminal.askPlain('0800', control, { 62: Buffer.from(String(number).padStart(3, '0')) });

  at.it(
    ['parameters', 'parameters-end'],
    'gives the parameters in numbered parts, and hears of the end',
    async () => {
      expect(await downloaded('360')).toMatchObject({ kind: 'parameters', version: expect.any(Number) });
      expect(codeOf(await at.terminal.askPlain('0820', '362'))).toBe('00');
    },
  );

  at.it(['hotlist', 'hotlist-end'], 'gives the hotlist in numbered parts, and hears of the end', async () => {
    expect(await downloaded('390')).toMatchObject({ kind: 'hotlist', version: expect.any(Number) });
    expect(codeOf(await at.terminal.askPlain('0820', '391'))).toBe('00');
  });

  at.it(['parameters', 'hotlist'], 'answers 25 to a part that is not there', async () => {
    expect(codeOf(await partOf('360', 999))).toBe('25');
    expect(codeOf(await partOf('390', 999))).toBe('25');
  });
});

describe('broken frames', () => {
  at.it([], 'are answered 30 when the terminal and the number could be read', async () => {
    const whole = at.terminal.purchaseFrame(1_00);
    expect(codeOf(await at.terminal.connection.ask(whole.subarray(0, -3)))).toBe('30');
  });

  at.it(['purchase'], 'are ignored when they cannot be read, and the host goes on', async () => {
    at.terminal.connection.send(Buffer.from('00112233', 'hex'));
    expect(codeOf(await at.terminal.purchase(1_00))).toBe('00');
  });
});
