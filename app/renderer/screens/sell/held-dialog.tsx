import { useState } from 'react';
import { takeUpSale } from '../../commands.ts';
import { Action, IconAction } from '../../components/action.tsx';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { useStoreTime } from '../../components/use-store-time.ts';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import type { MessageKey } from '../../i18n/zh-cn.ts';
import { useInput } from '../../input/use-input.ts';
import { totalsOf } from '../../store/basket.ts';
import { useCell } from '../../store/cell.ts';
import { useTill } from '../../till-context.ts';

/** One thing that waits to be gone on with; the digits 1 to 9 take it up. */
interface Waiting {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly names?: string;
  readonly amountMinor: number;
  readonly word: MessageKey;
  readonly isAlarm?: boolean;
  readonly takeUp: () => void;
  /** Only a basket can be thrown away. */
  readonly discard?: () => void;
}

/** What was put aside: sales that were paid in part, refunds that wait for a card, and baskets, newest first. */
export function HeldDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const { baskets } = useTill();
  const basketIsEmpty = useCell(baskets.basket).lines.length === 0;
  const waiting = useWaiting(onClose);
  return (
    <DialogFrame title={t('held.title')} onClose={onClose} isWide>
      {waiting.length === 0 ? (
        <p className="dialog-note">{t('held.none')}</p>
      ) : (
        <>
          {!basketIsEmpty && <p className="dialog-note">{t('held.keeps')}</p>}
          <WaitingList waiting={waiting} />
        </>
      )}
    </DialogFrame>
  );
}

function useWaiting(onClose: () => void): readonly Waiting[] {
  const { t, language } = useWords();
  const { full } = useStoreTime();
  const till = useTill();
  const { baskets, dialog } = till;
  const held = useCell(baskets.held);
  const status = useCell(till.status);
  const operatorCode = status?.operator?.operatorCode ?? '';
  const sales = (status?.openSales ?? []).map(({ saleId, state, totalMinor, paidMinor }): Waiting => {
    const isOpen = state === 'open';
    return {
      id: saleId,
      title: t(isOpen ? 'open.sale' : 'open.cancelling'),
      about: t('open.sale.paid', { paid: yuan(paidMinor), total: yuan(totalMinor) }),
      amountMinor: totalMinor - paidMinor,
      word: isOpen ? 'open.take-up' : 'open.look',
      isAlarm: true,
      takeUp: () => {
        onClose();
        if (isOpen) void takeUpSale(till, saleId);
        else dialog.set({ kind: 'cancel-sale', saleId });
      },
    };
  });
  const refunds = (status?.openRefunds ?? []).map(
    ({ refundId, saleId, amountMinor, leftMinor }): Waiting => ({
      id: refundId,
      title: t('open.refund'),
      about: t('open.refund.left', { left: yuan(leftMinor), amount: yuan(amountMinor) }),
      amountMinor: leftMinor,
      word: 'open.take-up',
      isAlarm: true,
      takeUp: () => {
        onClose();
        dialog.set({ kind: 'refund-sale', saleId, refundId });
      },
    }),
  );
  const owed = (status?.purse?.owedBack ?? []).map(
    ({ txnId, lastDigits, amountMinor }): Waiting => ({
      id: `owed ${txnId}`,
      title: t('open.owed-back'),
      about: t('split.card-ending', { digits: lastDigits }),
      amountMinor,
      word: 'open.give-back',
      isAlarm: true,
      takeUp: () => {
        onClose();
        dialog.set({ kind: 'purse', refundOf: { txnId, leftMinor: amountMinor } });
      },
    }),
  );
  const carts = held.map((cart): Waiting => {
    const totals = totalsOf(cart.lines);
    return {
      id: cart.heldId,
      title: full(cart.heldAtMs),
      about: t('held.summary', { count: totals.itemCount, operator: cart.operatorCode }),
      names: cart.lines
        .map(({ product }) => (language === 'en' ? product.nameEn : product.nameZh))
        .join(' · '),
      amountMinor: totals.totalMinor,
      word: 'held.recall',
      takeUp: () => {
        onClose();
        void baskets.recall(cart.heldId, operatorCode);
      },
      discard: () => void baskets.discard(cart.heldId),
    };
  });
  return [...sales, ...refunds, ...owed, ...carts];
}

function WaitingList({ waiting }: { readonly waiting: readonly Waiting[] }) {
  const { t } = useWords();
  // A deleted basket is gone for good, so it takes two presses.
  const [discarding, setDiscarding] = useState<string>();
  useInput({ onType: (text) => waiting[Number(text) - 1]?.takeUp() });
  return (
    <ul className="held">
      {waiting.map(
        ({ id, title, about, names, amountMinor, word, isAlarm = false, takeUp, discard }, index) => (
          <li key={id} data-alarm={isAlarm}>
            <div className="held-what">
              <strong>{title}</strong>
              <span>{about}</span>
              {names && <span className="held-names">{names}</span>}
            </div>
            <span className="held-total">{yuan(amountMinor)}</span>
            <Action
              tone={index === 0 ? 'primary' : 'plain'}
              takesFocus={index === 0}
              {...(index < 9 ? { keyHint: String(index + 1) } : {})}
              onPress={takeUp}
            >
              {t(word)}
            </Action>
            {discard &&
              (discarding === id ? (
                <Action tone="danger" onPress={discard}>
                  {t('held.discard.sure')}
                </Action>
              ) : (
                <IconAction icon="bin" label={t('held.discard')} onPress={() => setDiscarding(id)} />
              ))}
          </li>
        ),
      )}
    </ul>
  );
}
