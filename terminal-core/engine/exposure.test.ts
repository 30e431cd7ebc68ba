import { describe, expect, it } from 'vitest';
import { decline, TerminalBench } from '../../test/support/terminal-bench.ts';
import { amountMinor } from '../domain/money.ts';
import { exposureOf } from './exposure.ts';

const SECOND_PAN = '6228880000000002';

async function offlineTill(): Promise<TerminalBench> {
  const bench = await new TerminalBench().open();
  const scope = ['10000001', '10000002', '10000003'];
  await bench.terminal.run({
    kind: 'parameters-downloaded',
    version: 1,
    issuedAtMs: bench.nowMs,
    parameters: {},
    certificates: [
      bench.certificate({ terminalScope: scope }),
      bench.certificate({ balanceMinor: amountMinor(30_00), certificateNumber: 2 }, SECOND_PAN),
    ],
  });
  bench.linkUp = false;
  return bench;
}

const exposure = (bench: TerminalBench) => exposureOf(bench.terminal.state, bench.nowMs);

describe('the exposure meter', () => {
  it('shows nothing at risk before the first offline sale, and the worst that can come', async () => {
    expect(exposure(await offlineTill())).toMatchObject({
      terminal: { atRiskMinor: 0, allowedMinor: 20_000_00, count: 0, countMax: 500 },
      claimsMinor: 0,
      cards: [],
      certificates: 2,
      // The first card up to its offline cap, the second up to its balance.
      worstHereMinor: 200_00 + 30_00,
      // Copies of the first on three terminals.
      worstOneCardMinor: 3 * 200_00,
      worstEverywhereMinor: 3 * 200_00 + 200_00,
      openScopes: 1,
    });
  });

  it('counts every offline sale by card, terminal and shift, across a restart', async () => {
    const bench = await offlineTill();
    await bench.pay(10_00);
    await bench.terminal.run({ kind: 'open-shift', floatMinor: amountMinor(0) });
    await bench.pay(40_00);
    await bench.pay(5_00, SECOND_PAN);
    bench.boot();
    expect(exposure(bench)).toMatchObject({
      terminal: { atRiskMinor: 55_00, count: 3 },
      shift: { shiftNumber: 1, atRiskMinor: 45_00 },
      cards: [
        { atRiskMinor: 50_00, allowedMinor: 200_00, count: 2, countMax: 4 },
        { atRiskMinor: 5_00, allowedMinor: 30_00, count: 1, countMax: 4 },
      ],
    });
  });

  it('turns what the host refuses into a claim', async () => {
    const bench = await offlineTill();
    const { txnId } = bench.txn(await bench.pay(40_00));
    bench.linkUp = true;
    bench.host = (exchange) => decline(exchange, '51');
    await bench.terminal.run({ kind: 'deliver', txnId });
    expect(exposure(bench)).toMatchObject({ terminal: { atRiskMinor: 0 }, claimsMinor: 40_00 });
  });

  it('never promises less than the terminal can lose', async () => {
    const bench = await offlineTill();
    const { worstHereMinor } = exposure(bench);
    for (const pan of [undefined, SECOND_PAN]) {
      for (let n = 0; n < 40; n += 1) await bench.pay(7_00, pan);
      for (let n = 0; n < 40; n += 1) await bench.pay(1_00, pan);
    }
    expect(exposure(bench).terminal.atRiskMinor).toBeGreaterThan(0);
    expect(exposure(bench).terminal.atRiskMinor).toBeLessThanOrEqual(worstHereMinor);
  });
});
