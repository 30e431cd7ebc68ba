import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TillConfig } from '../../till-config.ts';
import { DIST_DIR, ensureElectronBundles, ensureRenderer } from '../builds.ts';
import type { TillRun } from './browser-till.ts';
import { tillFiles } from './till-files.ts';

/**
 * The Electron shell: this process only brings the demo's host and waits; core and window are Electron's.
 * @param executable see `electronExecutable`
 * @returns undefined after a good close, else one line that says what went wrong.
 */
export async function runElectronTill(run: TillRun, executable: string): Promise<string | undefined> {
  const { closing, demoHost, notify, options } = run;
  await ensureRenderer({ notify });
  await ensureElectronBundles({ notify });
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const configFile = join(options.dataDir, 'till.json');
  const files = tillFiles(options, demoHost?.provisioningFile);
  const config: TillConfig = {
    format: 'holdfast-till',
    version: 1,
    dataDir: options.dataDir,
    host: demoHost === undefined ? options.host : { host: '127.0.0.1', port: demoHost.network.port },
    catalogueFile: files.catalogue,
    demo: options.demo,
    ...(files.operators === undefined ? {} : { operatorsFile: files.operators }),
    ...(files.provisioning === undefined ? {} : { provisioningFile: files.provisioning }),
    ...(files.devices === undefined ? {} : { devicesFile: files.devices }),
    ...(options.locale === undefined ? {} : { locale: options.locale }),
  };
  writeFileSync(configFile, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  const child = spawn(executable, [join(DIST_DIR, 'main', 'main.js'), `--config=${configFile}`], {
    stdio: 'inherit',
  });
  void closing.then(() => child.kill('SIGTERM'));
  const ended = await new Promise<string | undefined>((resolve) => {
    child.on('error', (error) => resolve(`${executable} could not be started: ${error.message}`));
    child.on('close', (code) =>
      resolve(code === 0 || code === null ? undefined : `the Electron shell ended with ${code}`),
    );
  });
  return ended;
}
