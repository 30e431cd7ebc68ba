/**
 * The electronic purse: keys, shadow accounts, what cards have paid and been loaded. Counters are those that INITIALIZE gave.
 * SQLite changes a CHECK only by making the table anew.
 */
export const electronicPurse = `
CREATE TABLE ledger_accounts_new (
  account_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('card', 'hold', 'purse', 'purse-load', 'merchant', 'wallet', 'float', 'fees', 'suspense', 'exceptions')),
  balance_minor INTEGER NOT NULL DEFAULT 0,
  last_posting_id INTEGER NOT NULL DEFAULT 0,
  CHECK (kind NOT IN ('card', 'hold', 'purse', 'purse-load') OR balance_minor >= 0)
) STRICT;
INSERT INTO ledger_accounts_new SELECT account_id, kind, balance_minor, last_posting_id FROM ledger_accounts;
DROP TABLE ledger_accounts;
ALTER TABLE ledger_accounts_new RENAME TO ledger_accounts;

CREATE TABLE purse_keys (
  issuer_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  purpose TEXT NOT NULL CHECK (purpose IN ('purchase', 'load', 'tac')),
  sealed BLOB NOT NULL,
  levels TEXT NOT NULL,
  PRIMARY KEY (issuer_id, version, purpose)
) STRICT;

CREATE TABLE purses (
  purse_id INTEGER PRIMARY KEY AUTOINCREMENT,
  application_serial TEXT NOT NULL UNIQUE,
  serial_hash TEXT NOT NULL UNIQUE,
  issuer_id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'blocked', 'hotlisted')),
  status_since_ms INTEGER NOT NULL,
  starts_on TEXT NOT NULL,
  expires_on TEXT NOT NULL,
  holder_name TEXT NOT NULL,
  opening_minor INTEGER NOT NULL,
  first_offline INTEGER NOT NULL,
  first_online INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX purses_by_status ON purses (status) WHERE status <> 'active';

CREATE TABLE purse_purchases (
  purchase_id INTEGER PRIMARY KEY AUTOINCREMENT,
  purse_id INTEGER NOT NULL REFERENCES purses,
  counter INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('booked', 'withheld', 'held', 'unresolved', 'not-debited', 'alert')),
  amount_minor INTEGER NOT NULL,
  balance_before_minor INTEGER NOT NULL,
  loads_seen INTEGER,
  content TEXT NOT NULL,
  flags INTEGER NOT NULL,
  sold_at TEXT NOT NULL,
  merchant_id TEXT NOT NULL,
  terminal_id TEXT NOT NULL,
  sale_batch_number TEXT NOT NULL,
  sale_stan TEXT NOT NULL,
  rrn TEXT,
  record TEXT NOT NULL,
  posting_id INTEGER REFERENCES ledger_postings,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX purse_purchases_once ON purse_purchases (purse_id, counter) WHERE state IN ('booked', 'withheld');
CREATE INDEX purse_purchases_by_counter ON purse_purchases (purse_id, counter);
CREATE INDEX purse_purchases_in_doubt ON purse_purchases (purse_id, counter) WHERE state IN ('held', 'unresolved');
CREATE INDEX purse_purchases_by_sale ON purse_purchases (terminal_id, sale_batch_number, sale_stan);
CREATE INDEX purse_purchases_by_rrn ON purse_purchases (rrn) WHERE rrn IS NOT NULL;

CREATE TABLE purse_loads (
  load_id INTEGER PRIMARY KEY AUTOINCREMENT,
  purse_id INTEGER NOT NULL REFERENCES purses,
  counter INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'credited', 'reversed')),
  amount_minor INTEGER NOT NULL,
  old_balance_minor INTEGER NOT NULL,
  random TEXT NOT NULL,
  key_version INTEGER NOT NULL,
  terminal_number TEXT NOT NULL,
  date TEXT NOT NULL,
  time TEXT NOT NULL,
  mac2 TEXT NOT NULL,
  merchant_id TEXT NOT NULL,
  terminal_id TEXT NOT NULL,
  batch_number TEXT NOT NULL,
  stan TEXT NOT NULL,
  rrn TEXT NOT NULL,
  purchase_id INTEGER REFERENCES purse_purchases,
  pending_posting_id INTEGER NOT NULL REFERENCES ledger_postings,
  closing_posting_id INTEGER REFERENCES ledger_postings,
  closed_by TEXT CHECK (closed_by IN ('confirmation', 'confirmation-without-tac', 'next-load', 'next-purchase', 'reversal', 'other-load')),
  at_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX purse_loads_once ON purse_loads (purse_id, counter) WHERE state = 'credited';
CREATE UNIQUE INDEX purse_loads_by_message ON purse_loads (terminal_id, batch_number, stan);
CREATE INDEX purse_loads_by_counter ON purse_loads (purse_id, counter);
CREATE INDEX purse_loads_by_purchase ON purse_loads (purchase_id) WHERE purchase_id IS NOT NULL;
`;
