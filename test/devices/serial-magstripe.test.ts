import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SerialMagstripe, type SerialMagstripeConfig } from '../../terminal-core/devices/serial-magstripe.ts';
import type { CardRead } from '../../terminal-core/ports/devices.ts';
import { systemPackage } from '../support/require-system-package.ts';
import { PtyPair } from './pty-pair.ts';
import { waitFor } from './wait-for.ts';

const socat = systemPackage('socat');
const PAN = '6217000012344021';
const TRACK1 = `%B${PAN}^PREPAID/CARD^2912520000000000?`;
const TRACK2 = `;${PAN}=29125200000000000?`;

describe.skipIf(socat.kind === 'missing')(`a serial magstripe reader on a real port${socat.note}`, () => {
  let pty: PtyPair;
  let reader: SerialMagstripe;
  let reads: CardRead[];

  async function start(config: Partial<SerialMagstripeConfig> = {}): Promise<void> {
    reader = new SerialMagstripe({
      deviceId: 'reader-1',
      path: pty.path,
      baudRate: 9_600,
      terminator: 'CR',
      reconnect: { firstMs: 20, maxMs: 80 },
      ...config,
    });
    reads = [];
    reader.onCard((read) => reads.push(read));
    await reader.open();
    expect(reader.status().state).toBe('ready');
  }

  async function nextRead(): Promise<CardRead> {
    await waitFor('a read', () => reads.length > 0);
    const read = reads.shift();
    if (!read) throw new Error('no read');
    return read;
  }

  beforeEach(async () => {
    pty = await PtyPair.create();
  });

  afterEach(async () => {
    await reader.close();
    await pty.remove();
  });

  it('gives the card of a swipe, whole or in pieces, and of two swipes in one chunk', async () => {
    await start();
    await pty.send(`${TRACK1}${TRACK2}\r`);
    const read = await nextRead();
    if (read.kind !== 'card') throw new Error(read.problem);
    expect(read.card.pan.reveal()).toBe(PAN);
    expect(read.card).toMatchObject({ entryMode: 'magnetic', track2: TRACK2.slice(1, -1), expiry: '2912' });
    expect(JSON.stringify(read.card.pan)).toBe('"621700******4021"');

    for (const part of [TRACK2.slice(0, 7), TRACK2.slice(7, 20), TRACK2.slice(20), '\r']) {
      await pty.send(part);
      await sleep(15);
    }
    expect((await nextRead()).kind).toBe('card');

    await pty.send(`${TRACK2}\r${TRACK2}\r`);
    expect([(await nextRead()).kind, (await nextRead()).kind]).toEqual(['card', 'card']);
  });

  it('ends a swipe by a pause where each track has a line of its own', async () => {
    await start({ terminator: 'idle', idleMs: 40 });
    await pty.send(`${TRACK1}\r${TRACK2}\r`);
    expect((await nextRead()).kind).toBe('card');
    await sleep(100);
    expect(reads).toEqual([]);
  });

  it('names misreads: an unreadable track, a wrong check character, a card without a number, too much data', async () => {
    await start({ checkCharacter: 'sent' });
    await pty.send(';E?\r');
    await pty.send(';1234567890120=?0\r');
    await pty.send('\u0000\u00ff garbage\r');
    await pty.send(`;${'1'.repeat(300)}?\r`);
    const problems: string[] = [];
    for (let count = 0; count < 4; count += 1) {
      const read = await nextRead();
      problems.push(read.kind === 'misread' ? read.problem : 'card');
    }
    expect(problems).toEqual(['bad-check-character', 'bad-check-character', 'bad-track', 'too-long']);
    await pty.send(';1234567890120=?;\r');
    expect((await nextRead()).kind).toBe('card');
  });

  it('tells of a swipe that stopped in the middle', async () => {
    await start({ idleMs: 60 });
    await pty.send(TRACK2.slice(0, 12));
    expect(await nextRead()).toEqual({ kind: 'misread', deviceId: 'reader-1', problem: 'bad-track' });
  });

  it('comes back after it was unplugged in the middle of a swipe, without half a card', async () => {
    await start();
    await pty.send(TRACK2.slice(0, 12));
    await pty.unplug();
    await waitFor('the error', () => reader.status().state === 'error');
    await pty.plugIn();
    await waitFor('the recovery', () => reader.status().state === 'ready');
    await pty.send(`${TRACK2}\r`);
    expect((await nextRead()).kind).toBe('card');
    expect(reads).toEqual([]);
  });
});
