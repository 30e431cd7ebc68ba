import { type AmountMinor, formatMinor } from '../domain/money.ts';
import type { BilingualText } from '../domain/text.ts';
import { escapeText, printableText } from './escape-text.ts';
import type { ReceiptLanguage } from './receipt-input.ts';

/** A name wider than this is printed double height only, or it would break over too many lines on 58 mm paper. */
const DOUBLE_WIDTH_COLUMNS_MAX = 16;
/** 58 mm paper. */
const NARROWEST_COLUMNS = 32;
/** Holds the largest amount there is, with its sign, at single width. */
const TOTAL_COLUMNS = 15;

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
    return this.#lines.join('\n');
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

  /** Label on the left, what it is on the right. */
  field(label: BilingualText, value: string): void {
    this.#add('*,16', `|${escapeText(this.words(label))} | ${escapeText(value)}|`);
  }

  /** A field whose value needs more room, such as a date with its time. */
  wideField(label: BilingualText, value: string): void {
    this.#add('*,20', `|${escapeText(this.words(label))} | ${escapeText(value)}|`);
  }

  pair(label: BilingualText, value: string): void {
    this.#add('*,12', `|${escapeText(this.words(label))} | ${escapeText(value)}|`);
  }

  amount(label: BilingualText, valueMinor: AmountMinor): void {
    this.pair(label, formatMinor(valueMinor));
  }

  /** The one figure that everybody looks for: double size where the narrowest paper has room for it. */
  total(label: BilingualText, valueMinor: AmountMinor): void {
    const words = this.words(label);
    const value = `￥${formatMinor(valueMinor)}`;
    const doubled = 2 * columnsOf(value);
    const fits = doubled + 1 + columnsOf(words) <= NARROWEST_COLUMNS;
    const [size, columns] = fits ? ['^^^', doubled] : ['^^', TOTAL_COLUMNS];
    this.#add(`*,${columns}`, `|"${escapeText(words)}" | ${size}"${value}"|`);
    this.rule();
  }

  item(name: string, lineTotal: string): void {
    this.#add('*,10', `|${escapeText(name)} | ${escapeText(lineTotal)}|`);
  }

  /** A second line under an item. */
  indented(text: string): void {
    this.#add('2,*', `| |${escapeText(text)} |`);
  }

  columns3(left: string, [middle, right]: readonly [string, string]): void {
    this.#add('*,8,11', `|${escapeText(left)} | ${escapeText(middle)}| ${escapeText(right)}|`);
  }

  /** White on black, with sentences below it; always in both languages, because nobody may miss it. */
  notice(text: BilingualText, sentences: readonly BilingualText[]): void {
    this.gap();
    for (const words of inBoth(text)) this.#add('auto', `\`~${escapeText(words)}~\``);
    for (const sentence of sentences) for (const words of inBoth(sentence)) this.centred(words);
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
    return this.language === 'both' ? inBoth(text) : [text[this.language]];
  }

  #add(widths: string, line: string): void {
    if (widths !== this.#widths) {
      this.#lines.push(`{width:${widths}}`);
      this.#widths = widths;
    }
    this.#lines.push(line);
  }
}

function inBoth(text: BilingualText): readonly string[] {
  return [text['zh-CN'], text.en];
}

/** Columns that a text takes on paper: everything beyond ASCII is double width on a Chinese printer. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += character < '\u0080' ? 1 : 2;
  return columns;
}
