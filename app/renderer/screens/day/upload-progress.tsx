import type { TillStatus } from '../../../../terminal-core/api/contract.ts';
import { useWords } from '../../i18n/i18n.ts';

/** What is being sent to the host and how far it is, as a bar and in words. */
export function UploadProgress({ upload }: { readonly upload: NonNullable<TillStatus['upload']> }) {
  const { t } = useWords();
  const { step, done, total } = upload;
  const words = t(`upload.${step}`);
  return (
    <div className="upload" data-testid="upload-progress">
      <p>
        <strong>{words}</strong>
        <span>{t('upload.count', { done, total })}</span>
      </p>
      <progress aria-label={words} max={Math.max(1, total)} value={done} />
    </div>
  );
}
