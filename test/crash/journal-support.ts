import { type ChildProcess, spawn } from 'node:child_process';
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { OpenJournalOptions } from '../../terminal-core/journal/index.ts';
import type { Change, NewEntry } from '../../terminal-core/ports/journal.ts';

const TEST_KEY = createSecretKey(Buffer.alloc(32, 7));

/** Options for a journal with a real seal under a fixed key. */
export function journalOptions(file: string): OpenJournalOptions {
  return {
    file,
    nowMs: () => 1_790_000_000_000,
    seal: (clear, associatedData) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', TEST_KEY, nonce).setAAD(associatedData);
      return Buffer.concat([nonce, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
    },
    unseal: (sealed, associatedData) => {
      try {
        const decipher = createDecipheriv('aes-256-gcm', TEST_KEY, sealed.subarray(0, 12)).setAAD(
          associatedData,
        );
        decipher.setAuthTag(sealed.subarray(-16));
        return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
      } catch {
        return undefined;
      }
    },
  };
}

/** How many documents the steps take turns in, so that old pages change as well as new ones. */
export const ROTATING_DOCS = 40;

/** One step, known from its number alone: an entry with card data, a document of its own and one of the rotating ones. */
export function stepOf(seq: number): { readonly entry: NewEntry; readonly changes: readonly Change[] } {
  return {
    entry: {
      atMs: 1_790_000_000_000 + seq,
      kind: 'step',
      payload: { seq, text: `step ${seq} `.repeat(10 + (seq % 50)) },
      secret: { pan: `62109400${String(seq).padStart(8, '0')}` },
    },
    changes: [
      {
        collection: 'steps',
        key: `S${seq}`,
        doc: { seq, text: '店'.repeat(seq % 200) },
        live: seq % 3 === 0,
        terms: `T${seq}`,
      },
      { collection: 'rotating', key: `R${seq % ROTATING_DOCS}`, doc: { lastSeq: seq }, live: true },
    ],
  };
}

export interface Acknowledged {
  readonly seq: number;
  readonly head: string;
}

/** A process that appends steps and says so, one line `seq head` for each, after the append has returned. */
export interface AppendingChild {
  readonly process: ChildProcess;
  /** Everything it has acknowledged so far, as far as it has been read. */
  readonly acknowledged: readonly Acknowledged[];
  /** Why appends were refused, in order. */
  readonly failures: readonly string[];
  /** Resolves after the given number of acknowledged steps. */
  readonly reached: (count: number) => Promise<void>;
  /** Resolves when it has ended by itself. */
  readonly ended: () => Promise<void>;
  /** Kills it and reads what it had said before. */
  readonly kill: () => Promise<void>;
  readonly stderr: () => string;
}

export interface AppendingOptions {
  /** Steps between two checkpoints on a connection of their own; 0 for none. */
  readonly checkpointEvery?: number;
  /** No file of the process may grow beyond this: the kernel refuses to write, as a broken disk does. */
  readonly fileKiB?: number;
}

export function startAppending(file: string, options: AppendingOptions = {}): AppendingChild {
  const script = fileURLToPath(new URL('./journal-child.ts', import.meta.url));
  const command = [process.execPath, script, file, String(options.checkpointEvery ?? 0)];
  const limit = options.fileKiB === undefined ? '' : `ulimit -f ${options.fileKiB}; `;
  const child = spawn('bash', ['-c', `${limit}exec "$@"`, 'bash', ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const failures: string[] = [];
  const acknowledged: Acknowledged[] = [];
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const waiting: {
    readonly count: number;
    readonly resolve: () => void;
    readonly reject: (error: Error) => void;
  }[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const [seq, head] = line.split(' ');
    if (seq === 'failed' && head !== undefined) failures.push(head);
    // A line cut off by the kill was not said to the end, so it does not count.
    if (head?.length !== 64) return;
    acknowledged.push({ seq: Number(seq), head });
    for (const each of waiting) if (acknowledged.length >= each.count) each.resolve();
  });
  const closed = Promise.all([once(child, 'exit'), once(lines, 'close')]).then(() => {
    for (const each of waiting) each.reject(new Error(`the child ended early: ${stderr}`));
  });
  return {
    process: child,
    acknowledged,
    failures,
    ended: () => closed,
    reached: (count) =>
      new Promise((resolve, reject) => {
        if (acknowledged.length >= count) resolve();
        else waiting.push({ count, resolve, reject });
      }),
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
    stderr: () => stderr,
  };
}

/** Repeatable random numbers (mulberry32), so that a failing image can be made again. */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
