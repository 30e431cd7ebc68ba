import { describe, expect } from 'vitest';
import { exceptionsOfBatch } from '../../../host-sim/exceptions/exceptions.ts';
import { buildFrame, type RawAnswer } from '../raw-frames.ts';
import { n12 } from '../raw-terminal.ts';
import { balanceOf, codeOf, reverseSale, settlementResult, traceOf } from './messages.ts';
import { hostUnderTest } from './subject.ts';

const at = hostUnderTest();

interface Line {
  readonly stan: string;
  readonly pan: string;
  readonly amountMinor: number;
}

/** A trace number that the terminal has not used: of a sale that the host never saw. */
const UNSEEN = '900900';

const unbalanced = () => at.terminal.settle({ debits: [9, 9_00], credits: [0, 0] });

function upload(lines: readonly Line[]): Promise<RawAnswer> {
  const records = lines.map(
    ({ amountMinor, pan, stan }) => `00${stan}${pan.padStart(20, '0')}${n12(amountMinor)}`,
  );
  return at.terminal.askPlain('0320', '201', {
    48: `${String(lines.length).padStart(2, '0')}${records.join('')}`,
  });
}

function endUpload(count: number): Promise<RawAnswer> {
  return at.terminal.askPlain('0320', '202', { 48: String(count).padStart(4, '0') });
}

function wholeRecord(type: string, stan: string, amountMinor: number): Promise<RawAnswer> {
  const { batchNumber, connection, merchantId, terminalId } = at.terminal;
  return connection.ask(
    buildFrame('0320', {
      2: at.pan(),
      3: '200000',
      4: n12(amountMinor),
      11: stan,
      12: '100100',
      13: '0310',
      22: '022',
      25: '00',
      37: '607000000002',
      41: terminalId,
      42: merchantId,
      49: '156',
      60: `${type}${batchNumber}201`,
      61: `${batchNumber}${stan}0310`,
    }),
  );
}

async function differences(): Promise<{ kind: string; stan: string; amountMinor: number }[]> {
  const rows = await at.host.store.transaction((tx) =>
    exceptionsOfBatch(tx, at.terminal.terminalId, '000001'),
  );
  return rows.map(({ amountMinor, kind, stan }) => ({ kind, stan, amountMinor }));
}

async function sell(amountMinor: number, pan = at.pan()): Promise<Line> {
  const answer = await at.terminal.purchase(amountMinor, { 2: pan });
  expect(codeOf(answer)).toBe('00');
  return { stan: traceOf(answer), pan, amountMinor };
}

async function balanceAfterwards(pan: string): Promise<string | undefined> {
  await at.terminal.signOn();
  return (await balanceOf(at.terminal, pan)).fields[54];
}

const next = (batchNumber: string) => String((Number(batchNumber) % 999_999) + 1).padStart(6, '0');

describe('settlement', () => {
  at.it(['settlement', 'repeat'], 'closes a batch whose totals agree and opens the next number', async () => {
    const { terminal } = at;
    await terminal.purchase(20_00);
    const closed = terminal.batchNumber;
    const frame = terminal.settlementFrame({ debits: [1, 20_00], credits: [0, 0] });
    const answer = await terminal.connection.ask(frame);
    expect(answer.mti).toBe('0510');
    expect(answer.fields[48]).toBe(`${n12(20_00)}001${n12(0)}0001${'0'.repeat(30)}1`);
    expect((await terminal.connection.ask(frame)).bytes).toEqual(answer.bytes);
    expect((await terminal.signOn()).fields[60]).toBe(`00${next(closed)}003`);
  });

  at.it(['settlement'], 'answers 2 when they differ', async () => {
    await at.terminal.purchase(20_00);
    expect(settlementResult(await at.terminal.settle({ debits: [1, 20_01], credits: [0, 0] }))).toBe('2');
  });

  at.it(
    ['settlement', 'closed-batch'],
    'of a batch that was closed before answers as it was closed',
    async () => {
      await sell(20_00);
      const totals = { debits: [1, 20_00], credits: [0, 0] } as const;
      await at.terminal.settle(totals);
      expect(settlementResult(await at.terminal.settle(totals))).toBe('1');
      expect(settlementResult(await at.terminal.settle({ debits: [2, 20_00], credits: [0, 0] }))).toBe('3');
    },
  );
});

