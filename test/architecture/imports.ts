import { posix } from 'node:path';
import {
  COMPUTED_IMPORT_HOMES,
  FOLDER_RULES,
  FORBIDDEN_TEXT,
  type FolderRule,
  PACKAGE_HOMES,
} from './rules.ts';

/** One source file: `path` is relative to the project, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** @returns one line a violation, `path:line: what is wrong`; none when the file keeps every rule of `rules.ts`. */
export function violationsOf(file: SourceFile): string[] {
  const code = withoutComments(file.text);
  const at = (index: number) => `${file.path}:${code.slice(0, index).split('\n').length}`;
  const found: string[] = [];
  const rule = ruleFor(file.path);
  if (rule === undefined)
    return [`${file.path}:1: no rule covers this folder; add one to test/architecture/rules.ts`];

  for (const { specifier, index } of importsOf(code)) {
    const problem =
      specifier === undefined ? computedImport(file.path) : importProblem(file.path, rule, specifier);
    if (problem !== undefined) found.push(`${at(index)}: ${problem}`);
  }
  // Tests may use a clock and files.
  if (isTest(file.path)) return found;
  for (const { folders, texts } of FORBIDDEN_TEXT) {
    if (!folders.some((folder) => covers(folder, file.path))) continue;
    for (const text of texts) {
      const match = text.exec(code);
      if (match !== null) found.push(`${at(match.index)}: ${match[0]} is not for ${rule.folder}`);
    }
  }
  return found;
}

/**
 * Import specifiers of every form: static, side effect, `export … from`, `import type`, dynamic, `import('…')` types and
 * `require`. A dynamic import of something that is not a literal has no specifier.
 */
export function importsOf(code: string): { specifier: string | undefined; index: number }[] {
  const found: { specifier: string | undefined; index: number }[] = [];
  const plain = /\b(?:from|import)\s*(['"])([^'"\n]+)\1/g;
  const called = /\b(?:import|require)\s*\(\s*(['"`])([^'"`\n$]+)\1\s*[,)]/g;
  for (const match of [...code.matchAll(plain), ...code.matchAll(called)]) {
    found.push({ specifier: match[2], index: match.index });
  }
  const computed = /\bimport\s*\(\s*(?!\s|(['"`])[^'"`\n$]+\1\s*[,)])/g;
  for (const match of code.matchAll(computed)) found.push({ specifier: undefined, index: match.index });
  return found;
}

function importProblem(path: string, rule: FolderRule, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return outsideProblem(path, rule, specifier);
  const target = posix.join(posix.dirname(path), specifier.replace(/\?.*$/, ''));
  // A test beside its source may hold it against the other side of a process border, and use what tests share.
  if (isTest(path) && (target.startsWith('test/') || (path.startsWith('app/') && target.startsWith('app/'))))
    return undefined;
  if (covers(rule.folder, target)) return undefined;
  if (rule.may.some((allowed) => covers(allowed, target))) return undefined;
  return `${rule.folder} may not import ${target}`;
}

function outsideProblem(path: string, rule: FolderRule, specifier: string): string | undefined {
  const packageName = specifier.startsWith('@')
    ? specifier.split('/').slice(0, 2).join('/')
    : specifier.split('/')[0];
  const homes = packageName === undefined ? undefined : PACKAGE_HOMES[packageName];
  if (homes !== undefined && !homes.some((home) => covers(home, path))) {
    return `${packageName} is imported in ${homes.join(' and ')} only`;
  }
  if (isTest(path)) return undefined;
  if (rule.outside === 'none') return `${rule.folder} imports nothing outside itself, not ${specifier}`;
  if (rule.outside === 'no-node' && specifier.startsWith('node:'))
    return `${rule.folder} runs in a browser: no ${specifier}`;
  return undefined;
}

function computedImport(path: string): string | undefined {
  if (COMPUTED_IMPORT_HOMES.includes(path)) return undefined;
  return 'a dynamic import of a computed name cannot be checked; name the module';
}

function ruleFor(path: string): FolderRule | undefined {
  return FOLDER_RULES.filter((rule) => covers(rule.folder, path)).toSorted(
    (a, b) => b.folder.length - a.folder.length,
  )[0];
}

function covers(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path);
}

/** Blanks comments that begin their line, keeping line numbers: examples in docstrings are not imports. */
function withoutComments(text: string): string {
  return text
    .replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/^[ \t]*\/\/.*$/gm, (comment) => ' '.repeat(comment.length));
}
