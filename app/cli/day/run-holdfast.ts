import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const MAIN_FILE = fileURLToPath(new URL('../main.ts', import.meta.url));

/** Runs another `holdfast` command to its end. @throws Error with what it said when its arguments were wrong or it was killed. */
export async function runHoldfast(
  args: readonly string[],
): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, [MAIN_FILE, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    chunks.stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    chunks.stderr += chunk;
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  if (exitCode === null || exitCode === 2)
    throw new Error(`holdfast ${args.join(' ')}: ${chunks.stderr.trim()}`);
  return { exitCode, ...chunks };
}
