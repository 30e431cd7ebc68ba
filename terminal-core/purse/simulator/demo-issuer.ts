import { purseHex } from '../../domain/purse.ts';
import { type PurseLevels, purseIssuer } from '../issuer.ts';
import { type IssuerKeys, type PurseCardState, personalise } from './card-state.ts';
import type { PsamState } from './psam-applet.ts';

/** Keys that everybody knows, for demonstrations and tests. A real issuer's stand in its PSAMs and at its host only. */
export const DEMO_PURSE_KEYS: IssuerKeys = {
  purchase: '0123456789ABCDEFFEDCBA9876543210',
  load: 'A0A1A2A3A4A5A6A7B0B1B2B3B4B5B6B7',
  tac: 'C0C1C2C3C4C5C6C7D0D1D2D3D4D5D6D7',
};

const LEVELS: PurseLevels = { kind: 'city', bank: '1000750000000000', city: '3310000133100001' };

/** The issuer of the simulated cards. */
export const DEMO_PURSE_ISSUER = purseIssuer.parse({
  issuerId: 'demo',
  name: { 'zh-CN': '演示电子钱包', en: 'Demo purse' },
  issuerCode: '1000750000000000',
  levels: LEVELS,
});

/** A card of the demo issuer. @param number 0 to 99 999 999, the end of its application serial. */
export function demoPurseCard(number: number, changes: Partial<PurseCardState> = {}): PurseCardState {
  const serial = `000010007512${String(number).padStart(8, '0')}`;
  return personalise({
    issuerKeys: DEMO_PURSE_KEYS,
    levels: LEVELS,
    applicationSerial: purseHex('applicationSerial', serial),
    changes: { issuerCode: DEMO_PURSE_ISSUER.issuerCode ?? '', ...changes },
  });
}

/** A PSAM that takes the demo issuer's cards. @param number 0 to 99 999 999, the end of its terminal number. */
export function demoPsam(number: number): PsamState {
  return {
    terminalNumber: `3100${String(number).padStart(8, '0')}`,
    masterFileId: '3F00',
    applicationFileId: 'DF01',
    nextTerminalSerial: 1,
    masterKeys: [{ version: 1, value: DEMO_PURSE_KEYS.purchase }],
  };
}
