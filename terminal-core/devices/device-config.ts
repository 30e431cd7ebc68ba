import { z } from 'zod';

export const DEVICES_MAX = 16;

const deviceId = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,31}$/,
    'a name of 1 to 32 lower-case letters, digits and hyphens, such as "scanner-1"',
  );
/** Not checked for existence: a device that is not plugged in yet is found when it is. */
const path = z
  .string()
  .min(1, 'a path such as "/dev/ttyUSB0" or "COM3"')
  .max(260)
  .regex(/^\P{C}*$/u, 'a path without control characters');
const baudRate = z.number().int().min(300).max(921_600);
const terminator = z.enum(['CR', 'LF', 'CRLF', 'idle']);
const idleMs = z.number().int().min(5).max(5_000).exactOptional();
const usbId = z.number().int().min(1).max(0xffff);
const readerName = z.string().min(1, 'part of a name as `holdfast doctor` lists it').max(128);
const offset = z.number().int().min(0).max(1_023);

export const deviceConfig = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('serial-scanner'),
    deviceId,
    path,
    baudRate: baudRate.default(9_600),
    terminator: terminator.default('CRLF'),
    idleMs,
    prefix: z.string().max(16).exactOptional(),
    suffix: z.string().max(16).exactOptional(),
    symbology: z.enum(['aim', 'none']).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('serial-magstripe'),
    deviceId,
    path,
    baudRate: baudRate.default(9_600),
    terminator: terminator.default('idle'),
    idleMs,
    checkCharacter: z.enum(['sent', 'none']).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('hid-scanner'),
    deviceId,
    vendorId: usbId,
    productId: usbId.exactOptional(),
    serialNumber: z.string().min(1).max(64).exactOptional(),
    mode: z.enum(['pos', 'keyboard']).default('pos'),
    layout: z
      .strictObject({
        reportId: z.number().int().min(0).max(255),
        lengthOffset: offset,
        symbologyOffset: offset.exactOptional(),
        dataOffset: offset,
        dataLengthMax: z.number().int().min(1).max(255),
        continuedOffset: offset.exactOptional(),
      })
      .exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('escpos-printer'),
    deviceId,
    transport: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('serial'), path, baudRate: baudRate.default(115_200) }),
      z.strictObject({
        kind: z.literal('tcp'),
        host: z.string().min(1).max(253),
        port: z.number().int().min(1).max(65_535).default(9_100),
      }),
      z.strictObject({ kind: z.literal('file'), path }),
    ]),
  }),
  z.strictObject({
    kind: z.literal('pcsc-reader'),
    deviceId,
    customerReader: readerName.exactOptional(),
    samReader: readerName.exactOptional(),
    sharing: z.enum(['exclusive', 'shared']).exactOptional(),
    timeoutMs: z.number().int().min(500).max(60_000).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('simulated-scanner'), deviceId }),
  z.strictObject({ kind: z.literal('simulated-card-reader'), deviceId }),
  z.strictObject({ kind: z.literal('simulated-smart-card-reader'), deviceId }),
  z.strictObject({ kind: z.literal('simulated-printer'), deviceId }),
]);

/** One entry of the device list in the till's configuration. */
export type DeviceConfig = z.input<typeof deviceConfig>;
/** The same, checked and with its defaults. */
export type CheckedDeviceConfig = z.output<typeof deviceConfig>;
