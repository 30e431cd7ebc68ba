import type { Json, JsonObject } from '../ports/journal.ts';

/** A value that has no canonical form: a bug of the caller, so it is thrown and not returned. */
export class NotCanonicalError extends Error {
  /** Where in the value, e.g. `$.lines[3].quantity`. */
  readonly path: string;

  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`);
    this.name = 'NotCanonicalError';
    this.path = path;
  }
}

/**
 * The one text of a JSON value: members sorted by UTF-16 code units as in RFC 8785, no spaces, absent members left out.
 * Numbers are safe integers only: money and times are, and no two programs need to agree on how a fraction prints.
 * @throws NotCanonicalError for fractions, unsafe integers, `undefined` in an array, and anything that is not plain data
 * (a class instance would print itself as it likes).
 */
export function canonicalJson(value: Json): string {
  return encode(value, '$');
}

function encode(value: unknown, path: string): string {
  if (value === null || value === true || value === false) return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return encodeNumber(value, path);
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item: unknown, index) => encode(item, `${path}[${index}]`)).join(',')}]`;
  }
  if (typeof value === 'object' && isPlain(value)) return encodeObject(value, path);
  throw new NotCanonicalError(path, `a value of type ${typeof value} is not JSON`);
}

function encodeNumber(value: number, path: string): string {
  if (!Number.isSafeInteger(value)) throw new NotCanonicalError(path, `${value} is not a safe integer`);
  return String(value);
}

function encodeObject(value: Readonly<Record<string, unknown>>, path: string): string {
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${encode(member, `${path}.${key}`)}`;
  }
  return `{${text}}`;
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Reads back what `canonicalJson` wrote for an object. @throws SyntaxError when the text is no JSON object. */
export function parseJsonObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) throw new SyntaxError('Expected a JSON object');
  return value;
}

/** What `JSON.parse` returns is JSON already; what is left to find out is whether it is an object. */
function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
