import { ReceiptView } from '../../components/receipt-view.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { useCell } from '../../store/cell.ts';
import type { PaymentState } from '../../store/payment-store.ts';
import { useTill } from '../../till-context.ts';
import { BasketPanel } from '../sell/basket-panel.tsx';
import { CardPane } from './card-pane.tsx';
import { CashPane } from './cash-pane.tsx';
import { PinPane } from './pin-pane.tsx';
import { ResultPane } from './result-pane.tsx';
import { FailedPane, LostPane, WorkingPane } from './waiting-panes.tsx';

/** Paying: the basket stays in sight on the left and becomes the receipt; the right says what to do now. */
export function PayScreen() {
  const { t } = useWords();
  const { payment } = useTill();
  const state = useCell(payment.state);
  const receipt =
    state.kind === 'result' && state.result.kind === 'approved' ? state.result.receipt : undefined;
  return (
    <div className="pay" data-payment={state.kind}>
      {receipt ? (
        <section className="pay-receipt" aria-label={t('receipt.title')}>
          <ReceiptView receipt={receipt} />
        </section>
      ) : (
        <BasketPanel isFixed />
      )}
      <Pane state={state} />
    </div>
  );
}

function Pane({ state }: { readonly state: PaymentState }) {
  const { screen } = useTill();
  const current = useCell(screen);
  switch (state.kind) {
    case 'idle':
      return current.kind === 'pay' && current.tender === 'card' ? (
        <CardPane card={current.card} />
      ) : (
        <CashPane />
      );
    case 'working':
      return <WorkingPane attempt={state.attempt} />;
    case 'pin':
      return <PinPane wanted={state.wanted} />;
    case 'lost':
      return <LostPane attempt={state.attempt} />;
    case 'failed':
      return <FailedPane attempt={state.attempt} message={state.message} />;
    case 'result':
      return <ResultPane attempt={state.attempt} result={state.result} />;
  }
}
