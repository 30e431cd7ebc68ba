export { ARCHIVE_ENTRIES_MAX, type ArchiveResult } from './archive.ts';
export { canonicalJson, NotCanonicalError } from './canonical-json.ts';
export { maskClearPans } from './clear-pans.ts';
export { COPIES_KEPT, listCopies } from './copies.ts';
export { JournalDamageError } from './damage.ts';
export type { Replay } from './doc-records.ts';
export { type OpenJournalOptions, type OpenJournalResult, openJournal } from './open.ts';
export type { JournalOpenError, JournalOpenErrorCode, JournalProblem } from './open-errors.ts';
export { type RestoreOptions, type RestoreResult, restoreJournal, UNPROVEN_MAX } from './restore.ts';
export type { Seal, Unseal } from './sealing.ts';
export { readJournalEntries } from './show.ts';
export type { SqliteJournal } from './sqlite-journal.ts';
export {
  type JournalReport,
  type ProjectionDifference,
  type VerifyOptions,
  verifyJournal,
} from './verify.ts';
export { type ArchiveReport, isArchive, verifyArchives } from './verify-archive.ts';
