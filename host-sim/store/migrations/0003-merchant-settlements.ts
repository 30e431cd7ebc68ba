/** One row for each merchant and accounting day that was paid out. */
export const merchantSettlements = `
CREATE TABLE merchant_settlements (
  accounting_date TEXT NOT NULL,
  merchant_id TEXT NOT NULL,
  debit_count INTEGER NOT NULL,
  debit_minor INTEGER NOT NULL,
  credit_count INTEGER NOT NULL,
  credit_minor INTEGER NOT NULL,
  fee_basis_points INTEGER NOT NULL,
  fee_minor INTEGER NOT NULL,
  payout_minor INTEGER NOT NULL,
  posting_id INTEGER REFERENCES ledger_postings,
  settled_at_ms INTEGER NOT NULL,
  PRIMARY KEY (accounting_date, merchant_id)
) STRICT;
CREATE INDEX ledger_postings_by_date ON ledger_postings (accounting_date);
`;
