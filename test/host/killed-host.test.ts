import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { balanceOf, codeOf, saleReversalFrame, voidFrame } from './conformance/messages.ts';
import { endHost, hostCommand, serveHost, VAULT_KEY_HEX } from './host-process.ts';
import {
  PREPARED_BALANCE_MINOR,
  preparedDatabase,
  preparedPan,
  preparedTerminalId,
} from './prepared-database.ts';
import { type RawAnswer, RawConnection, readAnswer } from './raw-frames.ts';
import { RawTerminal } from './raw-terminal.ts';
import { checkFile } from './test-host.ts';

/** Moments at which the host is killed; more with HOST_KILLS. */
const KILLS = Number(process.env.HOST_KILLS ?? 25);
const TERMINALS = 4;
/** The kill comes after at most so many answers, and then some moment later. */
const ANSWERS_MAX = 80;
const MOMENT_MS_MAX = 10;

/** A message that was sent, what it does to its card if it is approved, and the answer, if one came. */
interface Sent {
  readonly frame: Buffer;
  readonly changeMinor: number;
  answer: Buffer | undefined;
}

interface Seller {
  readonly masterKey: Buffer;
  readonly terminalId: string;
  readonly pan: string;
  /** Trace numbers of one batch never come again, so they run on over all rounds. */
  stan: number;
  balanceMinor: number;
  sent: Sent[];
}

let folder: string;
let database: { readonly file: string; readonly vaultKeyHex: string };
let sellers: readonly Seller[];
/** Told of each answer. */
let onAnswer: () => void = () => undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'host-killed-'));
  database = { file: join(folder, 'host.db'), vaultKeyHex: VAULT_KEY_HEX };
  const masterKeys = await preparedDatabase(database.file, TERMINALS);
  sellers = masterKeys.map((masterKey, index) => ({
    masterKey,
    terminalId: preparedTerminalId(index),
    pan: preparedPan(index),
    stan: 0,
    balanceMinor: PREPARED_BALANCE_MINOR,
    sent: [],
  }));
});

afterAll(() => rmSync(folder, { recursive: true }));

async function signedOn(seller: Seller, port: number): Promise<RawTerminal> {
  const terminal = new RawTerminal(await RawConnection.open(port), seller.masterKey, seller.terminalId);
  terminal.skipTo(seller.stan);
  terminal.card = () => ({ pan: seller.pan, expiry: '9912' });
  await terminal.signOn();
  return terminal;
}

/** Sells, voids and reverses as fast as it is answered, until the host is gone. */
async function sellUntilGone(seller: Seller, terminal: RawTerminal): Promise<void> {
  for (;;) {
    const amountMinor = 1 + Math.floor(Math.random() * 3);
    const sale = await ask(seller, terminal, terminal.purchaseFrame(amountMinor), -amountMinor);
    if (!sale) break;
    const { pan } = seller;
    const chance = Math.random();
    const undo =
      chance < 0.2
        ? voidFrame({ terminal, answer: sale, amountMinor, pan })
        : chance < 0.4
          ? saleReversalFrame(terminal, { stan: sale.fields[11] ?? '', amountMinor, pan })
          : undefined;
    if (undo && !(await ask(seller, terminal, undo, amountMinor))) break;
  }
  seller.stan = Number(terminal.lastStan());
  terminal.connection.close();
}

async function ask(
  seller: Seller,
  terminal: RawTerminal,
  frame: Buffer,
  changeMinor: number,
): Promise<RawAnswer | undefined> {
  const sent: Sent = { frame, changeMinor, answer: undefined };
  seller.sent.push(sent);
  terminal.connection.send(frame);
  sent.answer = await terminal.connection.receive(5_000);
  if (sent.answer) onAnswer();
  return sent.answer && readAnswer(sent.answer);
}

/** Some number of answers from now, and somewhere between two of them. */
async function afterSomeAnswers(): Promise<void> {
  let left = Math.floor(Math.random() * ANSWERS_MAX);
  await new Promise<void>((resolve) => {
    onAnswer = () => {
      left -= 1;
      if (left <= 0) resolve();
    };
  });
  await new Promise((resolve) => setTimeout(resolve, Math.random() * MOMENT_MS_MAX));
}

/**
 * The host that comes back answers all that was answered with the same bytes, books what was in doubt, and has on each card
 * what these answers say.
 */
async function checkEveryAnswer(seller: Seller, port: number): Promise<number> {
  const terminal = await signedOn(seller, port);
  let inDoubt = 0;
  for (const { answer, changeMinor, frame } of seller.sent) {
    const again = await terminal.connection.ask(frame);
    if (answer) expect(again.bytes).toEqual(answer);
    else inDoubt += 1;
    expect(codeOf(again)).toBe('00');
    seller.balanceMinor += changeMinor;
  }
  seller.sent = [];
  const left = (await balanceOf(terminal, seller.pan)).fields[54];
  expect(left).toBe(`0002156C${String(seller.balanceMinor).padStart(12, '0')}`);
  seller.stan = Number(terminal.lastStan());
  terminal.connection.close();
  return inDoubt;
}

it(
  `a host that is killed ${KILLS} times under load has a ledger that balances, and every answer that it sent is true`,
  async () => {
    let answered = 0;
    let inDoubt = 0;
    const startedAt = performance.now();
    for (let round = 0; round <= KILLS; round += 1) {
      const { child, port } = await serveHost(database);
      for (const seller of sellers) inDoubt += await checkEveryAnswer(seller, port);
      if (round === KILLS) {
        await endHost(child, 'SIGTERM');
        break;
      }
      const terminals = await Promise.all(sellers.map((seller) => signedOn(seller, port)));
      const randomMoment = afterSomeAnswers();
      const selling = sellers.map((seller, index) => {
        const terminal = terminals[index];
        if (!terminal) throw new Error('Each seller has a terminal');
        return sellUntilGone(seller, terminal);
      });
      await randomMoment;
      await endHost(child, 'SIGKILL');
      await Promise.all(selling);
      answered += sellers.flatMap(({ sent }) => sent).filter(({ answer }) => answer).length;
      expect((await checkFile(database.file)).problems).toEqual([]);
    }
    const report = await hostCommand(database, 'check', '--json');
    expect(JSON.parse(report.stdout)).toMatchObject({ ok: true, problems: [] });
    expect(answered).toBeGreaterThan(KILLS);
    process.stdout.write(
      `${KILLS} kills, ${answered} answers checked, ${inDoubt} messages in doubt, ${Math.round((performance.now() - startedAt) / 1000)} s\n`,
    );
  },
  60_000 + KILLS * 10_000,
);
