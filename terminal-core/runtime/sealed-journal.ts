import { join } from 'node:path';
import type { Sealer } from '../crypto/index.ts';
import { type OpenJournalResult, openJournal } from '../journal/index.ts';
import type { Clock } from '../ports/clock.ts';

export const JOURNAL_FILE = 'journal.sqlite';

/** The journal of a data folder, its card data under the terminal's sealing key. One process at a time. */
export function openSealedJournal(
  dataDir: string,
  around: { readonly sealer: Sealer; readonly clock: Clock },
): OpenJournalResult {
  const { clock, sealer } = around;
  return openJournal({
    file: join(dataDir, JOURNAL_FILE),
    seal: (clear, associatedData) => sealer.seal(clear, associatedData),
    unseal: (sealed, associatedData) => {
      const result = sealer.open(sealed, associatedData);
      return result.ok ? result.plaintext : undefined;
    },
    nowMs: () => clock.nowMs(),
  });
}
