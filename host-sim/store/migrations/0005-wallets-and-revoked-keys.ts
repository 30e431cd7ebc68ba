/** Wallet accounts and the codes that were used, and signing keys that are believed no longer. */
export const walletsAndRevokedKeys = `
CREATE TABLE ledger_accounts_new (
  account_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('card', 'hold', 'merchant', 'wallet', 'float', 'fees', 'suspense', 'exceptions')),
  balance_minor INTEGER NOT NULL DEFAULT 0,
  last_posting_id INTEGER NOT NULL DEFAULT 0,
  CHECK (kind NOT IN ('card', 'hold') OR balance_minor >= 0)
) STRICT;
INSERT INTO ledger_accounts_new SELECT account_id, kind, balance_minor, last_posting_id FROM ledger_accounts;
DROP TABLE ledger_accounts;
ALTER TABLE ledger_accounts_new RENAME TO ledger_accounts;

CREATE TABLE used_codes (
  code_hash TEXT PRIMARY KEY,
  terminal_id TEXT NOT NULL,
  batch_number TEXT NOT NULL,
  stan TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE issuer_keys_new (
  key_id TEXT PRIMARY KEY,
  public_key TEXT NOT NULL,
  private_key_sealed BLOB NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('announced', 'active', 'retired', 'revoked')),
  created_at_ms INTEGER NOT NULL,
  status_since_ms INTEGER NOT NULL
) STRICT;
INSERT INTO issuer_keys_new SELECT key_id, public_key, private_key_sealed, status, created_at_ms, created_at_ms FROM issuer_keys;
DROP TABLE issuer_keys;
ALTER TABLE issuer_keys_new RENAME TO issuer_keys;
`;
