import receiptline from 'receiptline';

/** Paper widths in columns of 12 dots: 48 is 80 mm, 32 is 58 mm. */
export type ReceiptColumns = 48 | 32;

export interface RenderOptions {
  readonly columns: ReceiptColumns;
}

const { commands, transform } = receiptline;

/**
 * ESC/POS as nearly every Chinese receipt printer takes it. Only the rule differs from receiptline's own: it draws one
 * with a Japanese code page that such printers lack, so here it is made of hyphens.
 */
const escPosCommands = { ...commands.generic, hr: (width: number): string => `\x1c.${'-'.repeat(width)}` };

/** What a line printer shows, for terminals, transcripts and tests. */
const textCommands = { ...commands.text };

/** One fixed filter id in place of receiptline's random one, so that the same source gives the same bytes. */
const SVG_ID = 'holdfast';
const SVG_MARGIN_PX = 28;
const SVG_FONTS =
  "'Noto Sans Mono CJK SC','Sarasa Mono SC','PingFang SC','Microsoft YaHei UI',ui-monospace,monospace";

const svgCommands = {
  ...commands.svg,
  open(this: typeof commands.svg, printer: Parameters<typeof commands.svg.open>[0]): string {
    const opened = commands.svg.open.call(this, printer);
    this.receiptId = SVG_ID;
    return opened;
  },
  em(this: typeof commands.svg): string {
    // A real bold weight is sharper on a screen than receiptline's stroke around each character.
    this.textAttributes['font-weight'] = '700';
    return '';
  },
  hr(this: typeof commands.svg, width: number): string {
    const left = this.lineMargin * this.charWidth;
    const y = this.svgHeight + this.charWidth;
    this.svgContent += `<path d="M${left},${y}h${width * this.charWidth}" fill="none" stroke="#000" stroke-width="1.5" stroke-dasharray="7 5"/>`;
    return '';
  },
};

/** The receipt as ESC/POS bytes in GB18030, paper cut included. */
export function renderEscPos(source: string, { columns }: RenderOptions): Uint8Array {
  const commandText = transform(source, {
    cpl: columns,
    encoding: 'gb18030',
    spacing: true,
    command: escPosCommands,
  });
  return Uint8Array.from(Buffer.from(commandText, 'latin1'));
}

/**
 * The receipt as an SVG picture on white paper, 12 pixels a column: shapes and text only, no script, style sheet, link
 * or external reference, so that it can be put into a page as it is.
 */
export function renderSvg(source: string, { columns }: RenderOptions): string {
  const svg = transform(source, { cpl: columns, encoding: 'gb18030', spacing: true, command: svgCommands });
  return svg
    .replace(/^<svg width="(\d+)px" height="([\d.]+)px"[^>]*>/, (_, width, height) =>
      paper(Number(width), Number(height)),
    )
    .replace('font-family="monospace"', `font-family="${SVG_FONTS}"`);
}

/** The receipt as lines of text, padded with spaces; characters beyond ASCII are two columns wide. */
export function renderText(source: string, { columns }: RenderOptions): string {
  return transform(source, { cpl: columns, encoding: 'gb18030', cutting: false, command: textCommands });
}

function paper(width: number, height: number): string {
  const w = width + 2 * SVG_MARGIN_PX;
  const h = height + 2 * SVG_MARGIN_PX;
  const box = `${-SVG_MARGIN_PX} ${-SVG_MARGIN_PX} ${w} ${h}`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="${box}">` +
    `<rect x="${-SVG_MARGIN_PX}" y="${-SVG_MARGIN_PX}" width="${w}" height="${h}" fill="#fff"/>`
  );
}
