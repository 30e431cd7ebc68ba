import type { Change } from '../ports/journal.ts';
import type { CollectionName, Collections, StateView } from './state.ts';

/**
 * The documents in memory: the live ones, and on demand any other through `fetch`. Changes go in by `apply` only, after
 * the journal has them.
 */
export class MemoryState implements StateView {
  readonly #docs = new Map<string, Map<string, unknown>>();
  readonly #fetch: (collection: string, key: string) => unknown;

  constructor(fetch: (collection: string, key: string) => unknown = () => undefined) {
    this.#fetch = fetch;
  }

  get<C extends CollectionName>(collection: C, key: string): Collections[C] | undefined {
    const doc = this.#docs.get(collection)?.get(key) ?? this.#fetch(collection, key);
    return doc as Collections[C] | undefined;
  }

  live<C extends CollectionName>(collection: C): Iterable<Collections[C]> {
    return (this.#docs.get(collection)?.values() ?? []) as Iterable<Collections[C]>;
  }

  apply(changes: Iterable<Pick<Change, 'collection' | 'key' | 'doc' | 'live'>>): void {
    for (const change of changes) {
      let docs = this.#docs.get(change.collection);
      if (!docs) {
        docs = new Map();
        this.#docs.set(change.collection, docs);
      }
      if (change.doc === null || !change.live) docs.delete(change.key);
      else docs.set(change.key, change.doc);
    }
  }
}

/** A view with changes on top that are not in the journal yet, so that the second event of a step sees the first. */
export class DraftState implements StateView {
  readonly #base: StateView;
  readonly changes: Change[] = [];

  constructor(base: StateView) {
    this.#base = base;
  }

  get<C extends CollectionName>(collection: C, key: string): Collections[C] | undefined {
    for (let index = this.changes.length - 1; index >= 0; index -= 1) {
      const change = this.changes[index];
      if (change && change.collection === collection && change.key === key) {
        return (change.doc ?? undefined) as Collections[C] | undefined;
      }
    }
    return this.#base.get(collection, key);
  }

  *live<C extends CollectionName>(collection: C): Iterable<Collections[C]> {
    const changed = new Map<string, Change>();
    for (const change of this.changes) if (change.collection === collection) changed.set(change.key, change);
    for (const doc of this.#base.live(collection)) if (!changed.has(keyOf(collection, doc))) yield doc;
    for (const change of changed.values()) {
      if (change.doc !== null && change.live) yield change.doc as unknown as Collections[C];
    }
  }
}

/** Where each collection keeps its key. */
interface KeyFields {
  readonly txnId: string;
  readonly saleId: string;
  readonly undoId: string;
  readonly refundId: string;
  readonly operatorCode: string;
  readonly panHash: string;
  readonly shiftNumber: number;
  readonly reportId: string;
}

/** The key a document is stored under, from the document itself. */
export function keyOf<C extends CollectionName>(collection: C, doc: Collections[C]): string {
  const keyed = doc as Partial<KeyFields>;
  switch (collection) {
    case 'transactions':
      return keyed.txnId ?? '';
    case 'sales':
      return keyed.saleId ?? '';
    case 'refundPlans':
      return keyed.refundId ?? '';
    case 'undos':
      return keyed.undoId ?? '';
    case 'operators':
      return keyed.operatorCode ?? '';
    case 'certificates':
    case 'blockedCards':
      return keyed.panHash ?? '';
    case 'shifts':
      return String(keyed.shiftNumber);
    case 'reports':
      return keyed.reportId ?? '';
    default:
      return collection;
  }
}
