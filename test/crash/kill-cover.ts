import type { EventKind } from '../../terminal-core/engine/events.ts';
import type { StepPoint } from '../../terminal-core/runtime/index.ts';

/**
 * The events that no story ends a step with, and why. Every other kind must be the last of some step of some story: a new
 * event fails here until it has a story.
 */
export const NOT_LAST: Partial<Record<EventKind, string>> = {
  'supervisor-approved': 'always before what was approved, in the same step',
  'operator-added': 'the first start, with a test of its own',
  'terminal-provisioned': 'the first start, with a test of its own',
  'transaction-not-sent':
    'the link must break between the look at it and the write: before the refusal or the sale that follows',
  'terminal-sign-on-failed': 'changes nothing',
  'receipt-not-printed': 'before what follows upon it, in the same step',
  'settlement-compared': 'before what follows upon the answer, in the same step',
  'upload-record-without-card': 'card data that a damaged seal took: no host or network can make one',
  'record-checked': 'as above: what a person does about such a record',
  'journal-archived': 'after a year: the archive has kill points of its own',
  'journal-restored': 'a damaged journal: restoring has kill points of its own',
  'purse-suspected': 'a card that the PSAM calls a forgery: the purse has a table of its own',
  'purse-declined': 'a card that refuses DEBIT: as above',
  'purse-proof-refused': 'a host that refuses the proof of a load: as above',
};

/** All kinds of events, by the cases of the one place that must know each of them. */
export function eventKinds(evolveSource: string): string[] {
  return [...evolveSource.matchAll(/^ {4}case '([a-z-]+)':/gm)].map((match) => match[1] ?? '');
}

/** The kinds that no step was killed before, or none after, and that have no reason above. */
export function notKilledAt(reached: ReadonlySet<StepPoint>, events: readonly string[]): string[] {
  const points: ReadonlySet<string> = reached;
  const isKilledAt = (event: string): boolean =>
    points.has(`before-commit ${event}`) && points.has(`after-commit ${event}`);
  return events.filter((event) => !(event in NOT_LAST) && !isKilledAt(event));
}
