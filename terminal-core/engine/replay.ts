import type { Change, JsonObject, StoredEntry } from '../ports/journal.ts';
import { fromEntry } from './events.ts';
import { evolve } from './evolve.ts';
import { DraftState, MemoryState } from './memory-state.ts';

interface StartDoc {
  readonly collection: string;
  readonly key: string;
  readonly doc: JsonObject;
  readonly live: boolean;
}

/**
 * Follows the documents from `start` through later entries, step by step, as the terminal did when it wrote them. A step is
 * the entries of one commit; its changes are those of all of them, the later ones seeing the earlier.
 */
export function replay(start: Iterable<StartDoc>): (step: readonly StoredEntry[]) => readonly Change[] {
  const docs = new Map<string, JsonObject>();
  const state = new MemoryState((collection, key) => docs.get(`${collection}\n${key}`));
  const apply = (changes: readonly Pick<Change, 'collection' | 'key' | 'doc' | 'live'>[]): void => {
    for (const { collection, key, doc } of changes) {
      if (doc === null) docs.delete(`${collection}\n${key}`);
      else docs.set(`${collection}\n${key}`, doc);
    }
    state.apply(changes);
  };
  for (const doc of start) apply([doc]);
  return (step) => {
    const draft = new DraftState(state);
    for (const { seq, atMs, ...entry } of step)
      draft.changes.push(...evolve(draft, { seq, atMs, event: fromEntry(entry) }));
    apply(draft.changes);
    return draft.changes;
  };
}
