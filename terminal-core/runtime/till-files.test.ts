import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readDevices } from './till-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-devices-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const READER = { kind: 'simulated-smart-card-reader', deviceId: 'chip-1' };
const ISSUER = { issuerId: 'demo', name: { 'zh-CN': '演示', en: 'Demo' } };

function read(value: unknown) {
  const path = join(folder, 'devices.json');
  writeFileSync(path, JSON.stringify(value));
  return readDevices(path);
}

describe('the devices file', () => {
  it('is a list of devices, or one with the issuers whose purses are taken', () => {
    const plain = read([READER]);
    expect(plain).toMatchObject({ kind: 'read' });
    expect(plain.kind === 'read' && plain.value.purses).toBeUndefined();
    const both = read({ devices: [READER], purses: { issuers: [ISSUER] } });
    expect(both).toMatchObject({
      kind: 'read',
      value: { purses: { readers: [{ deviceId: 'chip-1' }], issuers: [{ issuerId: 'demo' }] } },
    });
  });

  it('is refused with its place and what is wrong with an issuer', () => {
    const wrong = read({ devices: [READER], purses: { issuers: [{ ...ISSUER, issuerId: 'Demo Issuer' }] } });
    expect(wrong).toMatchObject({ kind: 'unusable' });
    expect(wrong.kind === 'unusable' && wrong.problem).toMatch(/devices\.json: purses: .*issuerId/s);
  });
});
