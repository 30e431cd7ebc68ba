import { createCipheriv } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJournal, type SqliteJournal } from '../../terminal-core/journal/index.ts';
import {
  type Acknowledged,
  journalOptions,
  ROTATING_DOCS,
  seededRandom,
  startAppending,
  stepOf,
} from './journal-support.ts';

const IMAGES_MAX = 20_000;
/** HOLDFAST_CRASH_IMAGES=20000 makes the long run. */
const IMAGES = Math.min(IMAGES_MAX, Number(process.env.HOLDFAST_CRASH_IMAGES ?? '2000'));
/** HOLDFAST_CRASH_FROM=1000 tries other images: the number of the first kill, which decides its damage. */
const FIRST_KILL = Number(process.env.HOLDFAST_CRASH_FROM ?? '0');
/** What is on the disk of a killed process is the same there, and thousands of images wait for no flush. */
const MEMORY_DISK = '/dev/shm';
/** A kill costs a process, an image of what it left some milliseconds. */
const VARIANTS_OF_ONE_KILL = 100;
const TIMEOUT_MS = Math.max(600_000, 300 * IMAGES);
/** Everything but `-shm`, which is scratch memory and is made again, as after a power cut. */
const FILES = ['journal.db', 'journal.db-wal', 'journal.db-head'] as const;

type Damage = (bytes: Buffer, random: (below: number) => number) => Buffer;

const cut: Damage = (bytes, random) => bytes.subarray(0, random(bytes.length + 1));

const cutAndGarble: Damage = (bytes, random) => {
  const start = random(bytes.length + 1);
  const key = Buffer.alloc(16);
  key.writeUInt32BE(random(2 ** 32));
  // A stream cipher's bytes, because the repeatable numbers one by one would take most of the test's time.
  const noise = createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(
    Buffer.alloc(bytes.length - start),
  );
  return Buffer.concat([bytes.subarray(0, start), noise]);
};

const garbleOnePlace: Damage = (bytes, random) => {
  const result = Buffer.from(bytes);
  const start = random(bytes.length + 1);
  const end = Math.min(result.length, start + 1 + random(600));
  for (let index = start; index < end; index += 1) result[index] = random(256);
  return result;
};

const flipOneBit: Damage = (bytes, random) => {
  const result = Buffer.from(bytes);
  const index = random(bytes.length || 1);
  if (index < result.length) result[index] = (result[index] ?? 0) ^ (1 << random(8));
  return result;
};

const DAMAGES: readonly Damage[] = [cut, cutAndGarble, garbleOnePlace, flipOneBit];

describe(`${IMAGES} images of a killed journal, cut and garbled`, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(existsSync(MEMORY_DISK) ? MEMORY_DISK : tmpdir(), 'holdfast-journal-images-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it(
    'have every acknowledged step or are refused untouched, and are never silently wrong',
    async () => {
      const counts = { whole: 0, refused: 0 };
      for (let made = 0, kill = FIRST_KILL; made < IMAGES; kill += 1) {
        const random = seededRandom(kill + 1);
        const origin = join(folder, `origin-${kill}`);
        const acknowledged = await killedJournal(origin, random);
        for (let variant = 0; variant < VARIANTS_OF_ONE_KILL && made < IMAGES; variant += 1, made += 1) {
          const image = join(folder, `image-${kill}-${variant}`);
          const what = damageCopy({ origin, image, random });
          const outcome = tryImage(image, acknowledged, `kill ${kill}, variant ${variant}: ${what}`);
          counts[outcome] += 1;
          rmSync(image, { recursive: true });
        }
        rmSync(origin, { recursive: true });
      }
      // Both must happen, or the images do not test what they are made for.
      expect(counts.whole).toBeGreaterThan(IMAGES / 50);
      expect(counts.refused).toBeGreaterThan(IMAGES / 5);
    },
    TIMEOUT_MS,
  );
});

