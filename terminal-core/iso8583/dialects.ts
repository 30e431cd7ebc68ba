import { compileDialect, type Dialect } from './compile.ts';
import { CUP } from './dialects/cup.ts';

/** POS terminals and hosts in China. */
export const cup: Dialect = compileDialect(CUP);

/** Every built-in dialect by its name, each compiled once. */
export const dialects: Readonly<Record<string, Dialect>> = { cup };
