import { afterEach, describe, expect, it } from 'vitest';
import { PurseBench, START_MINOR } from '../../../test/support/purse-bench.ts';

const DEBIT = 0x54;
const CREDIT = 0x52;
const benches: PurseBench[] = [];

afterEach(() => {
  for (const bench of benches.splice(0)) bench.journal.close();
});

/** Two tills; the card is pulled out of the first one before it has acted, and used at the second. */
async function twoTills(): Promise<{ readonly here: PurseBench; readonly there: PurseBench }> {
  const here = await new PurseBench().ready();
  const there = await new PurseBench().ready();
  benches.push(here, there);
  return { here, there };
}

describe('a card that another till has used at the counter of a doubt', () => {
  it.each(['the PSAM keeps its session', 'the till has started again'])(
    'is not taken to have paid here by what it proves of the sale there, when %s',
    async (when) => {
      const { here, there } = await twoTills();
      const card = here.card1;
      card.tearAt({ instruction: DEBIT, point: 'before-acting' });
      await here.payPurse(await here.insert(card), 12_00);
      await there.payPurse(await there.insert(card), 5_00);
      if (when === 'the till has started again') await here.restart();
      await here.comesBack(card);
      expect(here.all('purse-sale').map(({ state }) => state)).toEqual(['unresolved']);
      expect(card.state.balanceMinor).toBe(START_MINOR - 5_00);
    },
  );

  it('is not taken to have been loaded here by what it proves of the load there', async () => {
    const { here, there } = await twoTills();
    const card = here.card1;
    card.tearAt({ instruction: CREDIT, point: 'before-acting' });
    await here.loadPurse(await here.insert(card), 100_00, 'load-here');
    await there.loadPurse(await there.insert(card), 50_00, 'load-there');
    await here.comesBack(card);
    expect(here.all('purse-load').map(({ state }) => state)).toEqual(['unresolved']);
    expect(card.state.balanceMinor).toBe(START_MINOR + 50_00);
  });
});
