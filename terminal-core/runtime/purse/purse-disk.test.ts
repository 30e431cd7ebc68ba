import { describe, expect, it } from 'vitest';
import { PurseBench, START_MINOR } from '../../../test/support/purse-bench.ts';
import type { EventKind } from '../../engine/events.ts';
import type { AppendResult } from '../../ports/journal.ts';

const SALE_MINOR = 50_00;

/** The disk is full when the first event of this kind is to be written, and has room again after that. */
function fillDiskAt(bench: PurseBench, kind: EventKind): void {
  const { journal } = bench;
  const append = journal.append.bind(journal);
  journal.append = (entries, changes): AppendResult => {
    if (!entries.some((entry) => entry.kind === kind)) return append(entries, changes);
    journal.append = append;
    return { ok: false, failure: 'disk-full', detail: 'no space left' };
  };
}

describe('a disk that is full in the middle of a sale with a purse', () => {
  it('before DEBIT: nothing is asked of the card', async () => {
    const bench = await new PurseBench().ready();
    const purse = await bench.insert(bench.card1);
    fillDiskAt(bench, 'purse-debit-started');
    expect(await bench.payPurse(purse, SALE_MINOR, 'the-sale')).toMatchObject({
      rule: 'journal-cannot-write',
    });
    expect(bench.card1.state.balanceMinor).toBe(START_MINOR);
    expect(bench.all('purse-sale')).toEqual([]);
    expect(bench.txn(await bench.payPurse(purse, SALE_MINOR, 'the-sale')).state).toBe('approved');
  });

  it('after DEBIT: the sale is in doubt as soon as there is room, and the card proves it', async () => {
    const bench = await new PurseBench().ready();
    const purse = await bench.insert(bench.card1);
    fillDiskAt(bench, 'purse-debited');
    expect(bench.txn(await bench.payPurse(purse, SALE_MINOR, 'the-sale')).state).toBe('pending');
    expect(bench.terminal.isHalted).toBe(true);
    expect(bench.terminal.resume()).toBe(true);
    expect(bench.all('purse-sale')).toMatchObject([{ state: 'in-doubt' }]);
    await bench.comesBack(bench.card1);
    expect(bench.all('purse-sale')).toMatchObject([{ state: 'recovered' }]);
    expect(await bench.settle()).toMatchObject({ debitMinor: SALE_MINOR });
    expect(bench.card1.state.balanceMinor).toBe(START_MINOR - SALE_MINOR);
  });

  it('after MAC2 was found right: the sale is recovered from what the journal has', async () => {
    const bench = await new PurseBench().ready();
    fillDiskAt(bench, 'purse-approved');
    const reply = await bench.payPurse(await bench.insert(bench.card1), SALE_MINOR, 'the-sale');
    expect(bench.txn(reply).state).toBe('debited');
    expect(bench.terminal.resume()).toBe(true);
    expect(bench.all('purse-sale')).toMatchObject([{ state: 'recovered', purse: { provenBy: 'answer' } }]);
  });

  it('after MAC2 was found wrong: no restart and no room on the disk makes a fake card pay', async () => {
    const bench = await new PurseBench().ready();
    const honest = bench.card1.process.bind(bench.card1);
    bench.card1.process = (apdu) => {
      const answer = honest(apdu);
      return apdu[1] === 0x54
        ? { ...answer, bytes: answer.bytes.map((byte, at) => (at < 8 ? byte ^ 0xff : byte)) }
        : answer;
    };
    fillDiskAt(bench, 'purse-suspected');
    await bench.payPurse(await bench.insert(bench.card1), SALE_MINOR, 'the-sale');
    expect(bench.terminal.resume()).toBe(true);
    // What the terminal cannot write it cannot know; the issuer looks at the TAC.
    await bench.deliverAll();
    expect(bench.book.bookedMinor()).toBe(0);
    expect(bench.all('purse-sale')).toMatchObject([{ state: 'rejected' }]);
  });
});

describe('a process that ends after the card said that it has paid', () => {
  it('tells at the next start that the receipt did not come out', async () => {
    const bench = await new PurseBench().ready();
    bench.killAt('after-commit purse-debited');
    await bench.cut(bench.payPurse(await bench.insert(bench.card1), SALE_MINOR, 'the-sale'));
    bench.crashAt = undefined;
    bench.boot();
    await bench.terminal.run({ kind: 'recover', printer: 'fitted' });
    expect(bench.all('purse-sale')).toMatchObject([{ state: 'recovered', unprinted: 'none' }]);
    expect(bench.all('purse-sale')[0]?.receipt).toContain('50.00');
  });
});

describe('a disk that is full in the middle of a load', () => {
  it('before CREDIT: nothing is put on the card, and the load is undone with its proof', async () => {
    const bench = await new PurseBench().ready();
    fillDiskAt(bench, 'purse-load-authorised');
    await bench.loadPurse(await bench.insert(bench.card1), SALE_MINOR, 'the-load');
    expect(bench.card1.state.balanceMinor).toBe(START_MINOR);
    expect(bench.terminal.resume()).toBe(true);
    expect(bench.all('purse-load')).toMatchObject([{ state: 'unknown' }]);
    await bench.deliverAll();
    await bench.comesBack(bench.card1);
    await bench.deliverAll();
    expect(bench.all('purse-load')).toMatchObject([{ state: 'reversed' }]);
    expect(bench.card1.state.balanceMinor).toBe(START_MINOR);
  });

  it('after CREDIT: in doubt, and proved by the card', async () => {
    const bench = await new PurseBench().ready();
    fillDiskAt(bench, 'purse-credited');
    await bench.loadPurse(await bench.insert(bench.card1), SALE_MINOR, 'the-load');
    expect(bench.terminal.resume()).toBe(true);
    await bench.comesBack(bench.card1);
    expect(await bench.settle()).toMatchObject({ creditMinor: SALE_MINOR });
    expect(bench.card1.state.balanceMinor).toBe(START_MINOR + SALE_MINOR);
  });
});
