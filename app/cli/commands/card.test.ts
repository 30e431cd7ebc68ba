import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from './card.ts';

/** The other side of a virtual slot, as the vpcd driver speaks. */
class FakeVpcd {
  readonly server: Server = createServer();
  #socket: Socket | undefined;

  async listen(): Promise<number> {
    this.server.on('connection', (socket) => {
      this.#socket = socket;
    });
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    // A TCP server has an address with a port.
    return (this.server.address() as AddressInfo).port;
  }

  async say(...bytes: number[]): Promise<string> {
    const socket = this.#socket;
    if (socket === undefined) throw new Error('no card is in');
    const frame = Buffer.from([bytes.length >> 8, bytes.length & 0xff, ...bytes]);
    // Byte by byte: frames may come in any pieces.
    for (const byte of frame) socket.write(Buffer.of(byte));
    const [answer] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    return Buffer.isBuffer(answer) ? answer.toString('hex').toUpperCase() : 'gone';
  }

  control(byte: number): void {
    this.#socket?.write(Buffer.of(0, 1, byte));
  }
}

const SELECT = [0x00, 0xa4, 0x00, 0x00, 0x02, 0x3f, 0x01];
const BALANCE = [0x80, 0x5c, 0x00, 0x02, 0x04];

describe('holdfast card', () => {
  let folder: string;
  let vpcd: FakeVpcd;
  let port: number;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-card-'));
    vpcd = new FakeVpcd();
    port = await vpcd.listen();
  });

  afterEach(() => {
    vpcd.server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function start(...args: string[]) {
    const stdin = new PassThrough();
    const stdout = new PassThrough({ encoding: 'utf8' });
    const stderr = new PassThrough({ encoding: 'utf8' });
    const done = run([...args, '--port', String(port)], { stdin, stdout, stderr });
    return {
      isIn: () => once(stdout, 'data'),
      takeOut: async () => {
        stdin.end();
        return done;
      },
      done,
      stderr,
    };
  }

  it('puts a card with a balance into a virtual slot, and its memory into the file', async () => {
    const file = join(folder, 'card.json');
    const card = start(file, '--number', '7', '--balance', '12.34');
    const [line] = await card.isIn();
    expect(line).toMatch(/^purse card 00001000751200000007, 12\.34: in at 127\.0\.0\.1:/);
    expect(await vpcd.say(4)).toBe('00063B82014846' + '8D');
    expect(await vpcd.say(...SELECT)).toMatch(/9000$/);
    expect(await vpcd.say(...BALANCE)).toBe('0006000004D29000');
    vpcd.control(2);
    expect(await vpcd.say(...BALANCE)).toBe('00026985');
    expect(await card.takeOut()).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ balanceMinor: 1_234 });
  });

  it('goes on with the memory that is there, and is torn away when it was told to be', async () => {
    const file = join(folder, 'card.json');
    const first = start(file, '--balance', '5.00');
    await first.isIn();
    await first.takeOut();
    const second = start(file, '--balance', '99.00', '--tear', '5C:mid-answer');
    const [line] = await second.isIn();
    expect(line).toContain(', 5.00');
    await vpcd.say(...SELECT);
    // The length of six bytes, and three of them.
    expect(await vpcd.say(...BALANCE)).toBe('0006000001');
    expect(await second.done).toBe(0);
  });

  it('puts in a PSAM', async () => {
    const psam = start(join(folder, 'psam.json'), '--psam', '--number', '3');
    const [line] = await psam.isIn();
    expect(line).toMatch(/^PSAM of terminal 310000000003: in at/);
    expect(await vpcd.say(0x00, 0xb0, 0x96, 0x00, 0x06)).toBe('00083100000000039000');
    await psam.takeOut();
  });

  it('ends with 1 when nobody listens or the file is none of its own', async () => {
    const file = join(folder, 'other.json');
    writeFileSync(file, '{"balance":1}');
    const other = start(file);
    expect(await other.done).toBe(1);
    expect(other.stderr.read()).toBe(`holdfast card: ${file} is not the memory of such a card\n`);
    vpcd.server.close();
    await once(vpcd.server, 'close');
    const alone = start(join(folder, 'card.json'));
    expect(await alone.done).toBe(1);
    expect(alone.stderr.read()).toContain(`no vpcd at 127.0.0.1:${port}`);
  });

  it.each([
    [[]],
    [['a', 'b']],
    [['a', '--number', '100000000']],
    [['a', '--balance', '42949672.96']],
    [['a', '--tear', '54']],
    [['a', '--tear', '54:someday']],
    [['a', '--sim']],
  ])('answers %j in one line with exit 2', async (args) => {
    const command = start(...args);
    expect(await command.done).toBe(2);
    expect(command.stderr.read()).toMatch(/^holdfast card: .+\n$/);
  });
});
