import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What a test may need from the operating system, and where it is found. The names are those of Debian's packages. */
const SYSTEM_PACKAGES = {
  chromium: { executables: ['chromium', 'chromium-browser', 'google-chrome'], files: [] },
  socat: { executables: ['socat'], files: [] },
  pcscd: { executables: ['pcscd'], files: ['/usr/sbin/pcscd'] },
  'libpcsclite-dev': { executables: [], files: ['/usr/include/PCSC/winscard.h'] },
  'vsmartcard-vpcd': { executables: [], files: ['/etc/reader.conf.d/vpcd'] },
  'fonts-noto-cjk': { executables: [], files: ['/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'] },
} as const;

export type SystemPackage = keyof typeof SYSTEM_PACKAGES;

export type SystemPackageLookup =
  | { readonly kind: 'present'; readonly path: string; readonly note: '' }
  /** `note` goes into the name of the skipped test, so that a report says why. */
  | { readonly kind: 'missing'; readonly reason: string; readonly note: string };

/**
 * Looks for a system package. Use it as
 * `const socat = systemPackage('socat'); describe.skipIf(socat.kind === 'missing')(`serial scanner${socat.note}`, …)`.
 * @throws Error when it is missing and HOLDFAST_REQUIRE_SYSTEM_PACKAGES=1: continuous integration must not skip quietly.
 */
export function systemPackage(
  name: SystemPackage,
  env: NodeJS.ProcessEnv = process.env,
): SystemPackageLookup {
  const { executables, files } = SYSTEM_PACKAGES[name];
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [
    ...executables.flatMap((file) => folders.map((folder) => join(folder, file))),
    ...files,
  ];
  const path = candidates.find(isReadable);
  if (path !== undefined) return { kind: 'present', path, note: '' };
  const reason = `the system package ${name} is missing (apt-get install ${name})`;
  if (env.HOLDFAST_REQUIRE_SYSTEM_PACKAGES === '1') throw new Error(reason);
  return { kind: 'missing', reason, note: ` [skipped: ${reason}]` };
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
