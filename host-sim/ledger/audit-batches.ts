import { TOTALS_OF_BATCH } from '../batches/totals.ts';
import type { AuditRule } from './audit-rule.ts';

/** Under the number that the terminal had given it, in a message with another one. */
const CAME_AS_SALE = `t.terminal_id = u.terminal_id AND t.sale_batch_number = u.batch_number AND t.sale_stan = u.stan
              AND t.amount_minor = u.amount_minor`;

/** Batches: who is in them, and that a closed one was closed with what it holds. */
export const BATCH_RULES: readonly AuditRule[] = [
  {
    id: 'batch-exists',
    sql: `SELECT t.transaction_id AS name, t.batch_number AS detail FROM transactions t
          LEFT JOIN batches b ON b.terminal_id = t.terminal_id AND b.batch_number = t.batch_number
          WHERE b.batch_number IS NULL AND t.state IN ('approved', 'voided')`,
    sentence: (row) => `transaction ${row.name} is in batch ${row.detail}, which does not exist`,
  },
  {
    id: 'merchant-of-terminal',
    sql: `SELECT t.transaction_id AS name, t.merchant_id AS detail FROM transactions t
          LEFT JOIN terminals w ON w.terminal_id = t.terminal_id WHERE w.merchant_id IS NULL OR w.merchant_id <> t.merchant_id`,
    sentence: (row) => `transaction ${row.name} is for merchant ${row.detail}, who has no such terminal`,
  },
  {
    id: 'terminal-batch-open',
    sql: `SELECT t.terminal_id AS name, t.batch_number AS detail FROM terminals t
          LEFT JOIN batches b ON b.terminal_id = t.terminal_id AND b.batch_number = t.batch_number
          WHERE b.state IS NULL OR b.state = 'closed'`,
    sentence: (row) => `terminal ${row.name} is in batch ${row.detail}, which is not open`,
  },
  {
    id: 'one-open-batch',
    sql: `SELECT b.terminal_id AS name, b.batch_number AS detail FROM batches b
          JOIN terminals t ON t.terminal_id = b.terminal_id
          WHERE b.state <> 'closed' AND b.batch_number <> t.batch_number`,
    sentence: (row) => `batch ${row.detail} of terminal ${row.name} is open and not the one that it is in`,
  },
  {
    id: 'batch-closing',
    sql: `SELECT b.terminal_id AS name, b.batch_number AS detail FROM batches b
          WHERE (b.state = 'closed') <> (b.closed_by IS NOT NULL) OR (b.state = 'closed') <> (b.closed_at_ms IS NOT NULL)
            OR (b.state <> 'open' AND (b.terminal_totals IS NULL OR b.host_totals IS NULL))`,
    sentence: (row) =>
      `batch ${row.detail} of terminal ${row.name} was closed without saying when, how or over what`,
  },
  {
    // Of a batch that was uploaded, the totals are those before the host booked what it lacked.
    id: 'closed-totals',
    sql: `SELECT b.terminal_id || ' ' || b.batch_number AS name,
            json_object('debitCount', s."debitCount", 'debitMinor', s."debitMinor", 'creditCount', s."creditCount", 'creditMinor', s."creditMinor") AS detail
          FROM batches b JOIN (SELECT b.terminal_id, b.batch_number, ${TOTALS_OF_BATCH} FROM batches b
            LEFT JOIN transactions ON transactions.terminal_id = b.terminal_id AND transactions.batch_number = b.batch_number
              AND transactions.state IN ('approved', 'voided') AND NOT (b.closed_by = 'upload' AND transactions.mti = 'upload')
            WHERE b.state = 'closed' GROUP BY b.terminal_id, b.batch_number) s
            ON s.terminal_id = b.terminal_id AND s.batch_number = b.batch_number
          WHERE b.host_totals <> json_object('debitCount', s."debitCount", 'debitMinor', s."debitMinor", 'creditCount', s."creditCount", 'creditMinor', s."creditMinor")
            OR (b.closed_by = 'balanced' AND b.terminal_totals <> b.host_totals)`,
    sentence: (row) =>
      `batch ${row.name} was closed with other totals than its transactions come to: ${row.detail}`,
  },
  {
    // What the terminal reported is booked, or a person has been told.
    id: 'upload-record-lost',
    sql: `SELECT u.terminal_id || ' ' || u.batch_number AS name, u.stan AS detail FROM upload_records u
          JOIN batches b ON b.terminal_id = u.terminal_id AND b.batch_number = u.batch_number
          WHERE b.state = 'closed'
            AND NOT EXISTS (SELECT 1 FROM transactions t WHERE t.terminal_id = u.terminal_id AND t.batch_number = u.batch_number
              AND t.stan = u.stan AND t.state IN ('approved', 'voided') AND t.amount_minor = u.amount_minor)
            AND NOT EXISTS (SELECT 1 FROM transactions t WHERE ${CAME_AS_SALE} AND t.kind = 'offline-sale' AND t.state <> 'declined')
            AND NOT EXISTS (SELECT 1 FROM transactions t WHERE ${CAME_AS_SALE} AND t.kind = 'load' AND t.sale_stan IS NOT NULL)
            AND NOT EXISTS (SELECT 1 FROM purse_purchases t WHERE ${CAME_AS_SALE})
            AND NOT EXISTS (SELECT 1 FROM exceptions x WHERE x.terminal_id = u.terminal_id AND x.batch_number = u.batch_number
              AND x.stan = u.stan)`,
    sentence: (row) =>
      `record ${row.detail} of the upload of batch ${row.name} was neither booked nor written down`,
  },
];
