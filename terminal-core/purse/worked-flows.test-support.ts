import { readFileSync } from 'node:fs';

interface Vector {
  readonly op: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly output: Readonly<Record<string, string>>;
}

const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../../test/vectors/epurse.json', import.meta.url), 'utf8'),
);

/** The values of a worked flow by name; a name that is not there is a mistake of the test. */
export function workedFlow(op: 'purchase_flow' | 'load_flow'): (name: string) => string {
  const vector = vectors.find((candidate) => candidate.op === op);
  return (name) => {
    const value = vector?.output[name] ?? vector?.inputs[name];
    if (value === undefined) throw new Error(`epurse.json has no ${op} ${name}`);
    return String(value);
  };
}
