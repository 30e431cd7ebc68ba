import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { electronExecutable } from '../../app/cli/electron-runtime.ts';
import type { contract } from '../../terminal-core/api/contract.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'app', 'cli', 'main.ts');

interface Till {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly said: { stdout: string; stderr: string };
  readonly ended: Promise<number | null>;
}

describe('holdfast till', () => {
  let folder: string;
  const tills: Till[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-till-test-'));
  });

  afterEach(async () => {
    for (const { child, ended } of tills.splice(0)) {
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(folder, { recursive: true, maxRetries: 10, retryDelay: 100 });
  });

  function till(...args: string[]): Till {
    const child = spawn(process.execPath, [MAIN, 'till', '--shell', 'none', '--data', folder, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const said = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      said.stdout += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      said.stderr += String(chunk);
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    tills.push({ child, said, ended });
    return { child, said, ended };
  }

  /** @returns its address, when it has said that it is up. */
  async function address({ said, ended }: Till): Promise<URL> {
    let over = false;
    void ended.then(() => {
      over = true;
    });
    while (!said.stdout.includes('Ctrl-C closes the till.')) {
      if (over) throw new Error(`the till ended: ${said.stderr}`);
      await sleep(50);
    }
    const [url] = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(said.stdout) ?? [];
    return new URL(url ?? '');
  }

  async function connect(
    url: URL,
  ): Promise<{ api: ContractRouterClient<typeof contract>; close: () => void }> {
    const socket = new WebSocket(`ws://${url.host}/rpc${url.search}`, { headers: { Origin: url.origin } });
    await once(socket, 'open');
    // The ws package's socket is the browser's to oRPC, but its types differ in the events that oRPC does not use.
    const websocket = socket as unknown as ConstructorParameters<typeof RPCLink>[0]['websocket'];
    return { api: createORPCClient(new RPCLink({ websocket })), close: () => socket.close() };
  }

  it('brings a whole demo: page, host, operators, catalogue; and closes in order', async () => {
    const demo = till('--demo', '--port', '0');
    const url = await address(demo);
    expect((await fetch(url)).status).toBe(200);
    expect(demo.said.stdout).toMatch(/1001 \/ 1001 {3}cashier/);
    expect(demo.said.stdout).toMatch(/8890121000010074 +1280\.00 +PIN 123456/);

    const { api, close } = await connect(url);
    expect((await api.catalogue.version()).count).toBeGreaterThanOrEqual(72);
    const signedOn = await api.operator.signOn({ operatorCode: '1001', password: '1001' });
    expect(signedOn).toMatchObject({ kind: 'signed-on', operator: { role: 'cashier' } });
    expect(await api.terminal.signOn()).toMatchObject({ kind: 'done' });
    expect(await api.status.get()).toMatchObject({ demo: true, mode: 'online', terminalId: '10000001' });
    close();

    demo.child.kill('SIGINT');
    expect(await demo.ended).toBe(0);
    expect(demo.said.stderr).toContain('closing the till');
  });

  it('goes on with the same terminal and host when it is started again', async () => {
    const first = till('--demo', '--port', '0');
    const before = await connect(await address(first));
    await before.api.operator.signOn({ operatorCode: '1001', password: '1001' });
    await before.api.terminal.signOn();
    const { batchNumber } = await before.api.status.get();
    const [sold] = (await before.api.catalogue.page({ limit: 1 })).products;
    const lines = [{ sku: sold?.sku ?? '', quantity: 1 }];
    const totalMinor = sold?.priceMinor ?? 0;
    const paid = await before.api.sale.payCash({
      saleId: 'sale-0001',
      lines,
      totalMinor,
      receivedMinor: totalMinor,
    });
    expect(paid.kind).toBe('approved');
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);

    const second = till('--demo', '--port', '0');
    const after = await connect(await address(second));
    expect((await after.api.status.get()).batchNumber).toBe(batchNumber);
    expect(await after.api.transactions.list({ limit: 10 })).toHaveLength(1);
    await after.api.operator.signOn({ operatorCode: '1001', password: '1001' });
    expect(await after.api.terminal.signOn()).toMatchObject({ kind: 'done' });
  });

  it('sells by card while the network is cut, and delivers when it is whole again', async () => {
    const demo = till('--demo', '--port', '0');
    const { api } = await connect(await address(demo));
    await api.operator.signOn({ operatorCode: '1001', password: '1001' });
    await api.terminal.signOn();
    const [sold] = (await api.catalogue.page({ limit: 1 })).products;
    const lines = [{ sku: sold?.sku ?? '', quantity: 1 }];
    const totalMinor = sold?.priceMinor ?? 0;
    const card = await api.devices.enterCard({
      text: ';8890121000010074=29121010000000000?',
      entryMode: 'magnetic',
    });
    if (card.kind === 'refused') throw new Error(card.text.en);

    demo.child.stdin.write('cut\n');
    await until(async () => (await api.status.get()).mode === 'offline');
    const paid = await api.sale.payCard({ saleId: 'sale-0001', lines, totalMinor, cardRef: card.cardRef });
    expect(paid).toMatchObject({ kind: 'approved', mode: 'offline' });
    expect((await api.status.get()).unsent.count).toBe(1);

    demo.child.stdin.write('heal\n');
    await until(async () => (await api.status.get()).unsent.count === 0);
    demo.child.stdin.write('dance\n');
    await until(async () =>
      demo.said.stderr.includes(
        '"dance" is not a command here; type cut, heal, lose, purse N, pull, tear and Enter',
      ),
    );
    demo.child.kill('SIGTERM');
    expect(await demo.ended).toBe(0);
  });

  it('takes purse cards that are put in by typing, and finds out about one that was torn away', async () => {
    const demo = till('--demo', '--port', '0');
    const { api } = await connect(await address(demo));
    expect(demo.said.stdout).toMatch(/purse 1 +100\.00 +PIN 123456 +Purse One/);
    await api.operator.signOn({ operatorCode: '1001', password: '1001' });
    await api.terminal.signOn();
    const [sold] = (await api.catalogue.page({ limit: 1 })).products;
    const lines = [{ sku: sold?.sku ?? '', quantity: 1 }];
    const totalMinor = sold?.priceMinor ?? 0;

    demo.child.stdin.write('purse 1\n');
    await until(async () => (await api.purse.balance()).kind === 'purse');
    const purse = await api.purse.balance();
    if (purse.kind === 'refused') throw new Error(purse.text.en);
    expect(purse.balanceMinor).toBe(100_00);
    demo.child.stdin.write('tear\n');
    await until(async () => demo.said.stderr.includes('is pulled away before it answers'));
    const torn = await api.purse.pay({ saleId: 'sale-0001', lines, totalMinor, purseRef: purse.purseRef });
    expect(torn.kind).toBe('card-in-doubt');

    demo.child.stdin.write('purse 1\n');
    await until(async () => (await api.status.get()).purse?.doubts.length === 0);
    const again = await api.purse.pay({ saleId: 'sale-0001', lines, totalMinor, purseRef: purse.purseRef });
    expect(again).toMatchObject({ kind: 'approved', balanceMinor: 100_00 - totalMinor });
    await until(async () => (await api.status.get()).unsent.count === 0);
    demo.child.kill('SIGTERM');
    expect(await demo.ended).toBe(0);
  });

  it('takes its host with it when it is killed', async () => {
    const demo = till('--demo', '--port', '0');
    await address(demo);
    const hostPort = Number(/host +127\.0\.0\.1:(\d+) \(simulator\)/.exec(demo.said.stdout)?.[1]);
    demo.child.kill('SIGKILL');
    await demo.ended;
    const deadlineMs = Date.now() + 10_000;
    while (await isFree(hostPort).then((free) => !free)) {
      if (Date.now() > deadlineMs) throw new Error('the host simulator outlived its till');
      await sleep(100);
    }
  });

  it('says which port is taken and what to do', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const blocked = till('--demo', '--port', String(port));
    expect(await blocked.ended).toBe(1);
    expect(blocked.said.stderr).toMatch(new RegExp(`port ${port} is in use by another program.*--port`));
    other.close();
  });

  it('refuses a second till on the same data folder, which goes on undisturbed', async () => {
    const first = till('--demo', '--port', '0');
    const url = await address(first);
    const second = till('--demo', '--port', '0');
    expect(await second.ended).toBe(1);
    expect(second.said.stderr.trim().split('\n').at(-1)).toMatch(/^holdfast till: .*journal\.sqlite/);
    const { api } = await connect(url);
    await api.operator.signOn({ operatorCode: '1001', password: '1001' });
    expect(await api.terminal.signOn()).toMatchObject({ kind: 'done' });
  });

  it('says what a till that is not a demo lacks', async () => {
    const bare = till();
    expect(await bare.ended).toBe(1);
    expect(bare.said.stderr).toMatch(
      /^holdfast till: .* is not set up yet: take --demo, or .*--provisioning FILE --catalogue FILE --operators FILE/,
    );
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(join(folder, 'journal.sqlite-head'), '');
    const lost = till();
    expect(await lost.ended).toBe(1);
    expect(lost.said.stderr).not.toContain('not set up yet');
  });

  it('answers bad arguments in one line with exit 2', async () => {
    const wrong = till('--port', 'high');
    expect(await wrong.ended).toBe(2);
    expect(wrong.said).toEqual({
      stdout: '',
      stderr: 'holdfast till: --port is a number from 0 to 65535, not high\n',
    });
  });

  it.skipIf(electronExecutable().kind === 'found')(
    'says that there is no Electron when it is asked for',
    async () => {
      const asked = till('--shell', 'electron');
      expect(await asked.ended).toBe(1);
      expect(asked.said.stderr).toMatch(/--shell electron: .*; --shell browser needs none/);
    },
  );
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadlineMs) throw new Error('waited a minute for nothing');
    await sleep(100);
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
