import { useDeferredValue, useMemo, useRef, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import { openPayment, putIntoBasket, readCard, scanProduct } from '../../commands.ts';
import { Action } from '../../components/action.tsx';
import { pressFunctionKey, useFunctionKeys } from '../../components/function-keys.ts';
import { Icon } from '../../components/icon.tsx';
import { ShiftMissing } from '../../components/shift-needed.tsx';
import { TerminalSignOn } from '../../components/terminal-sign-on.tsx';
import { useStableCallback } from '../../components/use-stable-callback.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useInput } from '../../input/use-input.ts';
import { changeQuantity, moveSelection, removeLine } from '../../store/basket.ts';
import { TILES_MAX } from '../../store/catalogue-index.ts';
import { useCell } from '../../store/cell.ts';
import { useTill } from '../../till-context.ts';
import { BasketPanel } from './basket-panel.tsx';
import { HeldDialog } from './held-dialog.tsx';
import { ProductTiles } from './product-tiles.tsx';
import { parseScanText } from './scan-text.ts';

/** Selling: the basket on the left, one field that scans and searches, and goods to press. */
export function SellScreen() {
  const { t } = useWords();
  const till = useTill();
  const screen = useCell(till.screen);
  const index = useCell(till.catalogue.index);
  const gone = useCell(till.link.state).kind === 'lost';
  const isEmpty = useCell(till.baskets.basket).lines.length === 0;
  const keys = useFunctionKeys();
  const [text, setText] = useState('');
  const [highlight, setHighlight] = useState(0);
  const field = useRef<HTMLInputElement>(null);

  const wanted = parseScanText(useDeferredValue(text));
  const searched = wanted.kind === 'barcode' ? wanted.barcode : wanted.words;
  const results = useMemo(() => index.search(searched), [index, searched]);
  const tiles = useMemo(() => index.first(TILES_MAX), [index]);
  const isSearching = searched !== '';
  const highlighted = isSearching ? results[Math.min(highlight, results.length - 1)] : undefined;

  const change = (next: string): void => {
    setText(next);
    setHighlight(0);
  };
  // The field itself is asked, not the state: the last characters may have come with this very key.
  const fieldText = (): string => field.current?.value ?? '';
  const choose = useStableCallback((sku: string): void => {
    if (putIntoBasket(till, sku, parseScanText(fieldText()).quantity)) change('');
    field.current?.focus();
  });
  /** Enter in the field. A number that is no product is said so; words choose the highlighted result. */
  const submit = (): void => {
    const parsed = parseScanText(fieldText());
    if (parsed.kind === 'barcode') {
      scanProduct(till, parsed.barcode, parsed.quantity);
      change('');
      return;
    }
    const chosen = index.search(parsed.words)[highlight];
    if (chosen !== undefined) choose(chosen.sku);
  };
  const isHeldOpen = screen.kind === 'sell' && screen.showsHeld === true;

  const onKey = (key: string): boolean => {
    if (pressFunctionKey(keys, key)) return true;
    if (key === 'F8' || key === 'F9') {
      if (!gone) openPayment(till, key === 'F8' ? 'cash' : 'card');
      return true;
    }
    if (key === 'Escape') {
      change('');
      till.notice.set(undefined);
      field.current?.focus();
      return true;
    }
    const inField = document.activeElement === field.current || document.activeElement === document.body;
    if (!inField) return false;
    if (key === 'ArrowUp' || key === 'ArrowDown') {
      const by = key === 'ArrowUp' ? -1 : 1;
      if (isSearching) setHighlight(Math.max(0, Math.min(highlight + by, results.length - 1)));
      else till.baskets.set(moveSelection(till.baskets.basket.get(), by));
      return true;
    }
    if (key === 'Delete' && text === '') {
      const basket = till.baskets.basket.get();
      if (basket.selectedSku !== undefined) till.baskets.set(removeLine(basket, basket.selectedSku));
      return true;
    }
    return false;
  };
  useInput({
    onScan: (scanned) => {
      // "3*" typed before the scan is meant for it, and so is the beginning of a number that came in two pieces;
      // anything else in the field is not.
      const whole = parseScanText(fieldText() + scanned);
      const isWhole = whole.kind === 'barcode' && index.findBarcode(whole.barcode) !== undefined;
      if (isScannedCard(scanned)) void takeCard(scanned, 'barcode');
      else if (isWhole) scanProduct(till, whole.barcode, whole.quantity);
      else scanProduct(till, scanned);
      change('');
    },
    onTrack: (track) => void takeCard(track, 'magnetic'),
    onCard: (card) => openPayment(till, 'card', card),
    onPurse: () => {
      // What the card has just said about an earlier sale is to be read first.
      if (!till.notice.get()?.stays) openPayment(till, 'purse');
    },
    onType: (typed) => {
      field.current?.focus();
      typeInto(typed);
    },
    onKey,
  });
  const takeCard = async (data: string, entryMode: 'magnetic' | 'barcode'): Promise<void> => {
    const card = await readCard(till, data, entryMode);
    if (card !== undefined) openPayment(till, 'card', card);
  };
  const typeInto = (typed: string): void => {
    if (fieldText() === '' && (typed === '+' || typed === '-')) {
      const basket = till.baskets.basket.get();
      if (basket.selectedSku !== undefined) {
        till.baskets.set(changeQuantity(basket, basket.selectedSku, typed === '+' ? 1 : -1));
      }
      return;
    }
    setText((held) => held + typed);
    setHighlight(0);
  };

  return (
    <div className="sell">
      <BasketPanel>
        <TerminalSignOn />
        <ShiftMissing />
        <div className="pay-buttons">
          <Action
            size="large"
            tone="plain"
            icon="cash"
            keyHint="F8"
            isDisabled={isEmpty || gone}
            onPress={() => openPayment(till, 'cash')}
          >
            {t('pay.cash')}
          </Action>
          <Action
            size="large"
            tone="primary"
            icon="card"
            keyHint="F9"
            isDisabled={isEmpty || gone}
            onPress={() => openPayment(till, 'card')}
          >
            {t('pay.card')}
          </Action>
        </div>
      </BasketPanel>
      <section className="finder" aria-label={t('nav.search')}>
        <TextField
          className="scan-field"
          value={text}
          onChange={(next) => {
            // A lone plus or minus is for the selected line, not a search.
            if (text === '' && (next === '+' || next === '-')) typeInto(next);
            else change(next);
          }}
          autoFocus
          autoComplete="off"
        >
          <Label className="visually-hidden">{t('sell.scan')}</Label>
          <Icon name="search" />
          <Input
            ref={field}
            data-scan-field=""
            placeholder={t('sell.scan')}
            spellCheck="false"
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !event.nativeEvent.isComposing) submit();
            }}
          />
          <span className="scan-hint">{t('sell.scan.hint')}</span>
        </TextField>
        <div className="finder-status" aria-live="polite">
          {isSearching && results.length > 0 && t('sell.results', { count: results.length })}
        </div>
        {isSearching && results.length === 0 ? (
          <div className="finder-none">
            <h2>{t('sell.results.none', { text: searched })}</h2>
            <p>{t('sell.results.none.next')}</p>
          </div>
        ) : index.count === 0 ? (
          <div className="finder-none">
            <h2>{t('sell.catalogue-empty')}</h2>
            <p>{t('sell.catalogue-empty.next')}</p>
          </div>
        ) : (
          <ProductTiles
            label={t('sell.tiles')}
            products={isSearching ? results : tiles}
            highlightedSku={highlighted?.sku}
            onChoose={choose}
          />
        )}
      </section>
      {isHeldOpen && <HeldDialog onClose={() => till.screen.set({ kind: 'sell' })} />}
    </div>
  );
}

/** A card's number is longer than any product's. */
function isScannedCard(text: string): boolean {
  return /^\d{16,19}$/.test(text);
}
