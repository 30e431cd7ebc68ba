import { SCAN_LENGTH_MAX } from '../ports/devices.ts';
import type { HidScan } from './hid-pos-report.ts';

const MODIFIERS_OFFSET = 0;
const KEYS_OFFSET = 2;
const KEYS_MAX = 6;
const SHIFT_BITS = 0x22;
/** Control, alt and the system key: a key pressed with one of these is a command and no character. */
const COMMAND_BITS = 0xdd;
const ENTER = 0x28;
const TAB = 0x2b;
const KEYPAD_ENTER = 0x58;
/** First of the three codes by which a keyboard says that it cannot tell which keys are down. */
const ERROR_ROLL_OVER = 0x01;

/** Characters by key code 0x04 and up, HID usage page 7, US layout: without and with shift. */
const PLAIN = "abcdefghijklmnopqrstuvwxyz1234567890\n\u001b\b\t -=[]\\#;'`,./";
const SHIFTED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()\n\u001b\b\t _+{}|~:"~<>?';
/** Key codes 0x54 to 0x63. */
const KEYPAD = '/*-+\n1234567890.';

/**
 * Turns the boot reports of a HID keyboard (8 bytes: modifiers, reserved, six key codes) into scans that end with Enter
 * or Tab. For scanners that can only be a keyboard and are opened directly, so that focus and input methods cannot lose
 * or change what was scanned. Holds at most SCAN_LENGTH_MAX characters.
 */
export class HidKeyboardDecoder {
  #down: readonly number[] = [];
  #text = '';
  #bad = false;

  /** @returns a scan when this report ends one. */
  push(report: Uint8Array): HidScan | undefined {
    const modifiers = report[MODIFIERS_OFFSET] ?? 0;
    const keys = [...report.subarray(KEYS_OFFSET, KEYS_OFFSET + KEYS_MAX)].filter((key) => key !== 0);
    if (keys.includes(ERROR_ROLL_OVER)) return undefined;
    const pressed = keys.filter((key) => !this.#down.includes(key));
    this.#down = keys;
    let scan: HidScan | undefined;
    for (const key of pressed) {
      if (key === ENTER || key === KEYPAD_ENTER || key === TAB) scan = this.#end() ?? scan;
      else this.#type(key, modifiers);
    }
    return scan;
  }

  /** Forgets a scan whose end never came. */
  discard(): void {
    this.#text = '';
    this.#bad = false;
  }

  #type(key: number, modifiers: number): void {
    const character = characterOf(key, modifiers);
    if (character === undefined || this.#text.length === SCAN_LENGTH_MAX) this.#bad = true;
    else this.#text += character;
  }

  #end(): HidScan | undefined {
    const text = this.#text;
    const bad = this.#bad;
    this.discard();
    if (bad) return { kind: 'dropped' };
    return text === '' ? undefined : { kind: 'scan', text };
  }
}

function characterOf(key: number, modifiers: number): string | undefined {
  if ((modifiers & COMMAND_BITS) !== 0) return undefined;
  const table = (modifiers & SHIFT_BITS) === 0 ? PLAIN : SHIFTED;
  const character = key >= 0x54 ? KEYPAD[key - 0x54] : table[key - 0x04];
  return character !== undefined && character >= ' ' ? character : undefined;
}
