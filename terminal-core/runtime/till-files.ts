import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { createDevices, parseCardText } from '../devices/index.ts';
import type { TerminalProvisioning } from '../domain/provisioning.ts';
import { psamProfile, purseIssuers } from '../purse/index.ts';
import type { TillDevices } from './till/till-ports.ts';

const provisioningShape = z.object({
  format: z.literal('holdfast-provisioning'),
  version: z.literal(1),
  merchantId: z.string().length(15),
  merchantNameZh: z.string(),
  merchantNameEn: z.string(),
  terminalId: z.string().length(8),
  currency: z.string().regex(/^\d{3}$/),
  tpdu: z.string().regex(/^\d{10}$/),
  header: z.string().regex(/^\d{12}$/),
  terminalMasterKeyComponents: z.tuple([
    z.string().regex(/^[0-9A-Fa-f]{32}$/),
    z.string().regex(/^[0-9A-Fa-f]{32}$/),
  ]),
  terminalMasterKeyCheckValue: z.string().regex(/^[0-9A-Fa-f]{8}$/),
  cardHashKey: z.string().regex(/^[0-9A-Fa-f]{64}$/),
  issuerPublicKeys: z.record(z.string(), z.string()),
  batchFile: z.object({ signingKey: z.base64().length(44), hostKey: z.base64().length(44) }).optional(),
});

export type Read<T> =
  | { readonly kind: 'read'; readonly value: T }
  /** One line: which file, what is wrong. */
  | { readonly kind: 'unusable'; readonly problem: string };

/** What the host's office wrote for this terminal. Its keys are not repeated in any problem. */
export function readProvisioning(path: string): Read<TerminalProvisioning> {
  const json = readJson(path);
  if (json.kind === 'unusable') return json;
  const parsed = provisioningShape.safeParse(json.value);
  if (parsed.success) return { kind: 'read', value: parsed.data };
  const names = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  return {
    kind: 'unusable',
    problem: `${path} is not a provisioning file (wrong: ${names || 'the whole file'})`,
  };
}

/** Whose purses are taken, and how the PSAM is entered. Chip cards are not asked for anything at a till without it. */
const pursesShape = z.strictObject({ issuers: purseIssuers, psam: psamProfile.prefault({}) });

/** A list of devices, or one with what is to be known of purses beside it. */
function entriesOf(value: unknown): { readonly devices: unknown; readonly purses?: unknown } {
  const isBoth = typeof value === 'object' && value !== null && !Array.isArray(value) && 'devices' in value;
  return isBoth ? value : { devices: value };
}

/** Scanners, readers and printers, not opened yet; without a file there are none and the keyboard does. */
export function readDevices(path: string | undefined): Read<TillDevices> {
  if (path === undefined)
    return { kind: 'read', value: { scanners: [], cardReaders: [], readCardText: parseCardText } };
  const json = readJson(path);
  if (json.kind === 'unusable') return json;
  const { devices, purses } = entriesOf(json.value);
  const read = purses === undefined ? undefined : pursesShape.safeParse(purses);
  if (read?.success === false)
    return { kind: 'unusable', problem: `${path}: purses: ${z.prettifyError(read.error)}` };
  const created = createDevices(devices);
  if (created.kind === 'invalid')
    return { kind: 'unusable', problem: `${path}: ${created.problems.join('; ')}` };
  const [printer] = created.printers;
  const { cardReaders, scanners, smartCardReaders } = created;
  return {
    kind: 'read',
    value: {
      scanners,
      cardReaders,
      readCardText: parseCardText,
      ...(printer === undefined ? {} : { printer }),
      ...(read === undefined || smartCardReaders.length === 0
        ? {}
        : {
            purses: {
              readers: smartCardReaders,
              issuers: read.data.issuers,
              psamProfile: read.data.psam,
            },
          }),
    },
  };
}

function readJson(path: string): Read<unknown> {
  try {
    return { kind: 'read', value: JSON.parse(readFileSync(path, 'utf8')) };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { kind: 'unusable', problem: `${path} cannot be read: ${words}` };
  }
}
