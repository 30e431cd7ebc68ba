import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TerminalGone } from '../../app/cli/day/terminal-driver.ts';
import type { Doom } from '../../app/cli/day/terminal-process.ts';
import type { StepPoint } from '../../terminal-core/runtime/index.ts';
import { checkBooks, comeToRest } from './aftermath.ts';
import { CrashStore } from './crash-store.ts';
import { CrashTill } from './crash-till.ts';
import { eventKinds, notKilledAt } from './kill-cover.ts';
import { STORIES, type Story } from './kill-stories.ts';

const OPERATORS_FILE = fileURLToPath(new URL('../data/operators.json', import.meta.url));
const EVOLVE_FILE = fileURLToPath(new URL('../../terminal-core/engine/evolve.ts', import.meta.url));
/** Every point of every story, every time that it comes by; otherwise as `chosen` below says. */
const KILLS_ALL = process.env.HOLDFAST_KILL_POINTS === 'all';
const STORY_TIMEOUT_MS = KILLS_ALL ? 3_600_000 : 300_000;
/** Lives of one till; with a long history every start and every settlement takes longer. */
const LIVES_MAX = 100;
/** Of the points of a story: those at which the host has something new to download come by at the first play only. */
const MISSED_SHARE_MAX = 0.2;
/** Fewer would mean that they are not found where they are looked for. */
const EVENT_KINDS_MIN = 80;
/** What happens to a single transaction, whatever its kind. */
const OF_A_TRANSACTION = /^(before|after)-commit (transaction-|outcome-|reversal-|advice-)/;

describe('a terminal that is killed', () => {
  /** What it was killed at already: the points, those of a transaction with its kind. */
  const done = new Set<string>();
  const reached = new Set<StepPoint>();
  let store: CrashStore;
  let till: CrashTill | undefined;
  let ended = false;

  beforeAll(async () => {
    store = await CrashStore.open();
  });
  afterAll(async () => {
    await till?.end();
    await store.close();
  });

  it('while it starts for the first time starts again with all it needs', async () => {
    for (const point of [
      'before-commit terminal-provisioned',
      'after-commit terminal-provisioned',
      'before-commit operator-added',
      'after-commit operator-added',
    ] as const) {
      const fresh = new CrashTill(store, await store.newTerminal());
      const how = { operatorsFile: OPERATORS_FILE };
      await expect(fresh.start({ ...how, dieAt: { point, time: 1 } }), point).rejects.toThrow(TerminalGone);
      await fresh.start(how);
      expect(
        await fresh.terminal.service('signOnOperator', { operatorCode: '1001', password: '1001' }),
      ).toMatchObject({ kind: 'signed-on' });
      await fresh.end();
    }
  });

  it.each(Object.entries(STORIES))(
    'loses nothing, charges nobody twice and owes nothing after the next sync, wherever it dies: %s',
    async (name, story) => {
      const till = await theTill();
      await till.terminal.takePoints();
      await story(till);
      const points = await till.terminal.takePoints();
      const dooms = chosen(points, (await till.newest())?.kind);
      await endWell(till, `${name}, not killed`);
      const missed: string[] = [];
      for (const doom of dooms) {
        const where = `${name}, killed at ${doom.point} (${doom.time})`;
        await till.terminal.dieAt(doom);
        if (await diesIn(story, till, where)) reached.add(doom.point);
        else {
          missed.push(where);
          await till.terminal.kill();
        }
        await till.open();
        await endWell(till, where);
      }
      expect(missed.length, missed.join('; ')).toBeLessThanOrEqual(dooms.length * MISSED_SHARE_MAX);
      ended = true;
    },
    STORY_TIMEOUT_MS,
  );

  /** One for many stories, and a new one after a story that did not end well or LIVES_MAX lives. */
  async function theTill(): Promise<CrashTill> {
    if (!till || !ended || till.lives > LIVES_MAX) {
      store.host.faults.replace([]);
      await store.proxy.heal();
      await till?.end();
      till = await CrashTill.ready(store);
    }
    ended = false;
    await till.newCustomer();
    return till;
  }

  /** Each point once: of a transaction once a kind of transaction, which is that of the story's last one. */
  function chosen(points: readonly StepPoint[], kind: string | undefined): Doom[] {
    const dooms = doomsOf(points);
    if (KILLS_ALL) return dooms;
    // What a story is about comes last in it.
    const last = new Map(dooms.map((doom) => [doom.point, doom]));
    return [...last.values()].filter(({ point }) => {
      const key = OF_A_TRANSACTION.test(point) ? `${point} of ${kind}` : point;
      return done.size < done.add(key).size;
    });
  }

  it('was killed before and after every kind of durable step there is', () => {
    const events = eventKinds(readFileSync(EVOLVE_FILE, 'utf8'));
    expect(events.length).toBeGreaterThan(EVENT_KINDS_MIN);
    expect(notKilledAt(reached, events)).toEqual([]);
    // Without its story a kind would be missed.
    const less = new Set([...reached].filter((point) => point !== 'after-commit training-entered'));
    expect(notKilledAt(less, events)).toEqual(['training-entered']);
  });
});

/** @returns false when the till came to the story's end alive. */
async function diesIn(story: Story, till: CrashTill, where: string): Promise<boolean> {
  try {
    await story(till);
    return false;
  } catch (error) {
    if (error instanceof TerminalGone) return true;
    throw new Error(where, { cause: error });
  }
}

async function endWell(till: CrashTill, where: string): Promise<void> {
  try {
    await checkBooks(till, await comeToRest(till));
  } catch (cause) {
    throw new Error(where, { cause });
  }
}

/** The n-th time that each point came by. */
function doomsOf(points: readonly StepPoint[]): Doom[] {
  const times = new Map<StepPoint, number>();
  return points.map((point) => {
    const time = (times.get(point) ?? 0) + 1;
    times.set(point, time);
    return { point, time };
  });
}
