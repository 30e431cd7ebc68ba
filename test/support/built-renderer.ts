import { ensureRenderer } from '../../app/cli/builds.ts';

/** Vitest global setup: the shells under test serve the built renderer, so it is built once before them. */
export default async function setup(): Promise<void> {
  await ensureRenderer({ notify: (text) => process.stderr.write(`${text}\n`) });
}
