import type { SplitSale } from '../../../../terminal-core/api/contract.ts';
import { Action } from '../../components/action.tsx';
import { Icon } from '../../components/icon.tsx';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useCell } from '../../store/cell.ts';
import { useTill } from '../../till-context.ts';
import { StateChip } from '../journal/state-chip.tsx';

/** A sale that is paid in parts: its goods, what was tried, and what is left. It takes the basket's place on the left. */
export function SalePanel({ sale }: { readonly sale: SplitSale }) {
  const { t, language } = useWords();
  const { catalogue, dialog } = useTill();
  const index = useCell(catalogue.index);
  const nameOf = (sku: string): string => {
    const product = index.findSku(sku);
    return (language === 'en' ? product?.nameEn : product?.nameZh) ?? sku;
  };
  return (
    <section className="basket sale-panel" aria-label={t('split.title')}>
      <div className="basket-lines">
        <ul className="sale-goods" aria-label={t('basket.lines')}>
          {sale.lines.map(({ sku, quantity }) => (
            <li key={sku}>
              <span>{nameOf(sku)}</span>
              <span>{`×${quantity}`}</span>
            </li>
          ))}
        </ul>
        <h3 className="sale-tenders-title">{t('split.tenders')}</h3>
        <TenderList sale={sale} />
      </div>
      <div className="basket-foot">
        <div className="sale-sum">
          <span>{t('basket.total')}</span>
          <output>{yuan(sale.totalMinor)}</output>
        </div>
        <div className="sale-sum sale-paid">
          <span>{t('split.paid')}</span>
          <output data-testid="sale-paid">{yuan(sale.paidMinor)}</output>
        </div>
        <div className="basket-total">
          <span>{t('split.left')}</span>
          <output data-testid="sale-left">{yuan(sale.dueMinor)}</output>
        </div>
        <Action
          icon="undo"
          keyHint="F7"
          onPress={() => dialog.set({ kind: 'cancel-sale', saleId: sale.saleId })}
        >
          {t('split.cancel')}
        </Action>
      </div>
    </section>
  );
}

/** The tenders of a sale, one a line, those that failed too. */
export function TenderList({ sale }: { readonly sale: SplitSale }) {
  const { t } = useWords();
  return (
    <ul className="tenders" data-testid="tenders">
      {sale.tenders.map(({ tenderId, transaction }) => (
        <li key={tenderId}>
          <Icon name={transaction.kind === 'cash-sale' ? 'cash' : 'card'} />
          <span className="tender-what">
            {transaction.maskedPan === undefined
              ? t('pay.cash')
              : t('split.card-ending', { digits: transaction.maskedPan.slice(-4) })}
          </span>
          <StateChip transaction={transaction} />
          <output>{yuan(transaction.amountMinor)}</output>
        </li>
      ))}
    </ul>
  );
}
