import { beforeEach, expect, it } from 'vitest';
import { seededRandom } from '../../host-sim/keys/random.ts';
import { HostCore } from '../../host-sim/server/host-core.ts';
import { readAnswer } from './raw-frames.ts';
import { freshHost, n12 } from './test-host.ts';

const at = freshHost();
let core: HostCore;

beforeEach(() => {
  const { clock, services, store } = at.host;
  core = new HostCore({ store, services, clock });
});

it('a message with any one byte changed is refused, ignored or a repeat, and moves no money', async () => {
  const frame = at.terminal.purchaseFrame(20_00);
  for (let at = 0; at < frame.length; at += 1) {
    const changed = Buffer.from(frame);
    changed[at] = (changed[at] ?? 0) ^ 0x11;
    const received = await core.receive(changed);
    expect(received.kind, `byte ${at}`).not.toBe('failed');
    // TPDU and header are not under the MAC: only there may a change still be approved.
    if (at >= 11 && 'answer' in received && received.answer) {
      expect(readAnswer(Buffer.from(received.answer)).fields[39], `byte ${at}`).not.toBe('00');
    }
  }
  const sold = await at.host.store.transaction((tx) =>
    tx.all(`SELECT 1 AS one FROM transactions WHERE state = 'approved'`),
  );
  expect(sold).toHaveLength(1);
});

it('a message cut short anywhere is refused or ignored', async () => {
  const frame = at.terminal.purchaseFrame(20_00);
  for (let length = 1; length < frame.length; length += 1) {
    const received = await core.receive(frame.subarray(0, length));
    expect(['format-error', 'unreadable'], `${length} bytes`).toContain(received.kind);
  }
  expect((await at.terminal.purchase(1)).fields[54]).toBe(`0002156C${n12(4000_00 - 1)}`);
});

it('random bytes never make the host fail', async () => {
  const random = seededRandom(1, 1);
  for (let count = 0; count < 2_000; count += 1) {
    const [length = 0] = random.bytes(1);
    const received = await core.receive(
      Buffer.concat([Buffer.from('6000030000603100310000', 'hex'), random.bytes(length + 1)]),
    );
    expect(received.kind).not.toBe('failed');
  }
});
