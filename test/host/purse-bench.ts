import { afterEach, beforeEach, expect } from 'vitest';
import type { RunningHost } from '../../host-sim/index.ts';
import { balances, issuePurses, OPENING_MINOR, SERIAL } from './purse-host.ts';
import { buildFrame, type RawAnswer } from './raw-frames.ts';
import { RawPurse } from './raw-purse.ts';
import { check, hostForTest, MERCHANT_ID, RawTerminal } from './test-host.ts';

/** What a test of the purse plays with, new for each test of a file that calls `freshPurse`. */
export let host: RunningHost;
export let terminal: RawTerminal;
export let card: RawPurse;

/** A host with purses, a terminal and a card. */
export async function openPurseBench(): Promise<void> {
  const started = await hostForTest();
  host = started.host;
  await issuePurses(host);
  terminal = await RawTerminal.signedOn(host, started.masterKey);
  card = new RawPurse(SERIAL, { balanceMinor: OPENING_MINOR });
}

export async function closePurseBench(): Promise<void> {
  terminal.connection.close();
  await host.stop();
}

/** A new bench for each test; and whatever was refused or in doubt, the books are right after every story. */
export function freshPurse(): void {
  beforeEach(openPurseBench);

  afterEach(async () => {
    const report = await check(host);
    expect(report.problems).toEqual([]);
    await closePurseBench();
  });
}

export async function shadow(): Promise<number | undefined> {
  return (await balances(host, 'purse:1'))['purse:1'];
}

export async function merchant(): Promise<number> {
  return (await balances(host, 'merchant:'))[`merchant:${MERCHANT_ID}`] ?? 0;
}

export async function notes(): Promise<readonly string[]> {
  return (await check(host)).notes;
}

/** Asks what became of a message of this batch. */
export function query(stan: string): Promise<RawAnswer> {
  const {
    22: _mode,
    49: _currency,
    ...fields
  } = terminal.fields('65', {
    3: '380000',
    61: `${terminal.batchNumber}${stan}`,
  });
  return terminal.connection.ask(buildFrame('0200', fields, terminal.macKey));
}
