import { closeSync, existsSync, openSync, statSync, unlinkSync } from 'node:fs';

/**
 * Tries whether a file can be written, by opening it: asked before work is done whose result only that file will hold.
 * Leaves what is there as it is, and nothing where nothing was.
 * @returns what stands in the way, in one line, or undefined.
 */
export function cannotWrite(file: string): string | undefined {
  const wasThere = existsSync(file);
  try {
    closeSync(openSync(file, 'a', 0o600));
    if (!wasThere) unlinkSync(file);
    return undefined;
  } catch (error) {
    return `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Whether both names are of one file that is there, by whatever way they lead to it. */
export function isSameFile(one: string, other: string): boolean {
  if (!existsSync(one) || !existsSync(other)) return false;
  const [first, second] = [statSync(one), statSync(other)];
  return first.dev === second.dev && first.ino === second.ino;
}
