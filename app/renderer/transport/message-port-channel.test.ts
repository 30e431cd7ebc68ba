import { createORPCClient } from '@orpc/client';
import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract } from '../../../terminal-core/api/contract.ts';
import type { Channel } from './channel.ts';
import type { CoreClient } from './core-link.ts';
import {
  CORE_LOST_KIND,
  MessagePortSource,
  PORT_MESSAGE_KIND,
  PORT_WANTED_KIND,
} from './message-port-channel.ts';

/** A window that only passes messages on. */
class FakeWindow extends EventTarget {
  readonly location = { origin: 'app://till' };
  readonly posted: unknown[] = [];

  postMessage(message: unknown): void {
    this.posted.push(message);
  }

  receive(data: unknown, options: { readonly port?: MessagePort; readonly source?: unknown } = {}): void {
    const { port, source = this } = options;
    const ports = port === undefined ? [] : [port];
    this.dispatchEvent(Object.assign(new Event('message'), { data, ports, source }));
  }
}

describe('the port of the Electron shell', () => {
  let window: FakeWindow;
  let source: MessagePortSource;
  let ports: MessagePort[];

  beforeEach(() => {
    window = new FakeWindow();
    source = new MessagePortSource(window);
    ports = [];
  });
  afterEach(() => {
    for (const port of ports) port.close();
  });

  /** A core whose catalogue version is its name; returns the end for the page. */
  function core(name: string): MessagePort {
    const { port1, port2 } = new MessageChannel();
    const os = implement(contract);
    const version = os.catalogue.version.handler(() => ({ version: name, count: 0 }));
    new RPCHandler({ catalogue: { version } }).upgrade(port1);
    port1.start();
    ports.push(port1, port2);
    return port2;
  }

  async function nameBehind({ link }: Channel): Promise<string> {
    const client: CoreClient = createORPCClient(link);
    return (await client.catalogue.version()).version;
  }

  it('asks for a port and talks through the one it is given', async () => {
    const opening = source.open();
    expect(window.posted).toEqual([{ kind: PORT_WANTED_KIND }]);
    window.receive({ kind: PORT_MESSAGE_KIND }, { port: core('first') });
    expect(await nameBehind(await opening)).toBe('first');
  });

  it('uses a port that came before it asked', async () => {
    window.receive({ kind: PORT_MESSAGE_KIND }, { port: core('early') });
    expect(await nameBehind(await source.open())).toBe('early');
    expect(window.posted).toEqual([]);
  });

  it('drops the old channel when a new core brings a new port', async () => {
    window.receive({ kind: PORT_MESSAGE_KIND }, { port: core('first') });
    const first = await source.open();
    window.receive({ kind: PORT_MESSAGE_KIND }, { port: core('second') });
    await first.closed;
    expect(await nameBehind(await source.open())).toBe('second');
  });

  it('ends the channel when the shell says that the core is lost', async () => {
    window.receive({ kind: PORT_MESSAGE_KIND }, { port: core('first') });
    const first = await source.open();
    window.receive({ kind: CORE_LOST_KIND });
    await first.closed;
  });

  it('takes no port from another window and none without the right word', async () => {
    window.receive({ kind: PORT_MESSAGE_KIND }, { port: core('stranger'), source: new FakeWindow() });
    window.receive({ kind: 'something-else' }, { port: core('stranger') });
    const opening = source.open();
    window.receive({ kind: PORT_MESSAGE_KIND }, { port: core('ours') });
    expect(await nameBehind(await opening)).toBe('ours');
  });
});
