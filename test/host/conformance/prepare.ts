import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cardFile } from './cards.ts';
import { purseFileFor } from './purses.ts';

/** Cards of each role that is used up: enough for one run, with some to spare. */
const CARDS_PER_ROLE = 120;
const PURSES_PER_ROLE = 60;

/** `npm run conformance -- --prepare FOLDER`: the cards for another host's issuer, and a description to complete. */
const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('npm run conformance -- --prepare FOLDER\n');
  process.exitCode = 2;
} else {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'cards.csv'), cardFile(CARDS_PER_ROLE));
  const purses = `${JSON.stringify(purseFileFor(PURSES_PER_ROLE), null, 2)}\n`;
  writeFileSync(join(folder, 'purses.json'), purses);
  writeFileSync(
    join(folder, 'conformance.json'),
    `${JSON.stringify({ terminal: 'terminal.json', cards: 'cards.csv', purses: 'purses.json' }, null, 2)}\n`,
  );
  process.stdout.write(
    `Issue the cards of ${join(folder, 'cards.csv')} at the host, and the purses of ${join(folder, 'purses.json')} with the issuer's keys that it has ` +
      `(or take "purses" out of the description), put the terminal's id, merchant and keys into ${join(folder, 'terminal.json')}, ` +
      `and run HOST=host:port CONFORMANCE=${join(folder, 'conformance.json')} npm run conformance\n`,
  );
}
