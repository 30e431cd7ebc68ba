/** Stands first on every copy, white on black: a copy must not be taken for a second sale. */
const COPY_LINE = '^^^`~重印 / COPY~`';

/** The same receipt marked as a copy. Marking a copy again changes nothing. */
export function markAsCopy(source: string): string {
  return source.startsWith(COPY_LINE) ? source : `${COPY_LINE}\n\n${source}`;
}
