import type { Store } from '../../host-sim/store/store.ts';
import type { decide } from '../../terminal-core/engine/decide.ts';
import type { Journal } from '../../terminal-core/ports/journal.ts';
import type { TerminalKeys } from '../../terminal-core/ports/terminal-keys.ts';
import type { Exchanger } from '../../terminal-core/runtime/terminal.ts';

export type Decide = typeof decide;

/**
 * A defect planted around one of the parts, to see whether the checkers find it. Each member wraps the real part anew
 * for every process, so that what it remembers dies with the process.
 */
export interface Mutation {
  readonly name: string;
  /** One line: what the terminal or the host does wrong. */
  readonly summary: string;
  readonly decide?: (real: Decide) => Decide;
  /** `onStray` gives every answer that no request waits for any more. */
  readonly exchanger?: (
    real: Exchanger,
    onStray: (listener: (frame: Uint8Array) => void) => void,
  ) => Exchanger;
  /** The real one is a plain object: its members can be spread. */
  readonly journal?: (real: Journal) => Journal;
  readonly keys?: (real: TerminalKeys) => TerminalKeys;
  readonly hostStore?: (real: Store) => Store;
}
