import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, violationsOf } from './imports.ts';

const root = join(import.meta.dirname, '..', '..');
const SOURCE_FOLDERS = ['app', 'terminal-core', 'host-sim'];

function sourceFiles(): { path: string; text: string }[] {
  return SOURCE_FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => ({
        path: `${folder}/${name.split(sep).join('/')}`,
        text: readFileSync(join(root, folder, name), 'utf8'),
      })),
  );
}

describe('the import arrows of docs/architecture.md', () => {
  it('are kept by every source file', () => {
    const files = sourceFiles();
    expect(files.length).toBeGreaterThan(20);
    expect(files.flatMap(violationsOf)).toEqual([]);
  });

  it.each([
    ['the domain imports a package', 'terminal-core/domain/a.ts', "import { z } from 'zod';"],
    ['the domain imports Node', 'terminal-core/domain/a.ts', "import { join } from 'node:path';"],
    [
      'the domain imports the codec',
      'terminal-core/domain/a.ts',
      "import type { X } from '../iso8583/x.ts';",
    ],
    ['the codec imports crypto', 'terminal-core/iso8583/a.ts', "export { mac } from '../crypto/mac.ts';"],
    [
      'the engine imports the journal',
      'terminal-core/engine/a.ts',
      "import { Journal } from '../journal/journal.ts';",
    ],
    ['receipts import the engine', 'terminal-core/receipts/a.ts', "export * from '../engine/state.ts';"],
    ['the journal imports the link', 'terminal-core/journal/a.ts', "import '../host-link/link.ts';"],
    [
      'the link imports the API',
      'terminal-core/host-link/a.ts',
      "const api = await import('../api/router.ts');",
    ],
    ['the API imports the runtime', 'terminal-core/api/a.ts', "type R = import('../runtime/index.ts').R;"],
    [
      'the contract imports the engine',
      'terminal-core/api/contract.ts',
      "import { S } from '../engine/state.ts';",
    ],
    ['the contract imports Node', 'terminal-core/api/contract.ts', "import { join } from 'node:path';"],
    [
      'the core imports the app',
      'terminal-core/runtime/a.ts',
      "import { g } from '../../app/gateway/gateway.ts';",
    ],
    [
      'the core imports the simulator',
      'terminal-core/runtime/a.ts',
      "import { s } from '../../host-sim/ports.ts';",
    ],
    [
      'the simulator imports the engine',
      'host-sim/a.ts',
      "import { e } from '../terminal-core/engine/state.ts';",
    ],
    [
      'the screens import the router',
      'app/renderer/a.tsx',
      "import { r } from '../../terminal-core/api/router.ts';",
    ],
    [
      'the screens import the domain',
      'app/renderer/a.ts',
      "import { m } from '../../terminal-core/domain/money.ts';",
    ],
    ['the screens import Node', 'app/renderer/a.ts', "import { join } from 'node:path';"],
    ['the command imports Electron', 'app/cli/a.ts', "import { app } from 'electron';"],
    ['the core requires Electron', 'terminal-core/runtime/a.ts', "const e = require('electron/main');"],
    ['a module name is computed', 'app/cli/a.ts', 'await import(name);'],
    ['a module name is put together', 'app/cli/a.ts', "await import('./' + name);"],
    ['the engine reads the clock', 'terminal-core/engine/a.ts', 'const nowMs = Date.now();'],
    ['the engine makes a date of now', 'terminal-core/engine/a.ts', 'const now = new Date();'],
    ['the domain rolls dice', 'terminal-core/domain/a.ts', 'const x = Math.random();'],
    ['receipts wait', 'terminal-core/receipts/a.ts', 'setTimeout(print, 10);'],
    ['the engine reads files', 'terminal-core/engine/a.ts', "import { readFileSync } from 'node:fs';"],
    ['a folder has no rule', 'terminal-core/new-thing/a.ts', ''],
  ])('fail when %s', (_what, path, text) => {
    expect(violationsOf({ path, text })).toHaveLength(1);
  });

  it.each([
    [
      'the engine asks for a receipt',
      'terminal-core/engine/a.ts',
      "import { r } from '../receipts/receipt.ts';",
    ],
    [
      'the journal knows the events',
      'terminal-core/journal/a.ts',
      "import type { E } from '../engine/events.ts';",
    ],
    [
      'a screen imports a sibling and the contract',
      'app/renderer/screens/a.tsx',
      "import x from '../b.ts';\nimport type { C } from '../../../terminal-core/api/contract.ts';",
    ],
    [
      'a domain test reads vectors',
      'terminal-core/domain/a.test.ts',
      "import { it } from 'vitest';\nimport v from '../../test/vectors/a.json';",
    ],
    [
      'an example stands in a comment',
      'terminal-core/domain/a.ts',
      "/**\n * import { z } from 'zod';\n */\n// import 'zod'",
    ],
    ['the command loads a command by name', 'app/cli/main.ts', 'await import(url);'],
  ])('hold when %s', (_what, path, text) => {
    expect(violationsOf({ path, text })).toEqual([]);
  });

  it('name the file and the line', () => {
    const text = "\n/* two\nlines */\nimport {\n  z,\n} from 'zod';";
    expect(violationsOf({ path: 'terminal-core/domain/a.ts', text })[0]).toMatch(
      /^terminal-core\/domain\/a\.ts:6: /,
    );
  });

  it('see every form of import', () => {
    const code = [
      "import a from './a.ts';",
      "import './b.ts';",
      "import type { C } from './c.ts';",
      "export * from './d.ts';",
      "export type { E } from './e.ts';",
      "await import('./f.ts');",
      "type G = import('./g.ts').G;",
      "require('./h.ts');",
      "import {\n  i,\n} from './i.ts';",
    ].join('\n');
    const letters = importsOf(code).map(({ specifier }) => specifier?.charAt(2));
    expect(letters.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']);
  });
});