/** A few sessions on one journal, the last one killed in the middle. @returns everything acknowledged, by number. */
async function killedJournal(
  origin: string,
  random: (below: number) => number,
): Promise<Map<number, string>> {
  mkdirSync(origin);
  const acknowledged: Acknowledged[] = [];
  for (let session = 0; session <= random(2); session += 1) {
    const child = startAppending(join(origin, 'journal.db'), {
      checkpointEvery: [0, 1, 7, 40][random(4)] ?? 0,
    });
    await child.reached(1 + random(120));
    await child.kill();
    acknowledged.push(...child.acknowledged);
  }
  return new Map(acknowledged.map(({ seq, head }) => [seq, head]));
}

function damageCopy(paths: {
  readonly origin: string;
  readonly image: string;
  readonly random: (below: number) => number;
}): string {
  const { origin, image, random } = paths;
  mkdirSync(image);
  for (const name of FILES) {
    if (existsSync(join(origin, name))) copyFileSync(join(origin, name), join(image, name));
  }
  // The log is what a crash leaves half written, so it is damaged most; the database too; the head file now and then.
  const targets = [[1], [1], [1], [0], [0, 1], [0, 1, 2], [2]][random(7)] ?? [1];
  const done: string[] = [];
  for (const target of targets) {
    const name = FILES[target] ?? FILES[1];
    const path = join(image, name);
    const damage = DAMAGES[random(DAMAGES.length)] ?? cut;
    if (!existsSync(path)) continue;
    writeFileSync(path, damage(readFileSync(path), random));
    done.push(`${damage.name} ${name}`);
  }
  return done.join(', ');
}

function tryImage(
  image: string,
  acknowledged: ReadonlyMap<number, string>,
  what: string,
): 'whole' | 'refused' {
  const before = contents(image);
  const opened = openJournal(journalOptions(join(image, 'journal.db')));
  if (!opened.ok) {
    expect(
      [
        'corrupt-file',
        'broken-chain',
        'lost-entries',
        'damaged-documents',
        'no-head-file',
        'not-a-journal',
        'newer-version',
      ],
      what,
    ).toContain(opened.error.code);
    expect(contents(image).equals(before), `${what}: refused, and the files changed`).toBe(true);
    return 'refused';
  }
  expectWhole(opened.journal, acknowledged, what);
  opened.journal.close();
  return 'whole';
}

/** All three files, with their lengths, as one run of bytes. */
function contents(image: string): Buffer {
  return Buffer.concat(
    FILES.flatMap((name) => {
      const bytes = existsSync(join(image, name)) ? readFileSync(join(image, name)) : Buffer.from('absent');
      return [Buffer.from(`${name} ${bytes.length}\n`), bytes];
    }),
  );
}

function expectWhole(journal: SqliteJournal, acknowledged: ReadonlyMap<number, string>, what: string): void {
  const stored = new Map(Array.from(journal.entries(), (entry) => [entry.seq, entry]));
  for (const [seq, head] of acknowledged) expect(stored.get(seq)?.hash, `${what}: entry ${seq}`).toBe(head);
  const lastSeq = journal.nextSeq() - 1;
  for (const { seq, payload } of stored.values()) {
    expect(payload, `${what}: entry ${seq}`).toEqual(stepOf(seq).entry.payload);
    expect(journal.get('steps', `S${seq}`)?.doc, `${what}: document of ${seq}`).toEqual(
      stepOf(seq).changes[0]?.doc,
    );
  }
  for (let seq = Math.max(1, lastSeq - ROTATING_DOCS + 1); seq <= lastSeq; seq += 1) {
    const rotating = journal.get('rotating', `R${seq % ROTATING_DOCS}`);
    expect(rotating?.doc, `${what}: rotating document of ${seq}`).toEqual({ lastSeq: seq });
  }
  expect(journal.openSecret(lastSeq), what).toEqual(stepOf(lastSeq).entry.secret);
}
