import type { BilingualText } from '../../domain/text.ts';
import type { StateView } from '../state.ts';

/** How long before its end a certificate is called expiring, milliseconds: a shift. */
export const CERTIFICATE_EXPIRING_MS = 12 * 3_600_000;

/** Whether a card could be taken offline by its certificate; the other rules of offline acceptance are asked at the sale. */
export interface CertificateStanding {
  readonly state: 'none' | 'valid' | 'expiring' | 'expired';
  readonly untilMs?: number;
  /** Minor units that are left of it here. */
  readonly leftMinor?: number;
  /** What to do, where there is something to do. */
  readonly text?: BilingualText;
}

const WORDS: Readonly<Record<Exclude<CertificateStanding['state'], 'valid'>, BilingualText>> = {
  none: {
    'zh-CN': '此卡没有余额凭证，脱机时不能受理。联网查询一次余额即可取得。',
    en: 'There is no certificate for this card: it cannot be taken offline. A balance inquiry online brings one.',
  },
  expiring: {
    'zh-CN': '此卡的余额凭证即将过期。联网查询一次余额即可更新。',
    en: 'The certificate of this card is about to expire. A balance inquiry online renews it.',
  },
  expired: {
    'zh-CN': '此卡的余额凭证已过期，脱机时不能受理。联网查询一次余额即可更新。',
    en: 'The certificate of this card has expired: it cannot be taken offline. A balance inquiry online renews it.',
  },
};

export function certificateStanding(
  state: StateView,
  card: { readonly panHash: string; readonly nowMs: number },
): CertificateStanding {
  const held = state.get('certificates', card.panHash);
  if (!held) return { state: 'none', text: WORDS.none };
  const { balanceMinor, notAfterMs, offlineCapMinor } = held.certificate;
  const leftMinor = Math.max(0, Math.min(balanceMinor, offlineCapMinor) - held.spentMinor);
  const untilMs = notAfterMs;
  if (notAfterMs < card.nowMs) return { state: 'expired', untilMs, leftMinor: 0, text: WORDS.expired };
  if (notAfterMs - card.nowMs <= CERTIFICATE_EXPIRING_MS)
    return { state: 'expiring', untilMs, leftMinor, text: WORDS.expiring };
  return { state: 'valid', untilMs, leftMinor };
}
