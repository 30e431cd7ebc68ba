export { canonicalJson, NotCanonicalError } from './canonical-json.ts';
export { type OpenJournalOptions, type OpenJournalResult, openJournal } from './open.ts';
export type { JournalOpenError, JournalOpenErrorCode } from './open-errors.ts';
export { JournalDamageError, type Seal, type SqliteJournal, type Unseal } from './sqlite-journal.ts';
