import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where everything of Holdfast is kept, after the XDG base directory rules, on every system: one place to back up. */
export function dataRoot(env: NodeJS.ProcessEnv): string {
  const xdg = env.XDG_DATA_HOME;
  return join(xdg?.startsWith('/') ? xdg : join(homedir(), '.local', 'share'), 'holdfast');
}
