import { useState } from 'react';
import { Action, IconAction } from '../../components/action.tsx';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { useStoreTime } from '../../components/use-store-time.ts';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useInput } from '../../input/use-input.ts';
import { totalsOf } from '../../store/basket.ts';
import { useCell } from '../../store/cell.ts';
import type { HeldCart } from '../../store/database.ts';
import { useTill } from '../../till-context.ts';

/** The baskets put aside, newest first. The digits 1 to 9 bring one back. */
export function HeldDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const { baskets } = useTill();
  const held = useCell(baskets.held);
  const basketIsEmpty = useCell(baskets.basket).lines.length === 0;
  return (
    <DialogFrame title={t('held.title')} onClose={onClose} isWide>
      {held.length === 0 ? (
        <p className="dialog-note">{t('held.none')}</p>
      ) : (
        <>
          {!basketIsEmpty && <p className="dialog-note">{t('held.keeps')}</p>}
          <HeldList held={held} onClose={onClose} />
        </>
      )}
    </DialogFrame>
  );
}

function HeldList({ held, onClose }: { readonly held: readonly HeldCart[]; readonly onClose: () => void }) {
  const { t, language } = useWords();
  const { full } = useStoreTime();
  const { baskets, status } = useTill();
  const operatorCode = useCell(status)?.operator?.operatorCode ?? '';
  // A deleted basket is gone for good, so it takes two presses.
  const [discarding, setDiscarding] = useState<string>();
  const recall = (cart: HeldCart | undefined): void => {
    if (cart === undefined) return;
    onClose();
    void baskets.recall(cart.heldId, operatorCode);
  };
  useInput({ onType: (text) => recall(held[Number(text) - 1]) });
  return (
    <ul className="held">
      {held.map((cart, index) => {
        const totals = totalsOf(cart.lines);
        const names = cart.lines.map(({ product }) => (language === 'en' ? product.nameEn : product.nameZh));
        return (
          <li key={cart.heldId}>
            <div className="held-what">
              <strong>{full(cart.heldAtMs)}</strong>
              <span>{t('held.summary', { count: totals.itemCount, operator: cart.operatorCode })}</span>
              <span className="held-names">{names.join(' · ')}</span>
            </div>
            <span className="held-total">{yuan(totals.totalMinor)}</span>
            <Action
              tone={index === 0 ? 'primary' : 'plain'}
              takesFocus={index === 0}
              {...(index < 9 ? { keyHint: String(index + 1) } : {})}
              onPress={() => recall(cart)}
            >
              {t('held.recall')}
            </Action>
            {discarding === cart.heldId ? (
              <Action tone="danger" onPress={() => void baskets.discard(cart.heldId)}>
                {t('held.discard.sure')}
              </Action>
            ) : (
              <IconAction icon="bin" label={t('held.discard')} onPress={() => setDiscarding(cart.heldId)} />
            )}
          </li>
        );
      })}
    </ul>
  );
}
