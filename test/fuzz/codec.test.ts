import { describe, expect, it } from 'vitest';
import { dialects } from '../../terminal-core/iso8583/index.ts';
import { propertiesOf, tlvProperty } from './codec-properties.ts';

const CASES = 20_000;

const properties = [...Object.values(dialects).flatMap(propertiesOf), tlvProperty()];
const shares = properties.reduce((sum, { share }) => sum + share, 0);

describe(`the codec, in ${CASES} cases`, () => {
  it.each(properties.map((entry) => [entry.name, entry] as const))('%s', (_, { check, share }) => {
    expect(check({ numRuns: Math.ceil((CASES * share) / shares) }).failure).toBeUndefined();
  });
});
