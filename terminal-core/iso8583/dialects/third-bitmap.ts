import type { FieldSpec } from '../field-spec.ts';

const FIRST_DE = 129;
const LAST_DE = 192;

/**
 * The fields of the third bitmap. The standard gives them no meaning; where hosts use them, they are private texts with
 * a three-digit length.
 */
export const THIRD_BITMAP_FIELDS: readonly FieldSpec[] = Array.from(
  { length: LAST_DE - FIRST_DE + 1 },
  (_, index) => ({
    de: FIRST_DE + index,
    format: 'ans...999',
    name: 'Reserved, private',
  }),
);
