import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { hashPassword } from '../crypto/index.ts';
import type { Random } from '../ports/clock.ts';
import type { Terminal } from './terminal.ts';

const operatorsFile = z.object({
  operators: z.array(
    z.object({
      operatorCode: z.string().regex(/^\d{2,8}$/),
      name: z.string().min(1).max(40),
      role: z.enum(['cashier', 'supervisor', 'engineer']),
      password: z.string().min(4).max(128),
    }),
  ),
});

/** Adds the operators of a file that the terminal does not know yet. Those it knows keep the password they have. */
export async function addOperators(
  terminal: Terminal,
  file: string,
  random: Random,
): Promise<string | undefined> {
  let operators: z.infer<typeof operatorsFile>['operators'];
  try {
    ({ operators } = operatorsFile.parse(JSON.parse(readFileSync(file, 'utf8'))));
  } catch (error) {
    if (!(error instanceof z.ZodError))
      return `${file}: ${error instanceof Error ? error.message : String(error)}`;
    const [issue] = error.issues;
    return `${file}: ${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'has another shape'}`;
  }
  for (const { operatorCode, name, role, password } of operators) {
    if (terminal.state.get('operators', operatorCode)) continue;
    const passwordHash = await hashPassword(password, random.bytes(16));
    await terminal.run({ kind: 'add-operator', operatorCode, name, role, passwordHash });
  }
  return undefined;
}
