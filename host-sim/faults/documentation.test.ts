import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FAULT_KINDS } from './fault.ts';

it('docs/host-sim.md names every kind of fault with its sentence', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'host-sim.md'), 'utf8');
  for (const [kind, sentence] of Object.entries(FAULT_KINDS)) {
    expect(page).toMatch(new RegExp(`\\| \`${kind}\`[^|]*\\| ${sentence} *\\|`));
  }
});
