import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TerminalProvisioning } from '../../terminal-core/domain/provisioning.ts';
import { endHost, hostCommand, serveHost } from './host-process.ts';
import { RawConnection } from './raw-frames.ts';
import { masterKeyOf } from './raw-terminal.ts';
import { BEARER_PAN, CARDS, MERCHANT_ID, RawTerminal, TERMINAL_ID } from './test-host.ts';

let folder: string;
let db: string;
let provisioning: TerminalProvisioning;

const command = (...args: readonly string[]) => hostCommand({ file: db }, ...args);
const serve = (...args: readonly string[]) => serveHost({ file: db }, ...args);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'host-process-'));
  db = join(folder, 'host.db');
  const cards = join(folder, 'cards.csv');
  writeFileSync(cards, CARDS);
  const out = join(folder, 'terminal.json');
  expect(await command('cards', 'load', cards, '--demo', '--seed', '1')).toMatchObject({ exitCode: 0 });
  expect(
    await command('terminals', 'create', TERMINAL_ID, '--merchant', MERCHANT_ID, '--out', out),
  ).toMatchObject({ exitCode: 0 });
  provisioning = JSON.parse(readFileSync(out, 'utf8'));
}, 30_000);

afterAll(() => rmSync(folder, { recursive: true }));

describe('holdfast host', () => {
  it('serves, stops in good order at SIGTERM, and audits', async () => {
    const { child, port } = await serve();
    const terminal = new RawTerminal(await RawConnection.open(port), masterKeyOf(provisioning));
    expect((await terminal.signOn()).fields[39]).toBe('00');
    expect((await terminal.purchase(1_00)).fields[39]).toBe('00');
    terminal.connection.close();
    expect(await endHost(child, 'SIGTERM')).toBe(0);
    const report = await command('check', '--json');
    expect(report.exitCode).toBe(0);
    expect(JSON.parse(report.stdout)).toMatchObject({ ok: true, cards: 8, problems: [] });
  }, 30_000);

  it('says what to do when the port is in use', async () => {
    const { child, port } = await serve();
    const second = await command('serve', '--port', String(port));
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toMatch(/in use.*another port/);
    await endHost(child, 'SIGTERM');
  }, 30_000);

  it('exits 2 with one line for a bad argument', async () => {
    for (const args of [['nonsense'], ['cards', 'dance'], ['serve', '--port', 'x'], ['check', '--nope']]) {
      const { exitCode, stderr } = await command(...args);
      expect(exitCode).toBe(2);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
  }, 30_000);

  it('exits 1 and names the problem when the ledger was tampered with', async () => {
    const { default: Database } = await import('better-sqlite3');
    const database = new Database(db);
    database.exec(
      'UPDATE ledger_entries SET amount_minor = amount_minor + 1 WHERE posting_id = 1 AND line = 1',
    );
    const report = await command('check');
    database.exec(
      'UPDATE ledger_entries SET amount_minor = amount_minor - 1 WHERE posting_id = 1 AND line = 1',
    );
    database.close();
    expect(report.exitCode).toBe(1);
    expect(report.stdout).toContain('posting 1 does not balance');
  }, 30_000);

  it('keeps no clear card number, PIN or key in its database', () => {
    const bytes = Buffer.concat(
      [db, `${db}-wal`].map((file) => {
        try {
          return readFileSync(file);
        } catch {
          return Buffer.alloc(0);
        }
      }),
    );
    expect(bytes.length).toBeGreaterThan(10_000);
    expect(bytes.includes('6228880000000001')).toBe(false);
    expect(bytes.includes(Buffer.from('6228880000000001', 'hex'))).toBe(false);
    expect(bytes.includes('123456')).toBe(false);
    expect(bytes.includes(masterKeyOf(provisioning))).toBe(false);
  });
});

describe('two host processes on one database', () => {
  it('book the same message once, and two debits never overdraw', async () => {
    const hosts = [await serve(), await serve()];
    const [first, second] = hosts;
    if (!first || !second) throw new Error('two hosts are needed');
    const terminal = new RawTerminal(await RawConnection.open(first.port), masterKeyOf(provisioning));
    await terminal.signOn();
    terminal.skipTo(900_000);
    const other = await RawConnection.open(second.port);
    // BEARER_PAN holds 100.00: of forty sales of 4.00, twenty-five fit, whichever host they go to.
    let approved = 0;
    for (let count = 0; count < 40; count += 1) {
      const frame = terminal.purchaseFrame(4_00, { 2: BEARER_PAN });
      const [here, there] = await Promise.all([terminal.connection.ask(frame), other.ask(frame)]);
      expect(there.bytes).toEqual(here.bytes);
      if (here.fields[39] === '00') approved += 1;
      else expect(here.fields[39]).toBe('51');
    }
    expect(approved).toBe(25);
    terminal.connection.close();
    other.close();
    for (const { child } of hosts) await endHost(child, 'SIGTERM');
    expect(JSON.parse((await command('check', '--json')).stdout)).toMatchObject({ ok: true });
  }, 60_000);
});
