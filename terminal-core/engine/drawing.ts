import { type Follower, TRANSITIONS } from './transitions.ts';

/**
 * The state machine as a Mermaid drawing, one arrow a row of the table. docs/engine.md holds a copy that a test compares
 * with this, so the drawing cannot go stale.
 */
export function drawTransitions(): string {
  const arrows = TRANSITIONS.flatMap(({ kinds, from, event, by, to }) =>
    from.map(
      (state) => `  ${stateName(state)} --> ${stateName(to)}: ${event}${byWhom(by)} (${kinds.join(', ')})`,
    ),
  );
  return ['stateDiagram-v2', ...arrows].join('\n');
}

function byWhom(by: Follower | undefined): string {
  return by === undefined ? '' : ` of its ${by.replaceAll('-', ' ')}`;
}

/** Mermaid takes no hyphens in names, and writes the start as [*]. */
function stateName(state: string): string {
  return state === 'new' ? '[*]' : state.replaceAll('-', '_');
}
