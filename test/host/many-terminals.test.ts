import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endHost, hostCommand, serveHost, VAULT_KEY_HEX } from './host-process.ts';
import { preparedDatabase, preparedPan, preparedTerminalId } from './prepared-database.ts';
import { RawConnection } from './raw-frames.ts';
import { check, freshHost, hostForTest, RawTerminal, startTestHost } from './test-host.ts';

const IDLE = 5_000;
const GIB = 2 ** 30;

function bareSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

describe('a host with many terminals', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'host-many-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it(`holds ${IDLE} idle connections in less than 1 GiB and answers another one`, async () => {
    const database = { file: join(folder, 'host.db'), vaultKeyHex: VAULT_KEY_HEX };
    const [masterKey] = await preparedDatabase(database.file, 1);
    const serving = await serveHost(database, '--admin-port', '0', '--connections', String(IDLE + 1));
    const idle: RawConnection[] = [];
    while (idle.length < IDLE) idle.push(await RawConnection.open(serving.port));
    const terminal = new RawTerminal(
      await RawConnection.open(serving.port),
      masterKey ?? Buffer.alloc(16),
      preparedTerminalId(0),
    );
    await terminal.signOn();
    expect((await terminal.purchase(1_00, { 2: preparedPan(0) })).fields[39]).toBe('00');
    const response = await fetch(`http://127.0.0.1:${serving.adminPort}/state`, {
      headers: { authorization: `Bearer ${serving.adminToken}` },
    });
    const state: { connections?: number; rssBytes?: number } = JSON.parse(await response.text());
    expect(state.connections).toBe(IDLE + 1);
    expect(state.rssBytes).toBeLessThan(GIB);
    const next = await RawConnection.open(serving.port);
    expect(await next.receive(2_000), 'one more is refused').toBeUndefined();
    for (const connection of [...idle, terminal.connection, next]) connection.close();
    expect(await endHost(serving.child, 'SIGTERM')).toBe(0);
    expect((await hostCommand(database, 'check', '--json')).exitCode).toBe(0);
  });

  it('takes no other number of connections than it can hold', async () => {
    const database = { file: join(folder, 'host.db'), vaultKeyHex: VAULT_KEY_HEX };
    for (const connections of ['0', '16385', 'many'])
      expect((await hostCommand(database, 'serve', '--connections', connections)).exitCode).toBe(2);
  });

  it('tells terminals no parameter that they do not have', async () => {
    const database = { file: join(folder, 'host.db'), vaultKeyHex: VAULT_KEY_HEX };
    for (const parameter of ['shiftRequird=1', 'shiftRequired', 'shiftRequired=yes', 'toString=1'])
      expect((await hostCommand(database, 'serve', '--parameter', parameter)).exitCode).toBe(2);
  });

  it('finishes what it began when it is stopped: whoever was answered is on disk', async () => {
    const databaseFile = join(folder, 'host.db');
    const first = await hostForTest({ databaseFile, faults: [{ kind: 'delay', mti: '0200', delayMs: 200 }] });
    const terminal = await RawTerminal.signedOn(first.host, first.masterKey);
    const frames = [1, 2, 3, 4, 5].map((amountMinor) => terminal.purchaseFrame(amountMinor));
    for (const frame of frames) terminal.connection.send(frame);
    // Until the host has read them; what it has not read is not begun.
    while (first.host.faults.list()[0]?.hits !== frames.length)
      await new Promise((resolve) => setTimeout(resolve, 5));
    const stopped = first.host.stop();
    const answers: Buffer[] = [];
    for (const _frame of frames) answers.push((await terminal.connection.receive()) ?? Buffer.alloc(0));
    await stopped;
    terminal.connection.close();
    const second = await startTestHost({ databaseFile });
    const connection = await RawConnection.open(second.port);
    for (const frame of frames) expect(answers).toContainEqual((await connection.ask(frame)).bytes);
    connection.close();
    expect((await check(second)).problems).toEqual([]);
    await second.stop();
  });
});

describe('a terminal that is stuck', () => {
  const at = freshHost();

  it('does not slow another: half a frame, answers that nobody reads, an answer that takes long', async () => {
    const half = await bareSocket(at.host.port);
    half.write(Buffer.from('0100600003', 'hex'));
    const deaf = await bareSocket(at.host.port);
    deaf.pause();
    const echo = at.terminal.plainFrame('0820', '301');
    const framed = Buffer.concat([Buffer.from([echo.length >> 8, echo.length & 0xff]), echo]);
    for (let count = 0; count < 2_000; count += 1) deaf.write(framed);
    at.host.faults.replace([{ kind: 'delay', amountMinor: 99, delayMs: 4_000, times: 1 }]);
    const slow = await RawTerminal.signedOn(at.host, at.masterKey);
    slow.skipTo(1_000);
    slow.connection.send(slow.purchaseFrame(99));
    let isSlowAnswered = false;
    const slowAnswer = slow.connection.receive(20_000).then(() => {
      isSlowAnswered = true;
    });
    for (let count = 0; count < 20; count += 1) expect((await at.terminal.purchase(1)).fields[39]).toBe('00');
    expect(isSlowAnswered).toBe(false);
    await slowAnswer;
    for (const socket of [half, deaf]) socket.destroy();
    slow.connection.close();
  });
});
