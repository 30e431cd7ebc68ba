import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { destination, pino } from 'pino';
import type { StartOptions } from './start-terminal.ts';

const LOG_BYTES_MAX = 5 * 1024 * 1024;

/** Names under which card data could come along in a detail. */
const SECRETS = ['pan', 'track2', 'pin', 'pinBlock', 'key', 'fields', 'password', 'token'];

/**
 * What went oddly, in `till.log` of the data folder; the last start's file is kept as `till.log.1` when it grew large.
 * Messages themselves are not written: they carry card numbers, and their masked trace is a matter of diagnostics.
 */
export function openTillLog(dataDir: string): StartOptions['log'] {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'till.log');
  if (existsSync(path) && statSync(path).size > LOG_BYTES_MAX) renameSync(path, `${path}.1`);
  const logger = pino(
    { base: null, redact: SECRETS.flatMap((name) => [name, `*.${name}`]) },
    destination({ dest: path, mode: 0o600, sync: true }),
  );
  return {
    sent() {},
    received() {},
    odd: (what, detail) => logger.warn({ ...detail }, what),
    problem: (what) => logger.error(what),
  };
}
