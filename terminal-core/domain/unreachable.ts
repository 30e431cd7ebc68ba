/** Ends every switch over a union: the compiler complains when a kind is missing, the process when data is wrong. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable: ${JSON.stringify(value)}`);
}
