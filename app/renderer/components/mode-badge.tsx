import type { TillStatus } from '../../../terminal-core/api/contract.ts';
import { useWords } from '../i18n/i18n.ts';
import { Icon, type IconName } from './icon.tsx';

export type ShownMode = TillStatus['mode'] | 'gone';

const ICONS: Readonly<Record<ShownMode, IconName>> = {
  online: 'check-circle',
  offline: 'link-cut',
  unknown: 'question',
  gone: 'unplugged',
};

/** Online, offline or unknown: by icon, word, lightness and colour, so that no one of them is needed. */
export function ModeBadge({ mode }: { readonly mode: ShownMode }) {
  const { t } = useWords();
  return (
    <div className={`mode-badge mode-${mode}`} role="status" data-mode={mode} title={t(`mode.${mode}.text`)}>
      <Icon name={ICONS[mode]} />
      <span>{t(`mode.${mode}`)}</span>
      <span className="visually-hidden">{t(`mode.${mode}.text`)}</span>
    </div>
  );
}
