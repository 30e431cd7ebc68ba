import type { FaultKind } from './faults.ts';
import { FAULT_KINDS } from './faults.ts';
import type { Mutation } from './mutation.ts';
import type { Plan, TillDay } from './plan.ts';
import { runPlan, type SeedResult } from './run-seed.ts';

/** Plans tried at most while looking for a shorter story. */
export const TRIES_MAX = 300;

export interface Shrunk {
  readonly plan: Plan;
  readonly result: SeedResult;
  readonly tries: number;
}

/**
 * Leaves out of a failing plan whatever it fails without: kinds of faults, then mishaps, then errands, in halves first and
 * one by one at last. The same invariant must fail; a shorter story of something else would mislead.
 */
export async function shrink(plan: Plan, first: SeedResult, mutation?: Mutation): Promise<Shrunk> {
  const invariant = first.violations[0]?.invariant;
  let best = { plan, result: first };
  let tries = 0;
  const attempt = async (candidate: Plan): Promise<boolean> => {
    if (tries >= TRIES_MAX) return false;
    tries += 1;
    const result = await runPlan(candidate, mutation);
    if (!result.violations.some((each) => each.invariant === invariant)) return false;
    best = { plan: candidate, result };
    return true;
  };
  for (const kind of FAULT_KINDS) {
    if (best.plan.mix[kind] > 0) await attempt(without(best.plan, kind));
  }
  for (const part of ['mishaps', 'errands'] as const) {
    const all = best.plan.days.flatMap((day) => day.tills.flatMap((till) => till[part].map(({ id }) => id)));
    for (let size = Math.ceil(all.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < all.length; ) {
        const dropped = new Set(all.slice(at, at + size));
        if (await attempt(lacking(best.plan, part, dropped))) all.splice(at, size);
        else at += size;
      }
    }
  }
  return { ...best, tries };
}

function without(plan: Plan, kind: FaultKind): Plan {
  return { ...plan, mix: { ...plan.mix, [kind]: 0 } };
}

function lacking(plan: Plan, part: 'mishaps' | 'errands', ids: ReadonlySet<string>): Plan {
  const rest = (till: TillDay): TillDay => ({
    errands: part === 'errands' ? till.errands.filter(({ id }) => !ids.has(id)) : till.errands,
    mishaps: part === 'mishaps' ? till.mishaps.filter(({ id }) => !ids.has(id)) : till.mishaps,
  });
  return { ...plan, days: plan.days.map((day) => ({ ...day, tills: day.tills.map(rest) })) };
}
