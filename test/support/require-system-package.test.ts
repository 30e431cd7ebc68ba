import { describe, expect, it } from 'vitest';
import { systemPackage } from './require-system-package.ts';

const nothingOnThePath = { PATH: '/nonexistent' };

describe('system packages that tests need', () => {
  it('finds an executable on the PATH', () => {
    const lookup = systemPackage('chromium', process.env);
    expect(lookup.kind === 'present' ? lookup.path : lookup.note).toMatch(/chrom|skipped/);
  });

  it('gives a reason to put into the name of a skipped test', () => {
    expect(systemPackage('socat', nothingOnThePath)).toMatchObject({
      kind: 'missing',
      note: ' [skipped: the system package socat is missing (apt-get install socat)]',
    });
  });

  it('fails instead of skipping where packages are required', () => {
    const env = { ...nothingOnThePath, HOLDFAST_REQUIRE_SYSTEM_PACKAGES: '1' };
    expect(() => systemPackage('socat', env)).toThrow(/socat is missing/);
  });
});
