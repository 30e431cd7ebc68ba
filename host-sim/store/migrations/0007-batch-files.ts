/** Batches that come on a stick: the key they are sealed to, the keys their terminals sign with, and which ones came. */
export const batchFiles = `
ALTER TABLE terminals ADD COLUMN batch_file_key TEXT;

CREATE TABLE batch_file_keys (
  key_id TEXT PRIMARY KEY,
  public_key TEXT NOT NULL,
  private_key_sealed BLOB NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE batch_files (
  terminal_id TEXT NOT NULL REFERENCES terminals (terminal_id),
  digest TEXT NOT NULL,
  export_number INTEGER NOT NULL,
  record_count INTEGER NOT NULL,
  imported_at_ms INTEGER NOT NULL,
  PRIMARY KEY (terminal_id, digest)
) STRICT;
`;
