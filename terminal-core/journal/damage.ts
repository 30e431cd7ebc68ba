/** What was read is not what was written: bad memory or a bad disk. Nothing that runs may go on from it. */
export class JournalDamageError extends Error {
  readonly code = 'journal-damage';

  constructor(what: string) {
    super(`${what} is not what was written. Stop the terminal and verify the journal.`);
    this.name = 'JournalDamageError';
  }
}
