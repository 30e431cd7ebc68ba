import { createSync, type Sync } from '../../terminal-core/runtime/sync.ts';
import type { TerminalBench } from './terminal-bench.ts';

/** The upload of a bench's terminal as it is now, to the host that the test plays, by the bench's clock. */
export function benchSync(bench: TerminalBench): Sync {
  return createSync(bench.terminal, {
    exchanger: {
      perform: async (exchange) => bench.host(exchange),
      linkStatus: () => ({ state: bench.linkUp ? 'up' : 'down', sinceMs: 0, roundTripsMs: [] }),
    },
    keys: {
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
    },
    clock: { nowMs: () => bench.nowMs, sleep: async () => {} },
    random: { bytes: (length) => new Uint8Array(length) },
    onProblem: () => {},
  });
}
