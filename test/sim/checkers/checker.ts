import type { Evidence } from './evidence.ts';

export interface Problem {
  /** One sentence. */
  readonly detail: string;
  /** Words of the story's lines that tell how it came to be. */
  readonly about: readonly string[];
}

/** One invariant over what both sides are left with at the end of a day. */
export interface Checker {
  readonly name: string;
  readonly holds: (evidence: Evidence) => readonly Problem[];
}
