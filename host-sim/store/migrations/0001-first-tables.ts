/**
 * Times are milliseconds since the epoch (`_ms`), amounts minor units (`_minor`), dates `YYYY-MM-DD` accounting dates.
 * `*_sealed` columns hold AES-256-GCM under the vault key; no column holds a clear card number, key or PIN.
 */
export const firstTables = `
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
CREATE TABLE secrets (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
CREATE TABLE issuer_keys (
  key_id TEXT PRIMARY KEY,
  public_key TEXT NOT NULL,
  private_key_sealed BLOB NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'retired')),
  created_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE merchants (
  merchant_id TEXT PRIMARY KEY,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  fee_basis_points INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE terminals (
  terminal_id TEXT PRIMARY KEY,
  merchant_id TEXT NOT NULL REFERENCES merchants,
  status TEXT NOT NULL CHECK (status IN ('active', 'blocked')),
  batch_number TEXT NOT NULL,
  signed_on INTEGER NOT NULL DEFAULT 0,
  key_set_id INTEGER,
  master_key_sealed BLOB NOT NULL,
  master_key_check_value TEXT NOT NULL,
  signed_on_at_ms INTEGER,
  created_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE key_sets (
  key_set_id INTEGER PRIMARY KEY AUTOINCREMENT,
  terminal_id TEXT NOT NULL REFERENCES terminals,
  kind TEXT NOT NULL CHECK (kind IN ('001', '003', '004')),
  pin_key_sealed BLOB NOT NULL,
  mac_key_sealed BLOB NOT NULL,
  track_key_sealed BLOB,
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX key_sets_by_terminal ON key_sets (terminal_id, key_set_id);

CREATE TABLE cards (
  card_id INTEGER PRIMARY KEY AUTOINCREMENT,
  pan_hash TEXT NOT NULL UNIQUE,
  pan_sealed BLOB NOT NULL,
  pan_masked TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('registered', 'bearer')),
  status TEXT NOT NULL CHECK (status IN ('active', 'blocked', 'lost', 'hotlisted')),
  status_since_ms INTEGER NOT NULL,
  expiry TEXT NOT NULL,
  holder_name TEXT NOT NULL,
  pin_salt BLOB,
  pin_verifier BLOB,
  pin_failures INTEGER NOT NULL DEFAULT 0,
  pin_failures_date TEXT NOT NULL DEFAULT '',
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX cards_by_status ON cards (status) WHERE status <> 'active';

CREATE TABLE ledger_accounts (
  account_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('card', 'merchant', 'float', 'fees', 'suspense', 'exceptions')),
  balance_minor INTEGER NOT NULL DEFAULT 0,
  last_posting_id INTEGER NOT NULL DEFAULT 0,
  CHECK (kind <> 'card' OR balance_minor >= 0)
) STRICT;
CREATE TABLE ledger_postings (
  posting_id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  accounting_date TEXT NOT NULL,
  reverses_posting_id INTEGER REFERENCES ledger_postings UNIQUE
) STRICT;
CREATE TABLE ledger_entries (
  posting_id INTEGER NOT NULL REFERENCES ledger_postings,
  line INTEGER NOT NULL,
  account_id TEXT NOT NULL REFERENCES ledger_accounts,
  amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
  PRIMARY KEY (posting_id, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_entries_by_account ON ledger_entries (account_id, posting_id);

CREATE TABLE batches (
  terminal_id TEXT NOT NULL REFERENCES terminals,
  batch_number TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'unbalanced', 'closed')),
  closed_by TEXT CHECK (closed_by IN ('balanced', 'upload')),
  opened_at_ms INTEGER NOT NULL,
  closed_at_ms INTEGER,
  terminal_totals TEXT,
  host_totals TEXT,
  PRIMARY KEY (terminal_id, batch_number)
) STRICT;

CREATE TABLE transactions (
  transaction_id INTEGER PRIMARY KEY AUTOINCREMENT,
  terminal_id TEXT NOT NULL REFERENCES terminals,
  merchant_id TEXT NOT NULL,
  batch_number TEXT NOT NULL,
  stan TEXT NOT NULL,
  mti TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('approved', 'declined', 'reversed', 'voided', 'recorded')),
  response_code TEXT NOT NULL,
  reason TEXT,
  amount_minor INTEGER NOT NULL,
  card_id INTEGER REFERENCES cards,
  pan_masked TEXT,
  rrn TEXT,
  authorisation_code TEXT,
  sale_batch_number TEXT,
  sale_stan TEXT,
  sale_at_ms INTEGER,
  certificate_number INTEGER,
  original_transaction_id INTEGER REFERENCES transactions,
  posting_id INTEGER REFERENCES ledger_postings,
  at_ms INTEGER NOT NULL,
  accounting_date TEXT NOT NULL,
  request_digest TEXT NOT NULL,
  request_mac TEXT NOT NULL,
  record TEXT NOT NULL,
  answer BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX messages_once ON transactions (terminal_id, batch_number, stan, mti) WHERE mti <> '0320';
CREATE UNIQUE INDEX upload_messages_once ON transactions (terminal_id, batch_number, request_digest) WHERE mti = '0320';
CREATE INDEX transactions_by_key ON transactions (terminal_id, batch_number, stan, mti);
CREATE INDEX transactions_by_rrn ON transactions (rrn);
CREATE INDEX transactions_by_card ON transactions (card_id, accounting_date);
CREATE INDEX transactions_by_original ON transactions (original_transaction_id) WHERE original_transaction_id IS NOT NULL;
CREATE UNIQUE INDEX offline_sales_once ON transactions (terminal_id, sale_batch_number, sale_stan)
  WHERE kind = 'offline-sale' AND state <> 'declined';

CREATE TABLE barred_originals (
  terminal_id TEXT NOT NULL,
  batch_number TEXT NOT NULL,
  stan TEXT NOT NULL,
  barred_by TEXT NOT NULL CHECK (barred_by IN ('reversal', 'query')),
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (terminal_id, batch_number, stan)
) STRICT;

CREATE TABLE upload_records (
  terminal_id TEXT NOT NULL,
  batch_number TEXT NOT NULL,
  kind TEXT NOT NULL,
  stan TEXT NOT NULL,
  card_id INTEGER,
  pan_masked TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  sale_at_ms INTEGER,
  record TEXT NOT NULL,
  PRIMARY KEY (terminal_id, batch_number, stan)
) STRICT;

CREATE TABLE exceptions (
  exception_id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
  terminal_id TEXT,
  batch_number TEXT,
  stan TEXT,
  amount_minor INTEGER NOT NULL,
  terminal_record TEXT,
  host_record TEXT,
  note TEXT,
  opened_at_ms INTEGER NOT NULL,
  closed_at_ms INTEGER
) STRICT;
CREATE INDEX exceptions_by_status ON exceptions (status, exception_id);
CREATE INDEX exceptions_by_batch ON exceptions (terminal_id, batch_number);

CREATE TABLE document_versions (
  kind TEXT PRIMARY KEY CHECK (kind IN ('parameters', 'hotlist')),
  version INTEGER NOT NULL,
  content_digest TEXT NOT NULL
) STRICT;
CREATE TABLE downloads (
  kind TEXT NOT NULL CHECK (kind IN ('parameters', 'hotlist')),
  terminal_id TEXT NOT NULL REFERENCES terminals,
  signed BLOB NOT NULL,
  PRIMARY KEY (kind, terminal_id)
) STRICT;
`;
