import type { Json, JsonObject } from '../ports/journal.ts';

/** A value that has no canonical form: a bug of the caller, so it is thrown and not returned. */
export class NotCanonicalError extends Error {
  /** Where in the value, e.g. `$.lines.3.quantity`. */
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
  const text = encode(value);
  if (text === undefined) throw refusal(value, '$');
  return text;
}

/** Every sale passes here a few times, so the path of a problem is worked out only when there is one. */
function encode(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Number.isSafeInteger(value) ? String(value) : undefined;
    case 'boolean':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return encodeArray(value);
      return isPlain(value) ? encodeObject(value) : undefined;
    default:
      return undefined;
  }
}

function encodeArray(items: readonly unknown[]): string | undefined {
  let text = '[';
  // By index, because `for of` and `map` pass over holes in different ways.
  for (let index = 0; index < items.length; index += 1) {
    const item = encode(items[index]);
    if (item === undefined) return undefined;
    text += index === 0 ? item : `,${item}`;
  }
  return `${text}]`;
}

function encodeObject(value: PlainObject): string | undefined {
  let text = '{';
  let separator = '';
  for (const key of sortedKeys(value)) {
    const member = value[key];
    if (member === undefined) continue;
    const encoded = encode(member);
    if (encoded === undefined) return undefined;
    text += `${separator}${encodedKey(key)}:${encoded}`;
    separator = ',';
  }
  return `${text}}`;
}

/** The names of members are the same few hundred over and over; what is kept of them is bounded all the same. */
const encodedKeys = new Map<string, string>();
const ENCODED_KEYS_MAX = 2_000;

function encodedKey(key: string): string {
  const known = encodedKeys.get(key);
  if (known !== undefined) return known;
  const encoded = JSON.stringify(key);
  if (encodedKeys.size < ENCODED_KEYS_MAX) encodedKeys.set(key, encoded);
  return encoded;
}

function sortedKeys(value: PlainObject): readonly string[] {
  const keys = Object.keys(value);
  let previous = '';
  for (const key of keys) {
    if (key < previous) return keys.sort();
    previous = key;
  }
  return keys;
}

/** Finds the value that has no canonical form. */
function refusal(value: unknown, path: string): NotCanonicalError {
  if (typeof value === 'number') return new NotCanonicalError(path, `${value} is not a safe integer`);
  if (typeof value === 'object' && value !== null && (Array.isArray(value) || isPlain(value))) {
    for (const [key, member] of Object.entries(value)) {
      if (member === undefined && !Array.isArray(value)) continue;
      if (encode(member) === undefined) return refusal(member, `${path}.${key}`);
    }
    return new NotCanonicalError(path, 'the array has holes');
  }
  return new NotCanonicalError(path, `a value of type ${typeof value} is not plain JSON data`);
}

type PlainObject = Readonly<Record<string, unknown>>;

function isPlain(value: object): value is PlainObject {
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
