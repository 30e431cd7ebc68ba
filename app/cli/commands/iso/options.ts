import type { DialectName } from '../../../../terminal-core/iso8583/index.ts';

/** What the command line asked for, the same for every line. */
export interface LineOptions {
  readonly dialect: DialectName;
  readonly isFramed: boolean;
  readonly isMasked: boolean;
}

/** The dialect that differs from another in nothing but a binary bitmap. */
export const BINARY_BITMAP_TWIN: Partial<Record<DialectName, DialectName>> = {
  'iso87-ascii': 'iso87-ascii-binary',
  'iso93-ascii': 'iso93-ascii-binary',
};
