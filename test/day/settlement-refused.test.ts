import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HostDriver } from '../../app/cli/day/host-driver.ts';
import { TerminalDriver } from '../../app/cli/day/terminal-driver.ts';

const DATA = fileURLToPath(new URL('../data/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'holdfast-refused-'));
const host = new HostDriver({ folder, seed: 1 });
const terminal = new TerminalDriver();

beforeAll(async () => {
  const provisioning = await host.prepare({
    folder,
    cardsFile: join(DATA, 'cards.csv'),
    terminalId: '10000001',
    merchantId: '105331051320001',
  });
  const { port } = await host.start();
  const started = await terminal.start({
    dataDir: join(folder, 'terminal'),
    provisioning,
    host: { host: '127.0.0.1', port },
    catalogueFile: join(DATA, 'catalogue.csv'),
    operatorsFile: join(DATA, 'operators.json'),
    sealKeyBase64: randomBytes(32).toString('base64'),
    hostTimeoutMs: 5_000,
    clockOffsetMs: 0,
  });
  expect(started).toEqual({ ok: true });
  await terminal.waitUntilUp(20_000);
  await terminal.service('signOnOperator', { operatorCode: '2001', password: '2001' });
  await terminal.service('signOnTerminal');
});

afterAll(async () => {
  await terminal.close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

// 30: the host could not read the totals, so it has none to compare and none to answer with.
it.each(['96', '30'])(
  'a settlement that the host refuses with %s says so, can be given up, and the next one balances',
  async (responseCode) => {
    await host.setFaults([{ kind: 'decline', mti: '0500', responseCode, times: 1 }]);
    expect(await terminal.service('settle', {})).toMatchObject({
      kind: 'unfinished',
      text: { en: `The settlement is not finished: the host answered ${responseCode}.` },
    });
    expect(await terminal.service('abandonSettlement', {})).toEqual({ kind: 'done' });
    expect(await terminal.service('settle', {})).toMatchObject({ kind: 'settled', result: 'balanced' });
  },
);
