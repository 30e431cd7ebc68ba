import { compileDialect, type Dialect } from './compile.ts';
import { CUP } from './dialects/cup.ts';
import { ISO87_ASCII, ISO87_ASCII_BINARY, ISO87_BCD } from './dialects/iso87.ts';
import { ISO93_ASCII, ISO93_ASCII_BINARY, ISO93_BCD } from './dialects/iso93.ts';

/** POS terminals and hosts in China. */
export const cup: Dialect = compileDialect(CUP);

/** Every built-in dialect by its name, each compiled once. */
export const dialects = {
  cup,
  'iso87-ascii': compileDialect(ISO87_ASCII),
  'iso87-ascii-binary': compileDialect(ISO87_ASCII_BINARY),
  'iso87-bcd': compileDialect(ISO87_BCD),
  'iso93-ascii': compileDialect(ISO93_ASCII),
  'iso93-ascii-binary': compileDialect(ISO93_ASCII_BINARY),
  'iso93-bcd': compileDialect(ISO93_BCD),
} as const satisfies Readonly<Record<string, Dialect>>;

export type DialectName = keyof typeof dialects;

export function isDialectName(name: string): name is DialectName {
  return Object.hasOwn(dialects, name);
}
