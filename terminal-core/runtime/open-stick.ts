import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Sealer, SecretKey } from '../crypto/index.ts';
import type { HostLink } from '../ports/host-link.ts';
import type { StickPorts } from './batch-stick.ts';
import { believeIssuers } from './download.ts';
import { createExchanger } from './exchange.ts';
import { openKeyFiles } from './key-file.ts';
import { JOURNAL_FILE, openSealedJournal } from './sealed-journal.ts';
import { systemClock, systemRandom } from './system.ts';
import { type StepPoint, Terminal } from './terminal.ts';

export type OpenedStick =
  | { readonly ok: true; readonly ports: StickPorts; close(): void }
  /** What is wrong and what to do. */
  | { readonly ok: false; readonly message: string };

/** A terminal without its line, for batches that travel on a stick. The till itself must not be running on the folder. */
export async function openStick(
  dataDir: string,
  sealKey: Uint8Array,
  onPoint?: (point: StepPoint) => void,
): Promise<OpenedStick> {
  if (!existsSync(join(dataDir, JOURNAL_FILE))) {
    return { ok: false, message: `There is no terminal in ${dataDir}: name its data folder with --data.` };
  }
  const clock = systemClock();
  const sealer = new Sealer(SecretKey.from(sealKey), systemRandom);
  const opened = openSealedJournal(dataDir, { sealer, clock });
  if (!opened.ok) return { ok: false, message: `${opened.error.message.en} (${opened.error.detail})` };
  const { journal } = opened;
  const keyFiles = openKeyFiles(dataDir, sealer);
  const refuse = (message: string): OpenedStick => {
    journal.close();
    return { ok: false, message };
  };
  if (!keyFiles.ok) return refuse(`The terminal's keys cannot be used: ${keyFiles.detail}.`);
  const { batchFileKeys, keys } = keyFiles;
  if (!batchFileKeys) {
    return refuse('This terminal was provisioned before there were batch files: have it provisioned anew.');
  }
  const exchanger = createExchanger({
    link: NO_LINE,
    keys,
    log: { sent() {}, received() {}, odd() {} },
    timeoutMs: () => 0,
    nextKeySetId: () => `set-${journal.nextSeq()}`,
  });
  const terminal = new Terminal({ journal, clock, exchanger, ...(onPoint ? { onPoint } : {}) });
  const currentKeySetId = keys.currentKeySetId();
  // What the last run left open is owed from now on, as after every start.
  await terminal.run({ kind: 'recover', ...(currentKeySetId === undefined ? {} : { currentKeySetId }) });
  believeIssuers(terminal.state, keys);
  return {
    ok: true,
    ports: { terminal, exchanger, keys: batchFileKeys, clock, random: systemRandom },
    close: () => journal.close(),
  };
}

const NO_LINE: HostLink = {
  request: async () => ({ kind: 'not-sent', reason: 'link-down' }),
  status: () => ({ state: 'down', sinceMs: 0, roundTripsMs: [] }),
  onStatus: () => () => {},
  close: async () => {},
};
