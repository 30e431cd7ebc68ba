import type { Change, JsonObject, StoredEntry } from '../ports/journal.ts';
import { fromEntry } from './events.ts';
import { evolve } from './evolve.ts';
import { MemoryState } from './memory-state.ts';

/**
 * Builds every document anew from the journal alone. `journal verify` compares the result with the stored documents: a
 * projection that does not follow from its entries is damage, whoever did it. Where the oldest entries are archived, it
 * starts from the documents as they were then.
 */
export function project(
  entries: Iterable<StoredEntry>,
  start: Iterable<Change & { readonly doc: JsonObject }> = [],
): Iterable<Change> {
  const latest = new Map<string, Change>();
  const state = new MemoryState((collection, key) => latest.get(`${collection}\n${key}`)?.doc ?? undefined);
  for (const change of start) {
    latest.set(`${change.collection}\n${change.key}`, change);
    state.apply([change]);
  }
  for (const { seq, atMs, ...entry } of entries) {
    const changes = evolve(state, { seq, atMs, event: fromEntry(entry) });
    for (const change of changes) {
      const id = `${change.collection}\n${change.key}`;
      if (change.doc === null) latest.delete(id);
      else latest.set(id, change);
    }
    state.apply(changes);
  }
  return latest.values();
}
