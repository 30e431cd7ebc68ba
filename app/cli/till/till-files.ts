import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createDevices, parseCardText } from '../../../terminal-core/devices/index.ts';
import type { TerminalProvisioning } from '../../../terminal-core/domain/provisioning.ts';
import type { StartOptions } from '../../../terminal-core/runtime/index.ts';
import { DEMO_FILES } from './demo-data.ts';
import type { TillOptions } from './till-options.ts';

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
});

export type Read<T> =
  | { readonly kind: 'read'; readonly value: T }
  /** One line: which file, what is wrong. */
  | { readonly kind: 'unusable'; readonly problem: string };

/** Where the till's own files are: as given, else the demo's, else by name in the data folder. */
export function tillFiles(options: TillOptions, demoProvisioningFile: string | undefined) {
  const { catalogueFile, dataDir, demo, devicesFile, operatorsFile, provisioningFile } = options;
  const devices = devicesFile ?? join(dataDir, 'devices.json');
  return {
    provisioning: provisioningFile ?? demoProvisioningFile,
    catalogue: catalogueFile ?? (demo ? DEMO_FILES.catalogue : join(dataDir, 'catalogue.csv')),
    operators: operatorsFile ?? (demo ? DEMO_FILES.operators : undefined),
    // A file that was named must be there; the one in the data folder may be absent.
    devices: devicesFile !== undefined || existsSync(devices) ? devices : undefined,
  };
}

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

/** Scanners, readers and printers, not opened yet; without a file there are none and the keyboard does. */
export function readDevices(path: string | undefined): Read<StartOptions['devices']> {
  if (path === undefined)
    return { kind: 'read', value: { scanners: [], cardReaders: [], readCardText: parseCardText } };
  const json = readJson(path);
  if (json.kind === 'unusable') return json;
  const created = createDevices(json.value);
  if (created.kind === 'invalid')
    return { kind: 'unusable', problem: `${path}: ${created.problems.join('; ')}` };
  const [printer] = created.printers;
  const { cardReaders, scanners } = created;
  return {
    kind: 'read',
    value: {
      scanners,
      cardReaders,
      readCardText: parseCardText,
      ...(printer === undefined ? {} : { printer }),
    },
  };
}

function readJson(path: string): Read<unknown> {
  try {
    return { kind: 'read', value: JSON.parse(readFileSync(path, 'utf8')) };
  } catch (error) {
    return {
      kind: 'unusable',
      problem: `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
