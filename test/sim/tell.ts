import { FAULT_KINDS } from './faults.ts';
import type { ReportedViolation } from './run-sim.ts';
import type { Shrunk } from './shrink.ts';

/** Lines of a story that are shown; a shrunk one seldom has more. */
const LINES_SHOWN_MAX = 70;

/** What went wrong and how, for people: the violation, the faults and errands that it takes, what happened, and the replay. */
export function tellShrunk({ plan, result, tries }: Shrunk, violation: ReportedViolation): string {
  const faults = FAULT_KINDS.filter((kind) => plan.mix[kind] > 0 && result.faults[kind] > 0);
  const errands = plan.days.flatMap((day) => day.tills.flatMap((till) => till.errands));
  const mishaps = plan.days.flatMap((day) => day.tills.flatMap((till) => till.mishaps));
  const told =
    result.lines.length <= LINES_SHOWN_MAX || result.story.length === 0 ? result.lines : result.story;
  const shown = told.slice(-LINES_SHOWN_MAX);
  const details = new Set(result.violations.map(({ detail, invariant }) => `${invariant}: ${detail}`));
  const [first, ...others] = details;
  return [
    `seed ${violation.seed} violates ${first}`,
    `  shortened in ${tries} tries to ${errands.length} errands and ${mishaps.length} mishaps; faults: ${faults.join(', ') || 'none'}`,
    ...others.map((other) => `  and ${other}`),
    ...(shown.length < told.length ? [`  … ${told.length - shown.length} lines before`] : []),
    ...shown.map((line) => `  ${line}`),
    `  replay: ${violation.replay}`,
    '',
  ].join('\n');
}
