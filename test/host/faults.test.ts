import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { faults as faultsCommand } from '../../app/cli/host/faults.ts';
import type { FaultRule } from '../../host-sim/faults/fault.ts';
import { query, reverseSale } from './conformance/messages.ts';
import { macIsRight, RawConnection, readAnswer } from './raw-frames.ts';
import { freshHost, n12, PAN, RawTerminal, START_MS } from './test-host.ts';

const at = freshHost();

async function faults(rules: readonly FaultRule[]): Promise<void> {
  expect((await admin('POST', '/faults', rules)).status).toBe(200);
}

async function admin(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`http://127.0.0.1:${at.host.admin?.port}${path}`, {
    method,
    headers: { authorization: `Bearer ${at.host.admin?.token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

/** What the card has left by the next sale of one fen, which also shows that the host goes on. */
async function leftAfterOneFen(): Promise<string | undefined> {
  return (await at.terminal.purchase(1)).fields[54];
}

describe('faults on demand', () => {
  it('decline with a code and book nothing', async () => {
    await faults([{ kind: 'decline', responseCode: '91', times: 1 }]);
    expect((await at.terminal.purchase(20_00)).fields[39]).toBe('91');
    expect(await leftAfterOneFen()).toBe(`0002156C${n12(4000_00 - 1)}`);
  });

  it('that tell a message to come again leave it new: the same message is decided anew', async () => {
    const frame = at.terminal.purchaseFrame(20_00);
    for (const responseCode of ['91', 'A0', '98']) {
      await faults([{ kind: 'decline', responseCode, times: 1 }]);
      expect((await at.terminal.connection.ask(frame)).fields[39]).toBe(responseCode);
    }
    expect((await at.terminal.connection.ask(frame)).fields[39]).toBe('00');
  });

  it('that decline for good decline a repeat the same', async () => {
    await faults([{ kind: 'decline', responseCode: '05', times: 1 }]);
    const frame = at.terminal.purchaseFrame(20_00);
    const first = await at.terminal.connection.ask(frame);
    expect(first.fields[39]).toBe('05');
    expect((await at.terminal.connection.ask(frame)).bytes).toEqual(first.bytes);
  });

  it('lose the request before it is booked', async () => {
    await faults([{ kind: 'no-answer-before-booking', times: 1 }]);
    at.terminal.connection.send(at.terminal.purchaseFrame(20_00));
    expect(await at.terminal.connection.receive(100)).toBeUndefined();
    expect(await leftAfterOneFen()).toBe(`0002156C${n12(4000_00 - 1)}`);
  });

  it('lose the answer after it is booked; the repeat gets it', async () => {
    await faults([{ kind: 'no-answer-after-booking', times: 1 }]);
    const frame = at.terminal.purchaseFrame(20_00);
    at.terminal.connection.send(frame);
    expect(await at.terminal.connection.receive(100)).toBeUndefined();
    expect((await at.terminal.connection.ask(frame)).fields).toMatchObject({
      39: '00',
      54: `0002156C${n12(3980_00)}`,
    });
  });

  it('answer late', async () => {
    await faults([{ kind: 'delay', delayMs: 80, times: 1 }]);
    at.terminal.connection.send(at.terminal.purchaseFrame(20_00));
    expect(await at.terminal.connection.receive(30)).toBeUndefined();
    expect(await at.terminal.connection.receive()).toBeDefined();
  });

  it('answer with a wrong MAC and nothing else wrong', async () => {
    await faults([{ kind: 'wrong-mac', times: 1 }]);
    const answer = await at.terminal.purchase(20_00);
    expect(answer.fields[39]).toBe('00');
    expect(macIsRight(answer.bytes, at.terminal.macKey)).toBe(false);
  });

  it('answer twice', async () => {
    await faults([{ kind: 'duplicate-answer', times: 1 }]);
    const first = await at.terminal.purchase(20_00);
    expect(await at.terminal.connection.receive()).toEqual(first.bytes);
  });

  it('answer under the number of another request, with a MAC that does not hold for it', async () => {
    await faults([{ kind: 'wrong-answer', times: 1 }]);
    const answer = await at.terminal.purchase(20_00);
    expect(answer.fields[11]).toBe('000003');
    expect(macIsRight(answer.bytes, at.terminal.macKey)).toBe(false);
  });

  it('come as named scenarios too', async () => {
    expect((await admin('POST', '/faults', { scenario: 'issuer-down' })).status).toBe(200);
    expect((await at.terminal.purchase(20_00)).fields[39]).toBe('91');
    expect((await admin('POST', '/faults', { scenario: 'no-such' })).status).toBe(400);
    expect(Object.keys(Object((await admin('GET', '/scenarios')).body))).toContain('lost-answer');
  });

  it('close in the middle of an answer', async () => {
    await faults([{ kind: 'close-in-the-middle', times: 1 }]);
    at.terminal.connection.send(at.terminal.purchaseFrame(20_00));
    expect(await at.terminal.connection.receive()).toBeUndefined();
    at.terminal = await RawTerminal.signedOn(at.host, at.masterKey);
    const balances = await at.host.store.transaction((tx) =>
      tx.all<{ balance: number }>(
        `SELECT balance_minor AS balance FROM ledger_accounts WHERE kind = 'merchant'`,
      ),
    );
    expect(balances).toEqual([{ balance: 20_00 }]);
  });

  it('drip an answer slowly, whole in the end', async () => {
    await faults([{ kind: 'slow-drip', delayMs: 1, times: 1 }]);
    expect((await at.terminal.purchase(20_00)).fields[39]).toBe('00');
  });

  it('ask in the header for a new sign-on', async () => {
    await faults([{ kind: 'processing-request', processingRequest: 3, times: 1 }]);
    expect((await at.terminal.purchase(20_00)).header[5]).toBe('3');
  });

  it('say that a balanced batch is not', async () => {
    await faults([{ kind: 'unbalanced-settlement', mti: '0500' }]);
    const answer = await at.terminal.connection.ask(
      at.terminal.settlementFrame({ debits: [0, 0], credits: [0, 0] }),
    );
    expect(answer.fields[48]?.[30]).toBe('2');
  });

  it('approve a part, where the terminal says that it can take one', async () => {
    await faults([{ kind: 'partial-approval', approveMinor: 7_00 }]);
    const partial = { 60: `22${at.terminal.batchNumber}000601` };
    const answer = await at.terminal.purchase(20_00, partial);
    expect(answer.fields).toMatchObject({ 4: n12(7_00), 39: '10', 54: `0002156C${n12(4000_00 - 7_00)}` });
    const found = await query(at.terminal, answer.fields[11] ?? '');
    expect(found.fields).toMatchObject({ 4: n12(7_00), 39: '10' });
    expect((await at.terminal.purchase(20_00)).fields[39]).toBe('51');
    expect((await at.terminal.purchase(6_00, partial)).fields).toMatchObject({ 4: n12(6_00), 39: '00' });
    const settled = await at.terminal.settle({ debits: [2, 13_00], credits: [0, 0] });
    expect(settled.fields[48]?.[30]).toBe('1');
  });

  it.each([20_00, 10_00])(
    'approve half, and the reversal that names %i takes back that half',
    async (amountMinor) => {
      await faults([{ kind: 'partial-approval', times: 1 }]);
      const answer = await at.terminal.purchase(20_00, { 60: `22${at.terminal.batchNumber}000601` });
      expect(answer.fields).toMatchObject({ 4: n12(10_00), 39: '10' });
      const reversal = { stan: answer.fields[11] ?? '', amountMinor, pan: PAN };
      expect((await reverseSale(at.terminal, reversal)).fields[39]).toBe('00');
      expect(await leftAfterOneFen()).toBe(`0002156C${n12(4000_00 - 1)}`);
    },
  );

  it('restart the host: booked, not answered, every connection cut, and there again on its port', async () => {
    const other = await RawTerminal.signedOn(at.host, at.masterKey);
    await at.terminal.signOn();
    await faults([{ kind: 'restart', mti: '0200', delayMs: 100, times: 1 }]);
    const frame = at.terminal.purchaseFrame(20_00);
    at.terminal.connection.send(frame);
    expect(await at.terminal.connection.receive()).toBeUndefined();
    expect(await other.connection.receive()).toBeUndefined();
    await expect(RawConnection.open(at.host.port)).rejects.toThrow('ECONNREFUSED');
    const again = await reconnected();
    expect((await again.ask(frame)).fields).toMatchObject({ 39: '00', 54: `0002156C${n12(3980_00)}` });
    again.close();
  });

  it('restart the host before it has booked', async () => {
    await faults([
      { kind: 'no-answer-before-booking', mti: '0200', times: 1 },
      { kind: 'restart', mti: '0200', delayMs: 1, times: 1 },
    ]);
    at.terminal.connection.send(at.terminal.purchaseFrame(20_00));
    expect(await at.terminal.connection.receive()).toBeUndefined();
    (await reconnected()).close();
    at.terminal = await RawTerminal.signedOn(at.host, at.masterKey);
    at.terminal.skipTo(100);
    expect(await leftAfterOneFen()).toBe(`0002156C${n12(4000_00 - 1)}`);
  });

  async function reconnected(): Promise<RawConnection> {
    for (;;) {
      try {
        return await RawConnection.open(at.host.port);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }

  it('are set, listed and cleared at a running host by the command line', async () => {
    const admin = ['--admin-port', String(at.host.admin?.port), '--token', at.host.admin?.token ?? ''];
    const run = async (...args: readonly string[]) => {
      const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
      const exitCode = await faultsCommand([...args, ...admin, '--json'], { stdin, stdout, stderr });
      return { exitCode, rules: JSON.parse(String(stdout.read())) };
    };
    expect(await run('set', 'issuer-down')).toMatchObject({ exitCode: 0, rules: [{ hits: 0 }] });
    expect((await at.terminal.purchase(20_00)).fields[39]).toBe('91');
    expect((await run('list')).rules).toMatchObject([{ rule: { kind: 'decline' }, hits: 1, spent: false }]);
    expect((await run('clear')).rules).toEqual([]);
    expect((await at.terminal.purchase(20_00)).fields[39]).toBe('00');
  });

  it('do not hit what they do not name', async () => {
    await faults([{ kind: 'no-answer-before-booking', cardLast4: '0002' }]);
    expect((await at.terminal.purchase(20_00)).fields[39]).toBe('00');
  });
});

describe('the admin interface', () => {
  it('moves the clock', async () => {
    expect((await admin('POST', '/clock', { advanceMs: 86_400_000 })).body).toEqual({
      nowMs: START_MS + 86_400_000,
    });
    expect((await at.terminal.signOn()).fields[13]).toBe('0311');
  });

  it('shows terminals, batches and open exceptions', async () => {
    const { body } = await admin('GET', '/state');
    expect(body).toMatchObject({
      terminals: [{ terminalId: '80010001', signedOn: true, batchNumber: '000001' }],
      batches: [{ state: 'open' }],
      openExceptions: [],
    });
  });

  it('refuses whoever has no token, another name of the machine, and what it does not know', async () => {
    const url = `http://127.0.0.1:${at.host.admin?.port}/state`;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers: { authorization: 'Bearer x' } })).status).toBe(401);
    expect((await admin('GET', '/nothing')).status).toBe(404);
    expect((await admin('POST', '/clock', { advanceMs: 'soon' })).status).toBe(400);
    expect((await admin('POST', '/faults', [{ kind: 'explode' }])).status).toBe(400);
  });
});

it('answers several terminals at once, each its own', async () => {
  const second = await RawTerminal.signedOn(at.host, at.masterKey);
  await faults([{ kind: 'delay', delayMs: 300, amountMinor: 11 }]);
  at.terminal.connection.send(at.terminal.purchaseFrame(11));
  const startedAt = performance.now();
  await second.connection.ask(second.settlementFrame({ debits: [5, 5], credits: [0, 0] }));
  expect(performance.now() - startedAt).toBeLessThan(250);
  const late = await at.terminal.connection.receive();
  expect(late && readAnswer(late).fields[39]).toBe('00');
  second.connection.close();
});
