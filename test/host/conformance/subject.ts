import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunningHost } from '../../../host-sim/index.ts';
import { classifyRequest, cup, decode, type MessageKind } from '../../../terminal-core/iso8583/index.ts';
import { issuePursesOf } from '../purse-host.ts';
import { type RawAnswer, RawConnection } from '../raw-frames.ts';
import { RawPurse } from '../raw-purse.ts';
import { n12, RawTerminal } from '../raw-terminal.ts';
import { check, hostForTest } from '../test-host.ts';
import { type CardRole, cardFile, cardOf, type TestCard } from './cards.ts';
import { foreignHost } from './foreign-host.ts';
import { type PurseRole, purseFileFor, purseOf } from './purses.ts';
import { HOST_RULES, type HostRule } from './rules.ts';

/** What a test is about: kinds of message, each of which it must send, and rules that it holds. */
export type Covers = readonly (MessageKind | HostRule)[];

const foreign = foreignHost(process.env);

/** Cards of each role that a simulator of our own has; more than one test needs. */
const CARDS_PER_ROLE = 3;
const PURSES_PER_ROLE = 2;

interface Current {
  readonly terminal: RawTerminal;
  /** Only a simulator of our own. */
  readonly host: RunningHost | undefined;
  readonly sent: Buffer[];
  readonly cards: Map<string, TestCard>;
  readonly purses: Map<string, RawPurse>;
  /** YYYYMMDD and hhmmss by the host's clock, as its sign-on told it. */
  readonly signedOnAt: { readonly date: string; readonly time: string };
}

/**
 * The host under test: a simulator of its own for each test, or with HOST another host, over TCP alone. Each test finds a
 * terminal that has signed on, in a batch that is empty, and cards that no other test has used.
 */
export function hostUnderTest() {
  let running: Current | undefined;
  const now = (): Current => {
    if (!running) throw new Error('There is a host only while a test runs');
    return running;
  };
  beforeEach(async () => {
    running = foreign ? await atForeignHost() : await atOwnHost();
  });
  afterEach(async () => {
    const { host, terminal } = now();
    running = undefined;
    terminal.connection.close();
    if (!host) return;
    const report = await check(host);
    await host.stop();
    expect(report.problems).toEqual([]);
  });

  function card(role: CardRole = 'registered', which = 0): TestCard {
    const { cards } = now();
    const name = `${role} ${which}`;
    const taken = cards.get(name) ?? (foreign ? foreign.takeCard(role) : cardOf(role, which));
    cards.set(name, taken);
    return taken;
  }

  function purse(role: PurseRole = 'purse', which = 0): RawPurse {
    const { purses } = now();
    const name = `${role} ${which}`;
    const known = purses.get(name);
    if (known) return known;
    const { balanceMinor, issuer, serial } = foreign?.takePurse?.(role) ?? purseOf(role, which);
    const taken = new RawPurse(serial, { balanceMinor }, issuer);
    purses.set(name, taken);
    return taken;
  }

  /** A test that any host must pass. It fails when it never sends a message that it says it covers. */
  function test(covers: Covers, name: string, run: () => Promise<void>): void {
    it(name, async () => {
      const { connection } = now().terminal;
      connection.onSend = (frame) => now().sent.push(frame);
      now().terminal.card = () => card();
      await run();
      const kinds = new Set(now().sent.map(kindOf));
      const unsent = covers.filter((each) => !isRule(each) && !kinds.has(each));
      expect(unsent, 'messages that this test names and did not send').toEqual([]);
    });
  }

  return {
    get terminal(): RawTerminal {
      return now().terminal;
    },
    /** The simulator itself, in `simulatorOnly` tests. */
    get host(): RunningHost {
      const { host } = now();
      if (!host) throw new Error('Only a simulatorOnly test may look into the host');
      return host;
    },
    card,
    pan: (role: CardRole = 'registered', which = 0): string => card(role, which).pan,
    /** DE54 of a card after what happened to it in this test. */
    left: (changeMinor: number, role: CardRole = 'registered', which = 0): string =>
      `0002156C${n12(card(role, which).balanceMinor + changeMinor)}`,
    purse,
    /** When a purse pays now, by the host's clock. */
    get moment() {
      return now().signedOnAt;
    },
    it: test,
    /** A test that any host must pass whose issuer's purse keys are known; where they are not, it is skipped and says why. */
    withPurse(covers: Covers, name: string, run: () => Promise<void>): void {
      if (foreign && !foreign.takePurse) it.skip(`${name} [skipped: the description names no purses]`);
      else test(covers, name, run);
    },
    /** A test that needs what only the simulator has; against another host it is skipped, and says why. */
    simulatorOnly(reason: string, covers: Covers, name: string, run: () => Promise<void>): void {
      if (foreign) it.skip(`${name} [skipped: ${reason}]`);
      else test(covers, name, run);
    },
  };
}

async function atOwnHost(): Promise<Current> {
  const { host, masterKey } = await hostForTest({ cards: cardFile(CARDS_PER_ROLE) });
  await issuePursesOf(host, purseFileFor(PURSES_PER_ROLE));
  const terminal = await RawTerminal.signedOn(host, masterKey);
  return current({ host, terminal, signedOnAt: { date: '20260310', time: '100000' } });
}

function current(of: Pick<Current, 'host' | 'terminal' | 'signedOnAt'>): Current {
  return { ...of, sent: [], cards: new Map(), purses: new Map() };
}

/** The message has no year: that of this machine, whose clock is as right as the host's. */
function momentOf(signedOn: RawAnswer): Current['signedOnAt'] {
  const { 12: time = '', 13: monthDay = '' } = signedOn.fields;
  return { date: `${new Date().getFullYear()}${monthDay}`, time };
}

async function atForeignHost(): Promise<Current> {
  if (!foreign) throw new Error('There is no other host');
  const connection = await RawConnection.open(foreign.port, foreign.host);
  const terminal = new RawTerminal(connection, foreign.masterKey, foreign.terminalId, foreign.merchantId);
  const signedOn = await terminal.signOn();
  if (signedOn.fields[39] !== '00') throw new Error(`The host refuses the sign-on: ${signedOn.fields[39]}`);
  await leaveBatchOfOtherTest(terminal);
  return current({ host: undefined, terminal, signedOnAt: momentOf(signedOn) });
}

/** Closes what the test before left open, by an upload of nothing where it is not empty, so that totals begin at zero. */
async function leaveBatchOfOtherTest(terminal: RawTerminal): Promise<void> {
  const settled = await terminal.settle({ debits: [0, 0], credits: [0, 0] });
  if (settled.fields[48]?.[30] === '2') await terminal.askPlain('0320', '202', { 48: '0000' });
  await terminal.signOn();
}

function kindOf(frame: Buffer): MessageKind | undefined {
  const decoded = decode(cup, frame);
  return decoded.ok ? classifyRequest(decoded.message) : undefined;
}

function isRule(name: MessageKind | HostRule): name is HostRule {
  return Object.hasOwn(HOST_RULES, name);
}
