import type { CollectionName, Collections, StateView } from '../../../terminal-core/engine/state.ts';

/** Shows a state with some documents changed or hidden: what a rule would see that forgot to look, or looked at the wrong thing. */
export function seenThrough(
  state: StateView,
  change: <C extends CollectionName>(collection: C, doc: Collections[C]) => Collections[C] | undefined,
): StateView {
  return {
    get(collection, key) {
      const doc = state.get(collection, key);
      return doc && change(collection, doc);
    },
    *live(collection) {
      for (const doc of state.live(collection)) {
        const seen = change(collection, doc);
        if (seen) yield seen;
      }
    },
  };
}
