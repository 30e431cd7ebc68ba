/** Digits of a card PIN: 2 to 6 bytes of BCD, 4 to 6 digits in ASCII. */
export const CARD_PIN_DIGITS_MIN = 4;
export const CARD_PIN_DIGITS_MAX = { bcd: 12, ascii: 6 } as const;

type PinCoding = keyof typeof CARD_PIN_DIGITS_MAX;

/** Whether a card of this coding can have such a PIN. */
export function fitsPinCoding(pin: string, coding: PinCoding): boolean {
  return /^\d+$/.test(pin) && pin.length >= CARD_PIN_DIGITS_MIN && pin.length <= CARD_PIN_DIGITS_MAX[coding];
}

/** The PIN as VERIFY takes it. @throws RangeError when it has the wrong length; the message never holds the PIN. */
export function encodePin(pin: string, coding: PinCoding): Uint8Array {
  if (!fitsPinCoding(pin, coding))
    throw new RangeError(`A card PIN is ${CARD_PIN_DIGITS_MIN} to ${CARD_PIN_DIGITS_MAX[coding]} digits`);
  if (coding === 'ascii') return new Uint8Array(Buffer.from(pin, 'ascii'));
  return new Uint8Array(Buffer.from(pin.length % 2 === 0 ? pin : `${pin}F`, 'hex'));
}
