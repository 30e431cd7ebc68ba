import { memo, useEffect, useRef } from 'react';
import { GridList, GridListItem } from 'react-aria-components';
import type { CatalogueProduct } from '../../../../terminal-core/api/contract.ts';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';

const TINTS = 6;

/** Products to press: one stop in the tab order, arrow keys inside. `highlighted` is what Enter in the scan field adds. */
export const ProductTiles = memo(function ProductTiles(props: {
  readonly label: string;
  readonly products: readonly CatalogueProduct[];
  readonly highlightedSku?: string | undefined;
  readonly onChoose: (sku: string) => void;
}) {
  const { language } = useWords();
  const grid = useRef<HTMLDivElement>(null);
  const { highlightedSku } = props;
  useEffect(() => {
    if (highlightedSku === undefined) return;
    grid.current?.querySelector('.tile-highlighted')?.scrollIntoView({ block: 'nearest' });
  }, [highlightedSku]);
  return (
    <GridList
      ref={grid}
      className="tiles"
      layout="grid"
      aria-label={props.label}
      items={props.products.map((product) => ({ id: product.sku, product }))}
      onAction={(key) => props.onChoose(String(key))}
      dependencies={[language, props.highlightedSku]}
      keyboardNavigationBehavior="tab"
    >
      {({ product }) => {
        const [name, other] =
          language === 'en' ? [product.nameEn, product.nameZh] : [product.nameZh, product.nameEn];
        return (
          <GridListItem
            id={product.sku}
            textValue={name}
            className={`tile ${product.sku === props.highlightedSku ? 'tile-highlighted' : ''}`}
          >
            <span className={`tile-mark tint-${tintOf(product.sku)}`} aria-hidden="true">
              {[...product.nameZh][0]}
            </span>
            <span className="tile-name">{name}</span>
            <span className="tile-other">{other}</span>
            <span className="tile-price">{yuan(product.priceMinor)}</span>
          </GridListItem>
        );
      }}
    </GridList>
  );
});

/** The same product always has the same tint; it means nothing. */
function tintOf(sku: string): number {
  let sum = 0;
  for (const character of sku) sum = (sum * 31 + character.charCodeAt(0)) % 9973;
  return sum % TINTS;
}
