import type { TerminalKeys } from '../../terminal-core/ports/terminal-keys.ts';
import { createSync, type Sync } from '../../terminal-core/runtime/sync.ts';
import type { TerminalBench } from './terminal-bench.ts';

/** Keys that find every MAC right: what a bench's host says is played by the test. */
export function benchKeys(bench: TerminalBench): TerminalKeys {
  return {
    mac: () => undefined,
    macMatches: () => true,
    currentKeySetId: () => undefined,
    pinBlock: () => new Uint8Array(8),
    installKeySet: () => ({ ok: true }),
    forgetKeySetsExcept() {},
    panHash: (pan) => bench.card(pan).panHash,
    purseHash: (serial) => serial,
    openCertificate: () => ({ ok: false, why: 'unknown-key' }),
    openDocument: () => ({ ok: false, why: 'unknown-key' }),
    believeIssuers() {},
  };
}

/** The upload of a bench's terminal as it is now, to the host that the test plays, by the bench's clock. */
export function benchSync(bench: TerminalBench, onProblem: (what: string) => void = () => {}): Sync {
  return createSync(bench.terminal, {
    exchanger: {
      perform: async (exchange) => bench.host(exchange),
      linkStatus: () => ({ state: bench.linkUp ? 'up' : 'down', sinceMs: 0, roundTripsMs: [] }),
    },
    keys: benchKeys(bench),
    clock: { nowMs: () => bench.nowMs, sleep: async () => {} },
    random: { bytes: (length) => new Uint8Array(length) },
    onProblem,
  });
}