describe('batch upload', () => {
  at.it(
    ['settlement', 'batch-upload', 'batch-upload-end'],
    'that agrees line by line closes the batch',
    async () => {
      const lines = [await sell(20_00), await sell(1_00, at.pan('bearer'))];
      const closed = at.terminal.batchNumber;
      expect(settlementResult(await unbalanced())).toBe('2');
      expect(codeOf(await upload(lines))).toBe('00');
      expect(codeOf(await endUpload(2))).toBe('00');
      expect((await at.terminal.signOn()).fields[60]).toBe(`00${next(closed)}003`);
      expect((await balanceOf(at.terminal, at.pan())).fields[54]).toBe(at.left(-20_00));
    },
  );

  at.it(
    ['batch-upload', 'batch-upload-end', 'upload-books-missing'],
    'books what the host lacks, and takes nothing back of what the terminal lacks',
    async () => {
      const same = await sell(20_00);
      await sell(30_00);
      await unbalanced();
      await upload([same, { stan: UNSEEN, pan: at.pan(), amountMinor: 7_00 }]);
      await endUpload(2);
      expect(await balanceAfterwards(at.pan())).toBe(at.left(-57_00));
    },
  );

  at.it(
    ['batch-upload', 'batch-upload-end', 'upload-books-missing', 'repeat'],
    'that starts again after a crash books each record once',
    async () => {
      await unbalanced();
      const missing = { stan: UNSEEN, pan: at.pan(), amountMinor: 7_00 };
      await upload([missing]);
      await upload([missing]);
      await endUpload(1);
      expect(codeOf(await upload([missing]))).toBe('00');
      expect(codeOf(await endUpload(1))).toBe('00');
      expect(await balanceAfterwards(at.pan())).toBe(at.left(-7_00));
    },
  );

  at.it(
    ['batch-upload', 'batch-upload-end'],
    'never gives a card more than it has paid here: an upload has no MAC, and anybody could have written it',
    async () => {
      const sale = await sell(20_00);
      await unbalanced();
      await upload([sale]);
      expect(codeOf(await wholeRecord('25', '900901', 15_00))).toBe('00');
      expect(codeOf(await wholeRecord('25', '900902', 999_999_99))).toBe('00');
      await endUpload(3);
      expect(await balanceAfterwards(at.pan())).toBe(at.left(-20_00 + 15_00));
    },
  );

  at.it(
    ['batch-upload', 'batch-upload-end'],
    'takes a void as a whole record and does not miss it among the sales',
    async () => {
      const sale = await sell(20_00);
      await unbalanced();
      await upload([sale]);
      expect(codeOf(await wholeRecord('23', '900901', 20_00))).toBe('00');
      await endUpload(2);
      expect(await balanceAfterwards(at.pan())).toBe(at.left(0));
    },
  );

  at.it(
    ['batch-upload', 'batch-upload-end', 'reversal'],
    'is compared with what a reversal has left that came while it went on',
    async () => {
      const [sale, reversed] = [await sell(20_00), await sell(7_00)];
      await unbalanced();
      expect(codeOf(await reverseSale(at.terminal, reversed))).toBe('00');
      await upload([sale]);
      expect(codeOf(await endUpload(1))).toBe('00');
      expect(await balanceAfterwards(at.pan())).toBe(at.left(-20_00));
    },
  );

  at.it(
    ['load-confirm', 'batch-upload', 'batch-upload-end', 'load-confirmed-once'],
    'knows a load by its own number that a confirmation under another one has booked',
    async () => {
      const stan = at.terminal.nextStan();
      const load = { 2: at.pan(), 3: '630000', 4: n12(10_00), 61: `${at.terminal.batchNumber}${stan}` };
      expect(codeOf(await at.terminal.ask('0220', '48', load))).toBe('00');
      await unbalanced();
      expect(codeOf(await wholeRecord('48', stan, 10_00))).toBe('00');
      expect(codeOf(await endUpload(1))).toBe('00');
      expect(await balanceAfterwards(at.pan())).toBe(at.left(10_00));
    },
  );

  at.it(['batch-upload'], 'is refused before a settlement that did not balance', async () => {
    expect(codeOf(await upload([]))).toBe('12');
  });

  at.it(['purchase', 'settlement'], 'keeps new transactions out until it has ended', async () => {
    await unbalanced();
    expect(codeOf(await at.terminal.purchase(1_00))).toBe('90');
  });
});

