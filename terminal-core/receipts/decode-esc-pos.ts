import iconv from 'iconv-lite';

const DOTS_PER_COLUMN = 12;
const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;
const LF = 0x0a;

/** How many bytes follow a command that changes no text; keyed by its two bytes. */
const PARAMETER_BYTES: Readonly<Record<string, number>> = {
  '1b40': 0, // ESC @ initialise
  '1b61': 1, // ESC a alignment
  '1b4d': 1, // ESC M font
  '1b20': 1, // ESC SP character spacing
  '1b32': 0, // ESC 2 default line spacing
  '1b33': 1, // ESC 3 line spacing
  '1b7b': 1, // ESC { upside down
  '1b74': 1, // ESC t code page
  '1b2d': 1, // ESC - underline
  '1b45': 1, // ESC E bold
  '1c53': 2, // FS S Chinese character spacing
  '1c26': 0, // FS & Chinese mode on
  '1c2e': 0, // FS . Chinese mode off
  '1c43': 1, // FS C code system
  '1c2d': 1, // FS - Chinese underline
  '1b70': 3, // ESC p drawer pulse
  '1d4c': 2, // GS L left margin
  '1d57': 2, // GS W print width
  '1d42': 1, // GS B inverse
  '1d61': 1, // GS a automatic status
  '1d72': 1, // GS r status
  '1d68': 1, // GS h barcode height
  '1d77': 1, // GS w barcode module width
  '1d48': 1, // GS H barcode text position
  '1d66': 1, // GS f barcode text font
};

/** What a printer would have put on paper. */
export interface PrintedPaper {
  /** Lines of text, padded with spaces to where the printer was told to move. */
  readonly lines: readonly string[];
  readonly barcodes: readonly string[];
  /** Paper cuts. */
  readonly cuts: number;
}

/**
 * Reads ESC/POS bytes as a Chinese printer would: for the simulated printer and for tests, so that a receipt is judged by
 * what comes out on paper. Knows the commands that this project prints with.
 *
 * @throws Error naming the offset of a command that it does not know.
 */
export function decodeEscPos(bytes: Uint8Array): PrintedPaper {
  const lines: string[] = [];
  const barcodes: string[] = [];
  let cuts = 0;
  let line = new PaperLine();
  let offset = 0;
  const byte = (at: number): number => bytes[at] ?? 0;
  while (offset < bytes.length) {
    const first = byte(offset);
    if (first === LF) {
      lines.push(line.text());
      line = new PaperLine(line.magnification);
      offset += 1;
    } else if (first === ESC || first === FS || first === GS) {
      const name = `${hex(first)}${hex(byte(offset + 1))}`;
      const parameterBytes = PARAMETER_BYTES[name];
      if (parameterBytes !== undefined) offset += 2 + parameterBytes;
      else if (name === '1b24') {
        line.moveTo((byte(offset + 2) + 256 * byte(offset + 3)) / DOTS_PER_COLUMN);
        offset += 4;
      } else if (name === '1b5c') {
        line.moveTo(line.column + (byte(offset + 2) + 256 * byte(offset + 3)) / DOTS_PER_COLUMN);
        offset += 4;
      } else if (name === '1d21') {
        line.magnification = (byte(offset + 2) >> 4) + 1;
        offset += 3;
      } else if (name === '1d56') {
        cuts += 1;
        offset += byte(offset + 2) >= 65 ? 4 : 3;
      } else if (name === '1d6b') {
        const length = byte(offset + 3);
        barcodes.push(Buffer.from(bytes.subarray(offset + 4, offset + 4 + length)).toString('latin1'));
        offset += 4 + length;
      } else throw new Error(`Unknown ESC/POS command ${name} at offset ${offset}`);
    } else {
      const length = characterLength(first, byte(offset + 1));
      const character = iconv.decode(Buffer.from(bytes.subarray(offset, offset + length)), 'gb18030');
      line.print(character, first < 0x80 ? 1 : 2);
      offset += length;
    }
  }
  return { lines, barcodes, cuts };
}

/** GB18030: one byte below 0x80, four when the second is a digit, else two. */
function characterLength(first: number, second: number): number {
  if (first < 0x80) return 1;
  return second >= 0x30 && second <= 0x39 ? 4 : 2;
}

class PaperLine {
  #text = '';
  column = 0;
  magnification: number;

  constructor(magnification = 1) {
    this.magnification = magnification;
  }

  moveTo(column: number): void {
    if (column > this.column) {
      this.#text += ' '.repeat(Math.floor(column - this.column));
      this.column = column;
    }
  }

  print(character: string, columns: number): void {
    this.#text += character;
    this.column += columns * this.magnification;
  }

  text(): string {
    return this.#text.trimEnd();
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0');
}
