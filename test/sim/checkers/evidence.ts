import { audit } from '../../../host-sim/ledger/audit.ts';
import type { StoreTransaction } from '../../../host-sim/store/store.ts';
import { panHash, SecretKey } from '../../../terminal-core/crypto/index.ts';
import { project } from '../../../terminal-core/engine/project.ts';
import type { SaleDoc } from '../../../terminal-core/engine/sale-docs.ts';
import { type TerminalDoc, type Txn, terminalOf } from '../../../terminal-core/engine/state.ts';
import type { TakingsDoc } from '../../../terminal-core/engine/takings.ts';
import type { JournalReport } from '../../../terminal-core/journal/index.ts';
import type { StoredEntry } from '../../../terminal-core/ports/journal.ts';
import type { Memories } from '../memories.ts';
import type { Plan, SimCard } from '../plan.ts';
import type { PurseMove } from '../purses.ts';
import type { World } from '../world.ts';

/** One till's side: everything from its journal, nothing from the memory of its process. */
export interface TillEvidence {
  readonly name: string;
  readonly terminalId: string;
  readonly entries: readonly StoredEntry[];
  readonly transactions: ReadonlyMap<string, Txn>;
  readonly sales: ReadonlyMap<string, SaleDoc>;
  /** Since the last Z report. */
  readonly takings: TakingsDoc | undefined;
  readonly terminal: TerminalDoc;
  readonly report: JournalReport;
}

export interface HostTransaction {
  readonly transactionId: number;
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly stan: string;
  readonly kind: string;
  readonly state: string;
  readonly responseCode: string;
  readonly reason: string | null;
  readonly amountMinor: number;
  readonly cardId: number | null;
}

export interface HostCard {
  readonly cardId: number;
  readonly panHash: string;
  readonly balanceMinor: number;
}

/** What is put aside for one pre-authorisation. */
export interface HostHold {
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly stan: string;
  readonly balanceMinor: number;
}

/** A chip card, by its own memory. */
export interface PurseEvidence {
  readonly serial: string;
  readonly openingMinor: number;
  readonly balanceMinor: number;
  readonly moves: readonly PurseMove[];
}

export interface HostPurchase {
  readonly serial: string;
  readonly counter: number;
  readonly state: string;
  readonly amountMinor: number;
  readonly terminalId: string;
  readonly stan: string;
}

export interface HostLoad {
  readonly serial: string;
  readonly counter: number;
  readonly state: string;
  readonly amountMinor: number;
  readonly terminalId: string;
  readonly stan: string;
}

export interface HostBatch {
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly state: string;
  readonly terminalTotals: string | null;
  readonly hostTotals: string | null;
}

export interface HostException {
  readonly kind: string;
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly stan: string;
  readonly amountMinor: number;
}

/** What is left at the end of a day, on both sides, and what people remember. The checkers see nothing else. */
export interface Evidence {
  readonly plan: Plan;
  readonly memories: Memories;
  readonly tills: readonly TillEvidence[];
  readonly cards: readonly (SimCard & { readonly panHash: string })[];
  readonly hostCards: readonly HostCard[];
  readonly hostTransactions: readonly HostTransaction[];
  readonly purses: readonly PurseEvidence[];
  readonly hostPurchases: readonly HostPurchase[];
  readonly hostLoads: readonly HostLoad[];
  readonly hostHolds: readonly HostHold[];
  readonly hostBatches: readonly HostBatch[];
  readonly hostExceptions: readonly HostException[];
  readonly hostAuditProblems: readonly string[];
  /** Everything that the host keeps in the clear, as text. */
  readonly hostTexts: readonly string[];
}

