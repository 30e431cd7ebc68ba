import type { Receipt } from '../../../terminal-core/api/contract.ts';
import { useWords } from '../i18n/i18n.ts';

/** The receipt as paper. As an image: whatever an SVG may hold, an image runs nothing and loads nothing. */
export function ReceiptView({ receipt }: { readonly receipt: Receipt }) {
  const { t } = useWords();
  return (
    <div className="receipt" data-testid="receipt">
      <img
        src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(receipt.svg)}`}
        alt={t('receipt.alt')}
      />
    </div>
  );
}
