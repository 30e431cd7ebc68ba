import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { CORE_LOST_CHANNEL, PORT_CHANNEL, PORT_WANTED_CHANNEL } from '../main/port-exchange.ts';
import { PORT_MESSAGE_KIND, PORT_WANTED_KIND } from '../renderer/transport/message-port-channel.ts';
import { wirePreload } from './hand-over.ts';

function preload() {
  const sent: string[] = [];
  const posted: unknown[][] = [];
  const ipc = Object.assign(new EventEmitter(), { send: (channel: string) => void sent.push(channel) });
  const page = new EventTarget();
  const window = Object.assign(page, {
    location: { origin: 'app://holdfast' },
    postMessage: (...message: unknown[]) => void posted.push(message),
  });
  wirePreload(ipc, window);
  const say = (data: unknown, source: unknown = page) =>
    page.dispatchEvent(Object.assign(new Event('message'), { data, source }));
  return { ipc, sent, posted, say };
}

describe('the preload script', () => {
  it('carries the wish of the screens for a port to main', () => {
    const { say, sent } = preload();
    say({ kind: PORT_WANTED_KIND });
    expect(sent).toEqual([PORT_WANTED_CHANNEL]);
  });

  it('carries the port to the page and to no other origin', () => {
    const { ipc, posted } = preload();
    const { port1 } = new MessageChannel();
    ipc.emit(PORT_CHANNEL, { ports: [port1] });
    expect(posted).toEqual([[{ kind: PORT_MESSAGE_KIND }, 'app://holdfast', [port1]]]);
  });

  it('tells the page that the core is lost', () => {
    const { ipc, posted } = preload();
    ipc.emit(CORE_LOST_CHANNEL, { ports: [] });
    expect(posted).toEqual([[{ kind: CORE_LOST_CHANNEL }, 'app://holdfast']]);
  });

  it('ignores messages of other windows and other messages', () => {
    const { say, sent } = preload();
    say({ kind: PORT_WANTED_KIND }, {});
    say({ kind: 'something' });
    say(null);
    expect(sent).toEqual([]);
  });
});
