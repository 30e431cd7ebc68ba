/**
 * ESC p: opens the drawer that hangs on the printer, by its first connector (pin 2), 50 ms on and 500 ms off. It prints
 * nothing.
 */
export const DRAWER_PULSE: Uint8Array = Uint8Array.of(0x1b, 0x70, 0x00, 0x19, 0xfa);
