import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, '..', '..', 'app', 'cli', 'main.ts');

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The vault key of databases that `preparedDatabase` makes. */
export const VAULT_KEY_HEX = '07'.repeat(32);

const environment = (vaultKeyHex: string | undefined): NodeJS.ProcessEnv => ({
  ...process.env,
  ...(vaultKeyHex === undefined ? {} : { HOLDFAST_VAULT_KEY: vaultKeyHex }),
});

/** `holdfast host ARGS` over one database, as a process of its own. */
export async function hostCommand(
  database: { readonly file: string; readonly vaultKeyHex?: string },
  ...args: readonly string[]
): Promise<CommandResult> {
  const child = spawn(process.execPath, [MAIN, 'host', ...args, '--db', database.file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(database.vaultKeyHex),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [exitCode] = await once(child, 'close');
  return { exitCode: Number(exitCode), stdout, stderr };
}

export interface Serving {
  readonly child: ChildProcess;
  readonly port: number;
  /** 0 without an admin interface. */
  readonly adminPort: number;
  readonly adminToken: string;
}

/** `holdfast host serve` on a free port, once it is ready. */
export async function serveHost(
  database: { readonly file: string; readonly vaultKeyHex?: string },
  ...args: readonly string[]
): Promise<Serving> {
  const child = spawn(
    process.execPath,
    [MAIN, 'host', 'serve', '--port', '0', '--json', ...args, '--db', database.file],
    { stdio: ['ignore', 'pipe', 'inherit'], env: environment(database.vaultKeyHex) },
  );
  for await (const line of createInterface({ input: child.stdout })) {
    const {
      adminPort = 0,
      adminToken = '',
      port,
      ready,
    }: Partial<Serving> & { ready?: boolean } = JSON.parse(line);
    if (ready && port) return { child, port, adminPort, adminToken };
  }
  throw new Error('The host was never ready');
}

/** @returns the exit code, or null when the signal ended it. */
export async function endHost(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exited = once(child, 'exit');
  child.kill(signal);
  const [exitCode] = await exited;
  return typeof exitCode === 'number' ? exitCode : null;
}
