import { CryptoInputError } from './input-error.ts';

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [member: string]: JsonValue };

/**
 * One value, one text: no white space, members sorted by UTF-16 code units (as RFC 8785).
 * @throws CryptoInputError `bad-value` for what JSON has no text for (NaN, undefined, functions, class instances).
 */
export function canonicalJson(value: JsonValue): string {
  return write(value, '$');
}

function write(value: unknown, path: string): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value))
    return `[${value.map((item, index) => write(item, `${path}[${index}]`)).join(',')}]`;
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    const members = Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${write(member, `${path}.${name}`)}`);
    return `{${members.join(',')}}`;
  }
  throw new CryptoInputError('bad-value', `${path} is not a JSON value`);
}
