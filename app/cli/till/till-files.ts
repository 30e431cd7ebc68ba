import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_FILES } from './demo-data.ts';
import type { TillOptions } from './till-options.ts';

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
