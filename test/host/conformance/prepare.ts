import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cardFile } from './cards.ts';

/** Cards of each role that is used up: enough for one run, with some to spare. */
const CARDS_PER_ROLE = 120;

/** `npm run conformance -- --prepare FOLDER`: the cards for another host's issuer, and a description to complete. */
const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('npm run conformance -- --prepare FOLDER\n');
  process.exitCode = 2;
} else {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'cards.csv'), cardFile(CARDS_PER_ROLE));
  writeFileSync(
    join(folder, 'conformance.json'),
    `${JSON.stringify({ terminal: 'terminal.json', cards: 'cards.csv' }, null, 2)}\n`,
  );
  process.stdout.write(
    `Issue the cards of ${join(folder, 'cards.csv')} at the host, put the terminal's id, merchant and keys into ${join(folder, 'terminal.json')}, ` +
      `and run HOST=host:port CONFORMANCE=${join(folder, 'conformance.json')} npm run conformance\n`,
  );
}
