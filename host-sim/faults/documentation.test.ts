import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FAULT_KINDS } from './fault.ts';
import { SCENARIOS } from './scenarios.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'host-sim.md'), 'utf8');

it('docs/host-sim.md names every kind of fault with its sentence', () => {
  for (const [kind, sentence] of Object.entries(FAULT_KINDS)) {
    expect(page).toMatch(new RegExp(`\\| \`${kind}\`[^|]*\\| ${sentence} *\\|`));
  }
});

it('docs/host-sim.md names every scenario with its sentence, and no other', () => {
  const told = [...page.matchAll(/^\| `([a-z-]+)` +\| ([A-Z][^|]*\.) *\|$/gm)].map(([, name, sentence]) => [
    name,
    sentence,
  ]);
  expect(Object.fromEntries(told)).toEqual(
    Object.fromEntries(Object.entries(SCENARIOS).map(([name, { sentence }]) => [name, sentence])),
  );
});
