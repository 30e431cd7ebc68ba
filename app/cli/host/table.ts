import { formatMinor } from '../../../terminal-core/domain/money.ts';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** Numbers stand on the right. */
  readonly align?: 'left' | 'right';
}

/** Rows as aligned text under their titles; without rows a line that says there is none. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = rows.map((row) => columns.map((column) => column.value(row)));
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...cells.map((line) => line[index]?.length ?? 0)),
  );
  const line = (values: readonly string[]) =>
    values
      .map((value, index) => {
        const width = widths[index] ?? 0;
        return columns[index]?.align === 'right' ? value.padStart(width) : value.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return `${[line(columns.map((column) => column.title)), ...(rows.length === 0 ? ['none'] : cells.map(line))].join('\n')}\n`;
}

export const yuan = formatMinor;

/** A moment in China's time, to the second. */
export function moment(atMs: number | null): string {
  if (atMs === null) return '-';
  return new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}
