import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HostDriver } from '../../app/cli/day/host-driver.ts';
import { TerminalDriver } from '../../app/cli/day/terminal-driver.ts';
import { cup, encode, type IsoMessage } from '../../terminal-core/iso8583/index.ts';

const DATA = fileURLToPath(new URL('../data/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'holdfast-refused-'));
const host = new HostDriver({ folder, seed: 1 });
const terminal = new TerminalDriver();
let hostPort = 0;

beforeAll(async () => {
  const provisioning = await host.prepare({
    folder,
    cardsFile: join(DATA, 'cards.csv'),
    terminalId: '10000001',
    merchantId: '105331051320001',
  });
  const { port } = await host.start();
  hostPort = port;
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

/** Sends a message as the terminal would, and waits for the answer: neither settlement nor upload carries a MAC. */
async function inItsName(mti: string, fields: IsoMessage['fields']): Promise<void> {
  const message = { tpdu: '6000030000', header: '603100310000', mti };
  const ids = { 41: '10000001', 42: '105331051320001', 63: '001' };
  const packed = encode(cup, { ...message, fields: { ...fields, ...ids } });
  if (!packed.ok) throw new Error(packed.error.message);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(packed.bytes.length);
  const socket = connect(hostPort, '127.0.0.1');
  socket.write(Buffer.concat([length, packed.bytes]));
  await new Promise((resolve, reject) => socket.once('data', resolve).once('error', reject));
  socket.destroy();
}

it('a batch that was closed at the host behind its back is closed here, too, and the next one balances', async () => {
  await terminal.service('signOnTerminal');
  const sale = { saleId: 'behind-its-back', lines: [{ sku: 'HF1001', quantity: 1 }], totalMinor: 2_00 };
  const cardRef = await terminal.readCard({ pan: '8890121000010074', expiry: '2912' });
  expect(await terminal.service('payCard', { ...sale, cardRef })).toMatchObject({ kind: 'approved' });
  const { batchNumber = '' } = await terminal.service('totals');
  const totals = `${'0'.repeat(11)}1001${'0'.repeat(15)}0${'0'.repeat(31)}`;
  await inItsName('0500', { 11: '900001', 48: totals, 49: '156', 60: `00${batchNumber}201` });
  await inItsName('0320', { 11: '900002', 48: '0000', 60: `00${batchNumber}202` });
  expect(await terminal.service('settle', {})).toMatchObject({
    kind: 'settled',
    result: 'closed-by-host',
    batchNumber,
  });
  const { batchesToCheck } = await terminal.service('status');
  expect(batchesToCheck).toMatchObject([{ batchNumber, debitCount: 1, debitMinor: 2_00 }]);
  await terminal.service('signOnTerminal');
  expect(await terminal.service('settle', {})).toMatchObject({ kind: 'settled', result: 'balanced' });
});
