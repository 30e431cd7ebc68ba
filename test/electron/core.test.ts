import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { afterAll, describe, expect, it } from 'vitest';
import { HostDriver } from '../../app/cli/day/host-driver.ts';
import type { contract } from '../../terminal-core/api/contract.ts';
import { serveCore } from '../../terminal-core/runtime/electron-core.ts';

const DATA = fileURLToPath(new URL('../data/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'holdfast-core-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The shell's end: messages go in by `say`, the core's answers come out of `heard`. */
class Shell extends EventEmitter {
  readonly #heard: unknown[] = [];
  readonly ended: Promise<void>;

  constructor() {
    super();
    this.ended = new Promise((resolve) => serveCore(this, resolve));
  }

  postMessage(message: unknown): void {
    this.#heard.push(message);
    this.emit('heard');
  }

  say(data: unknown, ports: readonly unknown[] = []): void {
    this.emit('message', { data, ports });
  }

  async heard(): Promise<unknown> {
    if (this.#heard.length === 0) await new Promise((resolve) => this.once('heard', resolve));
    return this.#heard.shift();
  }
}

function startMessage(more: object = {}): object {
  return {
    kind: 'start',
    dataDir: join(folder, 'terminal'),
    sealKeyBase64: Buffer.alloc(32, 7).toString('base64'),
    // Nobody listens there: the till starts offline.
    host: { host: '127.0.0.1', port: 1 },
    catalogueFile: join(DATA, 'catalogue.csv'),
    operatorsFile: join(DATA, 'operators.json'),
    demo: false,
    ...more,
  };
}

describe('the core of the Electron shell', () => {
  it('says why it does not start, in both languages', async () => {
    const shell = new Shell();
    shell.say(startMessage());
    expect(await shell.heard()).toMatchObject({
      kind: 'refused',
      message: { en: expect.stringContaining('provisioned') },
    });
    shell.say(startMessage({ provisioningFile: join(folder, 'nothing.json') }));
    expect(await shell.heard()).toMatchObject({
      kind: 'refused',
      detail: expect.stringContaining('nothing.json'),
    });
  });

  it('starts, serves the till’s contract over the port of a window, and stops', async () => {
    const host = new HostDriver({ folder, seed: 1 });
    await host.prepare({
      folder,
      cardsFile: join(DATA, 'cards.csv'),
      terminalId: '10000001',
      merchantId: '105331051320001',
    });
    const shell = new Shell();
    shell.say('nonsense');
    shell.say(startMessage({ provisioningFile: join(folder, 'provisioning.json') }));
    expect(await shell.heard()).toEqual({ kind: 'started' });

    const { port1, port2 } = new MessageChannel();
    shell.say({ kind: 'port' }, [port2]);
    const client: ContractRouterClient<typeof contract> = createORPCClient(new RPCLink({ port: port1 }));
    port1.start();
    expect(await client.status.get()).toMatchObject({ terminalId: '10000001', mode: 'offline' });
    expect(await client.operator.signOn({ operatorCode: '1001', password: '1001' })).toMatchObject({
      kind: 'signed-on',
    });
    port1.close();
    shell.say({ kind: 'stop' });
    await shell.ended;
  });
});