export async function evidenceOf(world: World): Promise<Evidence> {
  const tills = world.tills.map(({ box }): TillEvidence => {
    const entries = [...box.journal.entries()];
    const transactions = new Map(
      box.journal
        .list('transactions', { limit: 100_000 })
        // The journal gives back the documents that evolve put in.
        .map(({ doc, key }) => [key, doc as unknown as Txn] as const)
        .reverse(),
    );
    const terminal = terminalOf({
      get: (collection, key) => box.journal.get(collection, key)?.doc as never,
      live: () => [],
    });
    return {
      name: box.name,
      terminalId: terminal.terminalId,
      entries,
      transactions,
      takings: box.journal.get('takings', 'takings')?.doc as unknown as TakingsDoc | undefined,
      sales: new Map(
        box.journal
          .list('sales', { limit: 100_000 })
          .map(({ doc, key }) => [key, doc as unknown as SaleDoc] as const),
      ),
      terminal,
      report: box.journal.verify({ project }),
    };
  });
  const cardHashKey = world.cardHashKey;
  return world.store.transaction(async (tx) => ({
    plan: world.plan,
    memories: world.memories,
    tills,
    cards: world.plan.cards.map((card) => ({
      ...card,
      panHash: panHash(card.pan, SecretKey.fromHex(cardHashKey)),
    })),
    purses: world.purses.map(({ balanceMinor, moves, openingMinor, serial }) => ({
      serial,
      openingMinor,
      balanceMinor,
      moves,
    })),
    ...(await hostSide(tx)),
  }));
}

async function hostSide(tx: StoreTransaction) {
  const { problems } = await audit(tx);
  const all = await tx.all<HostTransaction & { readonly record: string; readonly answer: Uint8Array }>(
    `SELECT transaction_id AS "transactionId", terminal_id AS "terminalId", batch_number AS "batchNumber", stan, kind, state,
       response_code AS "responseCode", reason, amount_minor AS "amountMinor", card_id AS "cardId", record, answer
     FROM transactions ORDER BY transaction_id`,
  );
  const holds = await tx.all<{ readonly accountId: string; readonly balanceMinor: number }>(
    `SELECT account_id AS "accountId", balance_minor AS "balanceMinor" FROM ledger_accounts WHERE kind = 'hold'`,
  );
  const others = await tx.all<{ readonly text: string | null }>(
    `SELECT record AS text FROM upload_records UNION ALL SELECT terminal_record FROM exceptions
     UNION ALL SELECT host_record FROM exceptions UNION ALL SELECT pan_masked FROM cards`,
  );
  return {
    hostAuditProblems: problems,
    hostCards: await tx.all<HostCard>(
      `SELECT c.card_id AS "cardId", c.pan_hash AS "panHash", COALESCE(a.balance_minor, 0) AS "balanceMinor"
       FROM cards c LEFT JOIN ledger_accounts a ON a.account_id = 'card:' || c.card_id`,
    ),
    hostTransactions: all,
    hostHolds: holds.map(({ accountId, balanceMinor }): HostHold => {
      const [, terminalId = '', batchNumber = '', stan = ''] = accountId.split(':');
      return { terminalId, batchNumber, stan, balanceMinor };
    }),
    hostPurchases: await tx.all<HostPurchase>(
      `SELECT p.application_serial AS serial, d.counter, d.state, d.amount_minor AS "amountMinor",
         d.terminal_id AS "terminalId", d.sale_stan AS stan
       FROM purse_purchases d JOIN purses p ON p.purse_id = d.purse_id ORDER BY d.purchase_id`,
    ),
    hostLoads: await tx.all<HostLoad>(
      `SELECT p.application_serial AS serial, d.counter, d.state, d.amount_minor AS "amountMinor",
         d.terminal_id AS "terminalId", d.stan
       FROM purse_loads d JOIN purses p ON p.purse_id = d.purse_id ORDER BY d.load_id`,
    ),
    hostBatches: await tx.all<HostBatch>(
      `SELECT terminal_id AS "terminalId", batch_number AS "batchNumber", state, terminal_totals AS "terminalTotals",
         host_totals AS "hostTotals" FROM batches ORDER BY terminal_id, batch_number`,
    ),
    hostExceptions: await tx.all<HostException>(
      `SELECT kind, terminal_id AS "terminalId", batch_number AS "batchNumber", stan, amount_minor AS "amountMinor"
       FROM exceptions ORDER BY exception_id`,
    ),
    hostTexts: [
      ...all.flatMap(({ answer, record }) => [
        record,
        Buffer.from(answer).toString('hex'),
        Buffer.from(answer).toString('latin1'),
      ]),
      ...others.flatMap(({ text }) => text ?? []),
    ],
  };
}
