import { useEffect, useState } from 'react';
import { scanProduct } from '../../commands.ts';
import { Action } from '../../components/action.tsx';
import { leaveFor } from '../../components/function-keys.ts';
import type { KnownResult } from '../../components/outcome.ts';
import { OutcomePanel } from '../../components/outcome-panel.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { play } from '../../input/sounds.ts';
import { useInput } from '../../input/use-input.ts';
import { useCell } from '../../store/cell.ts';
import { askedMinor, type PaymentAttempt } from '../../store/payment-attempt.ts';
import { type TenderKind, useTill } from '../../till-context.ts';
import { takesPurse } from './use-pay-keys.ts';

/** The second half of a double Enter must not take the change away before anybody has read it. */
const CHANGE_READ_MS = 400;
/** The host's code for a card that has less than it was asked for (ISO 8583 field 39). */
const NOT_ENOUGH = '51';

interface ResultPaneProps {
  readonly attempt: PaymentAttempt;
  readonly result: KnownResult;
}

/** The outcome of a payment. Enter always goes on: to a new sale, or back to the tenders with the basket as it was. */
export function ResultPane({ attempt, result }: ResultPaneProps) {
  const { t } = useWords();
  const till = useTill();
  const isPaid = result.kind === 'approved';
  useEffect(() => play(isPaid ? 'paid' : 'problem'), [isPaid]);

  const isSplit = useCell(till.payment.sale) !== undefined;
  const gone = useCell(till.link.state).kind === 'lost';
  // A part that was refused leaves its sale open: what becomes of that is decided first.
  const mayLeave = !gone && (isPaid || !isSplit);
  const newSale = (): void => {
    till.payment.dismiss();
    till.payment.putAside();
    till.screen.set({ kind: 'sell' });
  };
  const leave = (to: 'journal' | 'day'): void => {
    newSale();
    leaveFor(till, to);
  };
  const [shownAtMs] = useState(() => performance.now());
  const goOn = (): void => {
    const isCash = result.kind === 'approved' && result.mode === 'cash';
    if (!isCash || performance.now() - shownAtMs >= CHANGE_READ_MS) newSale();
  };
  const payAgain = (tender: TenderKind, partMinor?: number): void => {
    till.payment.dismiss();
    till.screen.set({ kind: 'pay', tender, ...(partMinor === undefined ? {} : { partMinor }) });
  };
  // Asked for as a part of its sale, the card may give what it has.
  const canGiveLess =
    result.kind === 'declined' && result.responseCode === NOT_ENOUGH && attempt.part === undefined;
  const takeWhatItHas = (): void => payAgain('card', attempt.totalMinor);
  useInput({
    // The next customer's first item: the sale is over, so a scan begins the new one.
    onScan: (text) => {
      if (!isPaid) return;
      newSale();
      scanProduct(till, text);
    },
    onKey: (key) => {
      if (key === 'Escape' || key === 'F2') newSale();
      else if (key === 'F8' && !isPaid) payAgain('cash');
      else if (key === 'F9' && !isPaid) payAgain('card');
      else if (key === 'F10' && !isPaid && takesPurse(till)) payAgain('purse');
      else if (key === 'F7' && canGiveLess) takeWhatItHas();
      else if (key === 'F6' && mayLeave) leave('journal');
      else if (key === 'F7' && mayLeave) leave('day');
      else if (key === 'Enter' && isPaid) goOn();
      else return false;
      return true;
    },
  });
  return (
    <OutcomePanel result={result} amountMinor={askedMinor(attempt)} purpose="payment">
      {isPaid ? (
        <Action tone="primary" size="large" keyHint="Enter" takesFocus onPress={goOn}>
          {t('result.new-sale')}
        </Action>
      ) : (
        <>
          <Action size="large" icon="cash" keyHint="F8" onPress={() => payAgain('cash')}>
            {t('pay.cash')}
          </Action>
          <Action size="large" icon="card" keyHint="F9" onPress={() => payAgain('card')}>
            {t('pay.card')}
          </Action>
          {canGiveLess && (
            <Action size="large" icon="card" keyHint="F7" className="wide" onPress={takeWhatItHas}>
              {t('split.what-it-has')}
            </Action>
          )}
          <Action
            size="large"
            tone="quiet"
            icon={isSplit ? 'hold' : 'back'}
            keyHint="Esc"
            takesFocus
            onPress={newSale}
          >
            {t(isSplit ? 'split.put-aside' : 'pay.back')}
          </Action>
        </>
      )}
    </OutcomePanel>
  );
}
