import { type AmountMinor, formatMinor } from '../domain/money.ts';
import type { BilingualText } from '../domain/text.ts';
import { escapeText, printableText } from './escape-text.ts';
import type { ReceiptLanguage } from './receipt-input.ts';

/** A name wider than this is printed double height only, or it would break over too many lines on 58 mm paper. */
const DOUBLE_WIDTH_COLUMNS_MAX = 16;

/**
 * Collects lines of receiptline source. Column widths are written with a free column (`*`), never for one paper width,
 * so that one source prints on 80 mm and on 58 mm. Every text passes `escapeText`.
 */
export class Sheet {
  readonly language: ReceiptLanguage;
  readonly #lines: string[] = [];
  #widths = 'auto';

  constructor(language: ReceiptLanguage) {
    this.language = language;
  }

  source(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  /** The words of one line, in the receipt's language; in both, Chinese first. Not escaped. */
  words(text: BilingualText): string {
    return this.language === 'both' ? `${text['zh-CN']} ${text.en}` : text[this.language];
  }

  /** The merchant's name, large and centred. */
  heading(text: string): void {
    const size = columnsOf(printableText(text)) > DOUBLE_WIDTH_COLUMNS_MAX ? '^^' : '^^^';
    this.#add('auto', `${size}"${escapeText(text)}"`);
  }

  title(text: BilingualText): void {
    this.#add('auto', `"${escapeText(this.words(text))}"`);
  }

  centred(text: string): void {
    this.#add('auto', escapeText(text));
  }

  /** In both languages the English goes on a line of its own: two short lines read better than a long one that wraps. */
  centredWords(text: BilingualText): void {
    for (const words of this.#perLanguage(text)) this.centred(words);
  }

  rule(): void {
    this.#add('auto', '-');
  }

  gap(): void {
    this.#add('auto', '');
  }

  /** Label on the left, what it is on the right; 20 columns hold a date with its time. */
  field(label: BilingualText, value: string): void {
    this.#add('*,20', `|${escapeText(this.words(label))} | ${escapeText(value)}|`);
  }

  pair(label: BilingualText, value: string): void {
    this.#add('*,14', `|${escapeText(this.words(label))} | ${escapeText(value)}|`);
  }

  amount(label: BilingualText, valueMinor: AmountMinor): void {
    this.pair(label, formatMinor(valueMinor));
  }

  /** The one figure that everybody looks for. */
  total(label: BilingualText, valueMinor: AmountMinor): void {
    this.#add('*,18', `|^^"${escapeText(this.words(label))}" | ^^"￥${formatMinor(valueMinor)}"|`);
  }

  item(name: string, lineTotal: string): void {
    this.#add('*,10', `|${escapeText(name)} | ${escapeText(lineTotal)}|`);
  }

  /** A second line under an item. */
  indented(text: string): void {
    this.#add('2,*', `| |${escapeText(text)} |`);
  }

  columns3(left: string, [middle, right]: readonly [string, string]): void {
    this.#add('*,8,14', `|${escapeText(left)} | ${escapeText(middle)}| ${escapeText(right)}|`);
  }

  /** White on black, with sentences below it. */
  notice(text: BilingualText, sentences: readonly BilingualText[]): void {
    this.gap();
    for (const words of this.#perLanguage(text)) this.#add('auto', `\`~${escapeText(words)}~\``);
    for (const sentence of sentences) this.centredWords(sentence);
  }

  signature(): void {
    this.gap();
    this.pair({ 'zh-CN': '持卡人签名', en: 'Signature' }, '');
    this.gap();
    this.rule();
  }

  /** @param code digits and upper-case letters only. */
  barcode(code: string): void {
    this.#add('auto', `{code:${code};option:code128,2,56,hri}`);
  }

  #perLanguage(text: BilingualText): readonly string[] {
    return this.language === 'both' ? [text['zh-CN'], text.en] : [text[this.language]];
  }

  #add(widths: string, line: string): void {
    if (widths !== this.#widths) {
      this.#lines.push(`{width:${widths}}`);
      this.#widths = widths;
    }
    this.#lines.push(line);
  }
}

/** Columns that a text takes on paper: everything beyond ASCII is double width on a Chinese printer. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += character < '\u0080' ? 1 : 2;
  return columns;
}
