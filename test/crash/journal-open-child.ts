import { openJournal } from '../../terminal-core/journal/index.ts';
import { journalOptions } from './journal-support.ts';

// Opens a journal as a user without rights (nobody) and says what came of it. The modules are loaded before, because
// that user may not be allowed to read the checkout.
const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('expected FILE');
process.setuid?.(65534);
const opened = openJournal(journalOptions(file));
process.stdout.write(opened.ok ? 'opened' : opened.error.code);
