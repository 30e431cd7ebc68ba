import { memo, useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import { IconAction } from '../../components/action.tsx';
import { Icon } from '../../components/icon.tsx';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { type BasketLine, changeQuantity, removeLine, selectLine, totalsOf } from '../../store/basket.ts';
import { useCell } from '../../store/cell.ts';
import { useTill } from '../../till-context.ts';

/** The basket on the left: what was scanned, and what it comes to. `isFixed` while it is being paid. */
export function BasketPanel({
  isFixed = false,
  children,
}: {
  readonly isFixed?: boolean;
  readonly children?: React.ReactNode;
}) {
  const { t } = useWords();
  const { baskets } = useTill();
  const basket = useCell(baskets.basket);
  const totals = totalsOf(basket.lines);
  return (
    <section className="basket" aria-label={t('basket.title')}>
      {basket.lines.length === 0 ? (
        <div className="basket-empty">
          <Icon name="scan" />
          <h2>{t('basket.empty')}</h2>
          <p>{t('basket.empty.next')}</p>
        </div>
      ) : (
        <ul className="basket-lines" aria-label={t('basket.lines')}>
          {basket.lines.map((line) => (
            <Line
              key={line.product.sku}
              line={line}
              isFixed={isFixed}
              isSelected={!isFixed && line.product.sku === basket.selectedSku}
            />
          ))}
        </ul>
      )}
      <div className="basket-foot">
        <div className="basket-sums">
          <span data-testid="basket-items">{t('basket.items', { count: totals.itemCount })}</span>
          <span>{t('basket.tax', { amount: yuan(totals.taxMinor) })}</span>
        </div>
        <div className="basket-total">
          <span>{t('basket.total')}</span>
          <output data-testid="basket-total">{yuan(totals.totalMinor)}</output>
        </div>
        {children}
      </div>
    </section>
  );
}

/** Memoised: a scan changes one line, however many there are. */
const Line = memo(function Line(props: {
  readonly line: BasketLine;
  readonly isSelected: boolean;
  readonly isFixed: boolean;
}) {
  const { t, language } = useWords();
  const { baskets } = useTill();
  const row = useRef<HTMLLIElement>(null);
  const { line, isSelected, isFixed } = props;
  const { product, quantity } = line;
  useEffect(() => {
    if (isSelected) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isSelected]);
  const [name, otherName] =
    language === 'en' ? [product.nameEn, product.nameZh] : [product.nameZh, product.nameEn];
  const total = yuan(product.priceMinor * quantity);
  const change = (by: number): void => baskets.set(changeQuantity(baskets.basket.get(), product.sku, by));
  return (
    <li
      ref={row}
      className="line"
      data-selected={isSelected}
      data-sku={product.sku}
      aria-current={isSelected}
    >
      <Button
        className="line-main"
        aria-label={t('basket.select', { name, count: quantity, amount: total })}
        isDisabled={isFixed}
        excludeFromTabOrder
        onPress={() => baskets.set(selectLine(baskets.basket.get(), product.sku))}
      >
        <span className="line-names">
          <span className="line-name">{name}</span>
          <span className="line-other">{otherName}</span>
        </span>
        <span className="line-quantity">{`×${quantity}`}</span>
        <span className="line-total">{total}</span>
      </Button>
      {isSelected && (
        <div className="line-tools">
          <span className="line-each">{t('basket.each', { amount: yuan(product.priceMinor) })}</span>
          <IconAction icon="minus" label={`${t('basket.fewer')} (-)`} onPress={() => change(-1)} />
          <output className="line-count">{quantity}</output>
          <IconAction icon="plus" label={`${t('basket.more')} (+)`} onPress={() => change(1)} />
          <IconAction
            icon="bin"
            label={`${t('basket.remove')} (Del)`}
            onPress={() => baskets.set(removeLine(baskets.basket.get(), product.sku))}
          />
        </div>
      )}
    </li>
  );
});
