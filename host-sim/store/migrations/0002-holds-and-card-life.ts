/**
 * Holds for pre-authorisations, the states of a card's life, and what a reversal needs to undo a card service. SQLite
 * changes a CHECK only by making the table anew.
 */
export const holdsAndCardLife = `
CREATE TABLE ledger_accounts_new (
  account_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('card', 'hold', 'merchant', 'float', 'fees', 'suspense', 'exceptions')),
  balance_minor INTEGER NOT NULL DEFAULT 0,
  last_posting_id INTEGER NOT NULL DEFAULT 0,
  CHECK (kind NOT IN ('card', 'hold') OR balance_minor >= 0)
) STRICT;
INSERT INTO ledger_accounts_new SELECT account_id, kind, balance_minor, last_posting_id FROM ledger_accounts;
DROP TABLE ledger_accounts;
ALTER TABLE ledger_accounts_new RENAME TO ledger_accounts;

CREATE TABLE cards_new (
  card_id INTEGER PRIMARY KEY AUTOINCREMENT,
  pan_hash TEXT NOT NULL UNIQUE,
  pan_sealed BLOB NOT NULL,
  pan_masked TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('registered', 'bearer')),
  status TEXT NOT NULL CHECK (status IN ('inactive', 'active', 'blocked', 'lost', 'hotlisted', 'replaced', 'surrendered')),
  status_since_ms INTEGER NOT NULL,
  expiry TEXT NOT NULL,
  holder_name TEXT NOT NULL,
  pin_salt BLOB,
  pin_verifier BLOB,
  pin_failures INTEGER NOT NULL DEFAULT 0,
  pin_failures_date TEXT NOT NULL DEFAULT '',
  created_at_ms INTEGER NOT NULL
) STRICT;
INSERT INTO cards_new SELECT card_id, pan_hash, pan_sealed, pan_masked, kind, status, status_since_ms, expiry, holder_name,
  pin_salt, pin_verifier, pin_failures, pin_failures_date, created_at_ms FROM cards;
DROP TABLE cards;
ALTER TABLE cards_new RENAME TO cards;
CREATE INDEX cards_by_status ON cards (status) WHERE status <> 'active';

CREATE TABLE barred_originals_new (
  terminal_id TEXT NOT NULL,
  batch_number TEXT NOT NULL,
  stan TEXT NOT NULL,
  barred_by TEXT NOT NULL CHECK (barred_by IN ('reversal', 'query', 'confirmation')),
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (terminal_id, batch_number, stan)
) STRICT;
INSERT INTO barred_originals_new SELECT terminal_id, batch_number, stan, barred_by, at_ms FROM barred_originals;
DROP TABLE barred_originals;
ALTER TABLE barred_originals_new RENAME TO barred_originals;

ALTER TABLE transactions ADD COLUMN status_before TEXT;
`;
