import { createHash } from 'node:crypto';
import type { StoreTransaction } from './store.ts';

/** The message that brought a customer's code. */
export interface CodeUse {
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly stan: string;
}

/**
 * Notes the first use of a code. Only its hash is kept.
 * @returns whether this message is the one that used it: another one before leaves nothing to use.
 */
export async function claimCode(
  tx: StoreTransaction,
  code: string,
  use: CodeUse & { readonly nowMs: number },
): Promise<boolean> {
  const hash = createHash('sha256').update(code).digest('hex');
  await tx.run(
    `INSERT INTO used_codes (code_hash, terminal_id, batch_number, stan, at_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (code_hash) DO NOTHING`,
    hash,
    use.terminalId,
    use.batchNumber,
    use.stan,
    use.nowMs,
  );
  const first = await tx.get<CodeUse>(
    `SELECT terminal_id AS "terminalId", batch_number AS "batchNumber", stan FROM used_codes WHERE code_hash = ?`,
    hash,
  );
  return (
    first?.terminalId === use.terminalId && first.batchNumber === use.batchNumber && first.stan === use.stan
  );
}
