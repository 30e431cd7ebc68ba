import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MESSAGE_ROWS } from '../../../terminal-core/iso8583/index.ts';
import { HOST_RULES } from './rules.ts';

/** What the tests that run against any host name; each sends what it names, or fails. */
function covered(): ReadonlySet<string> {
  const names = new Set<string>();
  for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'))) {
    const source = readFileSync(join(import.meta.dirname, file), 'utf8');
    for (const [, list = ''] of source.matchAll(/\bat\.(?:it|withPurse)\(\s*\[([^\]]*)\]/g))
      for (const [, name = ''] of list.matchAll(/'([^']+)'/g)) names.add(name);
  }
  return names;
}

it('every row of the message table is named by a conformance test that any host can be put to', () => {
  const names = covered();
  const kinds = MESSAGE_ROWS.map(({ kind }) => kind);
  expect(kinds.filter((kind) => !names.has(kind))).toEqual([]);
});

it('every rule that a host keeps is named by one too', () => {
  const names = covered();
  expect(Object.keys(HOST_RULES).filter((rule) => !names.has(rule))).toEqual([]);
});
