import { existsSync, readFileSync } from 'node:fs';
import { type ChipStore, memoryStore } from '../../../terminal-core/purse/simulator/index.ts';
import { replaceFile } from '../../../terminal-core/runtime/durable-file.ts';

/**
 * A simulated card's memory in a JSON file: made from `fresh` if it is not there. The file is written before the card
 * answers, so that a card that has answered keeps what it did.
 * @throws Error when the file is not one of ours.
 */
export function chipFile<State>(
  path: string,
  fresh: State,
  check: (json: unknown) => State,
): ChipStore<State> {
  const write = (state: State): void => replaceFile(path, Buffer.from(`${JSON.stringify(state, null, 2)}\n`));
  if (!existsSync(path)) write(fresh);
  const memory = memoryStore(readState(path, check));
  return {
    read: memory.read,
    write: (state) => {
      write(state);
      memory.write(state);
    },
  };
}

function readState<State>(path: string, check: (json: unknown) => State): State {
  try {
    return check(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new Error(`${path} is not the memory of such a card`, { cause });
  }
}
