import receiptline from 'receiptline';
import { wordUnits } from './word-units.ts';

/** Paper widths in columns of 12 dots: 48 is 80 mm, 32 is 58 mm. */
export type ReceiptColumns = 48 | 32;

export interface RenderOptions {
  readonly columns: ReceiptColumns;
}

const { commands, transform } = receiptline;
type Commands = typeof commands.svg;

/** Chinese printers know GB18030 (or the GBK within it); the screen and the transcript measure text as they do. */
const LAYOUT = { encoding: 'gb18030', spacing: true } as const;

/**
 * ESC/POS as nearly every Chinese receipt printer takes it. Only the rule differs from receiptline's own: it draws one
 * with a Japanese code page that such printers lack, so here it is made of hyphens.
 */
const escPosCommands = {
  ...commands.generic,
  arrayFrom: wordUnits,
  hr: (width: number): string => `\x1c.${'-'.repeat(width)}`,
};

const textCommands = { ...commands.text, arrayFrom: wordUnits };

/** One fixed filter id in place of receiptline's random one, so that the same source gives the same bytes. */
const SVG_ID = 'holdfast';
const SVG_MARGIN_PX = 28;
const SVG_FONTS =
  "'Noto Sans Mono CJK SC','Sarasa Mono SC','PingFang SC','Microsoft YaHei UI',ui-monospace,monospace";

const svgCommands = {
  ...commands.svg,
  arrayFrom: wordUnits,
  open(this: Commands, printer: Parameters<Commands['open']>[0]): string {
    const opened = commands.svg.open.call(this, printer);
    this.receiptId = SVG_ID;
    return opened;
  },
  // Lines break between words, but every character is placed by itself, so that columns align in any font.
  text(this: Commands, ...args: Parameters<Commands['text']>): string {
    this.arrayFrom = commands.svg.arrayFrom;
    commands.svg.text.apply(this, args);
    this.arrayFrom = wordUnits;
    return '';
  },
  barcode(this: Commands, ...args: Parameters<Commands['barcode']>): string {
    this.arrayFrom = commands.svg.arrayFrom;
    commands.svg.barcode.apply(this, args);
    this.arrayFrom = wordUnits;
    return '';
  },
  em(this: Commands): string {
    // A real bold weight is sharper on a screen than receiptline's stroke around each character.
    this.textAttributes['font-weight'] = '700';
    return '';
  },
  hr(this: Commands, width: number): string {
    const start = `M${this.lineMargin * this.charWidth},${this.svgHeight + this.charWidth}`;
    const line = `stroke="#000" stroke-width="1.5" stroke-dasharray="7 5"`;
    this.svgContent += `<path d="${start}h${width * this.charWidth}" fill="none" ${line}/>`;
    return '';
  },
};

/** The receipt as ESC/POS bytes in GB18030, paper cut included. */
export function renderEscPos(source: string, { columns }: RenderOptions): Uint8Array {
  const bytesAsText = transform(source, { ...LAYOUT, cpl: columns, command: escPosCommands });
  return Uint8Array.from(Buffer.from(bytesAsText, 'latin1'));
}

/**
 * The receipt as an SVG picture on white paper, 12 pixels a column: shapes and text only, no script, style sheet, link
 * or external reference, so that it can be put into a page as it is.
 */
export function renderSvg(source: string, { columns }: RenderOptions): string {
  return transform(source, { ...LAYOUT, cpl: columns, command: svgCommands })
    .replace(/^<svg width="(\d+)px" height="([\d.]+)px"[^>]*>/, (_, width, height) =>
      paper(Number(width), Number(height)),
    )
    .replace('font-family="monospace"', `font-family="${SVG_FONTS}"`);
}

/** The receipt as lines of text for terminals and transcripts; characters beyond ASCII are two columns wide. */
export function renderText(source: string, { columns }: RenderOptions): string {
  // Every caret in a source is a size (user text has them as codes), and a transcript has one size only.
  const oneSize = source.replaceAll(/\^+/g, '');
  return transform(oneSize, { ...LAYOUT, cpl: columns, cutting: false, command: textCommands });
}

function paper(innerWidthPx: number, innerHeightPx: number): string {
  const width = innerWidthPx + 2 * SVG_MARGIN_PX;
  const height = innerHeightPx + 2 * SVG_MARGIN_PX;
  const corner = -SVG_MARGIN_PX;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${corner} ${corner} ${width} ${height}">` +
    `<rect x="${corner}" y="${corner}" width="${width}" height="${height}" fill="#fff"/>`
  );
}
