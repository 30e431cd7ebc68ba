import { FAULT_KINDS, type FaultCounts, noFaults } from './faults.ts';
import type { Mutation } from './mutation.ts';
import { planOfSeed } from './plan.ts';
import { runPlan } from './run-seed.ts';
import { type Shrunk, shrink } from './shrink.ts';

/** A violation as `holdfast sim --json` shows it. */
export interface ReportedViolation {
  readonly seed: number;
  /** Errands begun when it was found. */
  readonly step: number;
  readonly invariant: string;
  readonly detail: string;
  /** The command that plays this seed again. */
  readonly replay: string;
}

export interface SimReport {
  readonly from: number;
  readonly seeds: number;
  readonly days: number;
  readonly transactions: number;
  readonly faults: FaultCounts;
  readonly violations: readonly ReportedViolation[];
}

/** Violations that are reported at most; the first ones tell the most. */
export const VIOLATIONS_MAX = 100;

/**
 * Plays seeds one after the other. With a mutation it stops at the first seed that finds it; without one it plays all of
 * them and shrinks the first that fails.
 */
export async function runSim(options: {
  readonly from: number;
  readonly seeds: number;
  readonly mutation?: Mutation;
  readonly onSeed?: (done: number, violations: number) => void;
}): Promise<{ readonly report: SimReport; readonly shrunk?: Shrunk }> {
  const { from, mutation, seeds } = options;
  const faults = noFaults();
  const violations: ReportedViolation[] = [];
  let days = 0;
  let transactions = 0;
  let shrunk: Shrunk | undefined;
  let played = 0;
  for (let seed = from; seed < from + seeds; seed += 1) {
    const plan = planOfSeed(seed);
    const result = await runPlan(plan, mutation);
    played += 1;
    days += result.days;
    transactions += result.transactions;
    for (const kind of FAULT_KINDS) faults[kind] += result.faults[kind];
    for (const { detail, invariant, step } of result.violations) {
      if (violations.length < VIOLATIONS_MAX)
        violations.push({ seed, step, invariant, detail, replay: replayOf(seed, mutation) });
    }
    options.onSeed?.(played, violations.length);
    if (result.violations.length === 0) continue;
    shrunk ??= await shrink(plan, result, mutation);
    if (mutation) break;
  }
  const report = { from, seeds: played, days, transactions, faults, violations };
  return shrunk ? { report, shrunk } : { report };
}

function replayOf(seed: number, mutation: Mutation | undefined): string {
  return `holdfast sim --seeds 1 --from ${seed}${mutation ? ` --mutate ${mutation.name}` : ''}`;
}
