import { owed } from '../../terminal-core/engine/owed.ts';
import { terminalOf } from '../../terminal-core/engine/state.ts';
import { evidenceOf } from './checkers/evidence.ts';
import { CHECKERS } from './checkers/index.ts';
import type { FaultCounts } from './faults.ts';
import type { Mutation } from './mutation.ts';
import { DAY_MS, FIRST_MIDNIGHT_MS, HOUR_MS, type Plan } from './plan.ts';
import type { SimTerminal } from './sim-terminal.ts';
import { type Till, World } from './world.ts';

/** What does not hold. `about` names the transactions, for telling what happened to them. */
export interface Violation {
  readonly invariant: string;
  readonly detail: string;
  readonly about: readonly string[];
  /** Errands begun when it was found. */
  readonly step: number;
}

export interface SeedResult {
  readonly violations: readonly Violation[];
  readonly days: number;
  readonly transactions: number;
  readonly happenings: number;
  readonly faults: FaultCounts;
  readonly traceHash: string;
  readonly lines: readonly string[];
  /** The lines about the violations' transactions. */
  readonly story: readonly string[];
}

/** Rounds in which everything that is owed must be gone, and a batch closed, once all faults have healed. */
export const ROUNDS_MAX = 6;
/** A day whose tills are not done by then hangs. */
const DAY_LONGEST_MS = 40 * HOUR_MS;

/** Plays one plan from the first morning to the last evening, checking every day; stops at the first day that fails. */
export async function runPlan(plan: Plan, mutation?: Mutation): Promise<SeedResult> {
  const world = await World.open(plan, mutation);
  const violations: Violation[] = [];
  let days = 0;
  let isOver = false;
  const step = (): number => world.tills.reduce((sum, { cashier }) => sum + cashier.begun, 0);
  const violated = (invariant: string, detail: string, about: readonly string[] = []): void => {
    violations.push({ invariant, detail, about, step: step() });
  };
  const playAll = async (): Promise<void> => {
    for (const [day] of plan.days.entries()) {
      await playDay(world, day);
      for (const stuck of await comeToRest(world, plan.days[day]?.settles ?? true))
        violated('nothing-stuck', stuck);
      days += 1;
      for (const { error, where } of world.defects) {
        violated(
          'no-unexpected-exceptions',
          `${where}: ${error instanceof Error ? error.stack : String(error)}`,
        );
      }
      const evidence = await evidenceOf(world);
      for (const check of CHECKERS) {
        for (const { about, detail } of check.holds(evidence)) violated(check.name, detail, about);
      }
      if (violations.length > 0) return;
    }
  };
  try {
    let failure: unknown;
    void playAll()
      .catch((error: unknown) => {
        failure = error;
      })
      .finally(() => {
        isOver = true;
      });
    await world.time.run(
      () => isOver || world.time.nowMs() > FIRST_MIDNIGHT_MS + plan.days.length * DAY_MS + DAY_LONGEST_MS,
    );
    if (failure !== undefined) throw failure;
    if (!isOver) violated('nothing-stuck', 'a till was still busy long after its day was over');
  } catch (error) {
    violated(
      'no-unexpected-exceptions',
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
  } finally {
    world.close();
  }
  const about = [...new Set(violations.flatMap((each) => each.about))];
  return {
    violations,
    days,
    transactions: world.tills.reduce((sum, { box }) => sum + box.transactions, 0),
    happenings: world.time.happened,
    faults: world.faults.counts,
    traceHash: world.story.traceHash(),
    lines: world.story.lines,
    story: world.story.about(about),
  };
}

/** The tills' hours: everybody does their errands while mishaps happen. */
async function playDay(world: World, day: number): Promise<void> {
  const { time } = world;
  // Times of the plan are those of a store that opens at eight.
  const midnightMs = FIRST_MIDNIGHT_MS + day * DAY_MS + world.plan.opensLaterMs;
  const until = (atMs: number): Promise<void> => time.sleep(midnightMs + atMs - time.nowMs());
  await until(7.5 * HOUR_MS);
  world.faults.healed = false;
  await Promise.all(
    world.tills.map(async (till, index) => {
      const planned = world.plan.days[day]?.tills[index];
      for (const mishap of planned?.mishaps ?? []) {
        time.after(midnightMs + mishap.atMs - time.nowMs(), () => world.befall(mishap, till));
      }
      await till.cashier.open();
      for (const errand of planned?.errands ?? []) {
        await until(errand.atMs);
        await till.cashier.doErrand(errand);
      }
    }),
  );
}

/**
 * The evening: all faults heal, everything owed is delivered and the batch is settled, each within a few rounds; then what
 * still travels arrives. @returns what did not come to rest.
 */
async function comeToRest(world: World, settles: boolean): Promise<string[]> {
  await world.heal();
  const stuck: string[] = [];
  await Promise.all(
    world.tills.map(async (till) => {
      await till.cashier.purseOwnersComeBack();
      await till.cashier.tidyUp();
      let problem = await deliverAll(world, till);
      // Whoever gave a settlement up in the middle has to settle: the host takes nothing else in that batch.
      if (settles || hasGivenUp(till)) problem = await settleAll(world, till);
      if (problem !== undefined) stuck.push(problem);
    }),
  );
  // Longer than anything is under way.
  await world.time.sleep(0.5 * HOUR_MS);
  return stuck;
}

function hasGivenUp({ box }: Till): boolean {
  const state = box.process?.terminal.state;
  return state !== undefined && terminalOf(state).hostHasCompared === true;
}

async function deliverAll(world: World, { box }: Till): Promise<string | undefined> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const running = box.process;
    if (running) {
      await Promise.race([
        running.sync.now().catch((error: unknown) => box.noteFailure(running, error)),
        running.died,
      ]);
    }
    if (running?.isAlive && isAtRest(box)) return undefined;
    await world.time.sleep(60_000);
    if (!box.process?.isAlive) await box.start();
  }
  const state = box.process?.terminal.state;
  return `${box.name} still owes ${JSON.stringify(state ? owed(state) : 'everything: it does not start')}`;
}

function isAtRest(box: SimTerminal): boolean {
  const state = box.process?.terminal.state;
  if (!state) return false;
  const isSending = [...state.live('transactions')].some((txn) => txn.state === 'sending');
  return owed(state).length === 0 && !isSending && !terminalOf(state).signOnNeeded;
}

async function settleAll(world: World, { box, cashier }: Till): Promise<string | undefined> {
  // Whoever was at the till last may be one who is not allowed to.
  await cashier.changeOperator('2001', false);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    if (await cashier.settle()) return deliverAll(world, { box, cashier });
    await world.time.sleep(120_000);
  }
  return `${box.name} cannot settle its batch`;
}
