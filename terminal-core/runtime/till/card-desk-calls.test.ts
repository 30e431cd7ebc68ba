import { describe, expect, it } from 'vitest';
import { TerminalBench } from '../../../test/support/terminal-bench.ts';
import { openTill } from '../../../test/support/till-bench.ts';
import { owed } from '../../engine/owed.ts';

describe('a card that is taken back at the till', () => {
  it('has what it bought offline delivered first, so that the host knows what is left on it', async () => {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate();
    const till = await openTill({
      bench,
      upload: async () => {
        if (!bench.linkUp) return;
        for (const { txnId } of owed(bench.terminal.state))
          await bench.terminal.run({ kind: 'deliver', txnId });
      },
    });
    bench.linkUp = false;
    await bench.pay(90_00);
    const surrender = () =>
      till.service.serveCard({
        service: 'surrender',
        serviceId: 'service-0001',
        cardRef: till.swipe(),
        amountMinor: 10_00,
      });
    expect(await surrender()).toMatchObject({ kind: 'refused', rule: 'card-records-open' });
    bench.linkUp = true;
    bench.sent.length = 0;
    expect(await surrender()).toMatchObject({ kind: 'approved' });
    expect(bench.sent.map(({ purpose }) => purpose.kind)).toEqual(['advice', 'request']);
  });

  it('is uploaded for only where its balance moves', async () => {
    const bench = await new TerminalBench().open();
    await bench.giveCertificate();
    let uploads = 0;
    const till = await openTill({
      bench,
      upload: async () => {
        uploads += 1;
      },
    });
    bench.linkUp = false;
    await bench.pay(90_00);
    bench.linkUp = true;
    const blocked = await till.service.serveCard({
      service: 'block',
      serviceId: 'service-0002',
      cardRef: till.swipe(),
    });
    expect(blocked).toMatchObject({ kind: 'approved' });
    expect(uploads).toBe(0);
  });
});