describe('what a batch upload leaves for a person', () => {
  const DIFFERENCES = 'how differences are listed is for the host to say';

  at.simulatorOnly(
    DIFFERENCES,
    ['batch-upload'],
    'is nothing where the two sides agree line by line',
    async () => {
      const lines = [await sell(20_00), await sell(1_00, at.pan('bearer'))];
      await unbalanced();
      await upload(lines);
      await endUpload(2);
      expect(await differences()).toEqual([]);
    },
  );

  at.simulatorOnly(
    DIFFERENCES,
    ['batch-upload'],
    'tells another card from a card number that the terminal has erased',
    async () => {
      const erased = await sell(20_00);
      const other = await sell(30_00);
      await unbalanced();
      await upload([
        { ...erased, pan: '' },
        { ...other, pan: at.pan('bearer') },
      ]);
      await endUpload(2);
      expect(await differences()).toEqual([{ kind: 'card-differs', stan: other.stan, amountMinor: 30_00 }]);
    },
  );

  at.simulatorOnly(DIFFERENCES, ['batch-upload'], 'has both sides of every difference', async () => {
    const same = await sell(20_00);
    const lost = await sell(30_00);
    const other = await sell(40_00);
    await unbalanced();
    await upload([
      same,
      { ...other, amountMinor: 41_00 },
      { stan: UNSEEN, pan: at.pan(), amountMinor: 7_00 },
    ]);
    await endUpload(3);
    expect(await differences()).toEqual([
      { kind: 'amount-differs', stan: other.stan, amountMinor: 41_00 },
      { kind: 'missing-at-host', stan: UNSEEN, amountMinor: 7_00 },
      { kind: 'missing-at-terminal', stan: lost.stan, amountMinor: 30_00 },
    ]);
    expect(await balanceAfterwards(at.pan())).toBe(at.left(-20_00 - 30_00 - 40_00 - 7_00));
  });

  at.simulatorOnly(
    DIFFERENCES,
    ['batch-upload'],
    'is the exceptions account where a card is empty or unknown: the merchant is credited',
    async () => {
      await unbalanced();
      await upload([
        { stan: '900900', pan: at.pan('bearer'), amountMinor: 100_01 },
        { stan: '900901', pan: '6228887777777777', amountMinor: 5_00 },
      ]);
      await endUpload(2);
      expect((await differences()).map(({ kind }) => kind)).toEqual([
        'card-short',
        'missing-at-host',
        'unknown-card-in-upload',
        'missing-at-host',
      ]);
      expect(await balanceAfterwards(at.pan('bearer'))).toBe(at.left(0, 'bearer'));
      const [row] = await at.host.store.transaction((tx) =>
        tx.all<{ balance: number }>(
          `SELECT balance_minor AS balance FROM ledger_accounts WHERE account_id = 'exceptions'`,
        ),
      );
      expect(row?.balance).toBe(-105_01);
    },
  );

  at.simulatorOnly(
    DIFFERENCES,
    ['batch-upload'],
    'is a credit that no sale stands for, and a void that the host never saw',
    async () => {
      const sale = await sell(20_00);
      await unbalanced();
      await upload([sale]);
      await wholeRecord('25', '900902', 999_999_99);
      await wholeRecord('23', '900901', 20_00);
      await endUpload(3);
      expect((await differences()).map(({ kind }) => kind)).toEqual([
        'missing-at-host',
        'credit-without-sale',
        'missing-at-host',
      ]);
    },
  );

  at.simulatorOnly(
    DIFFERENCES,
    ['batch-upload-end'],
    'is another number of records than the terminal announces',
    async () => {
      await unbalanced();
      await endUpload(3);
      expect((await differences()).map(({ kind }) => kind)).toEqual(['record-count-differs']);
    },
  );
});
