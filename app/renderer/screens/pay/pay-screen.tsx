import { ReceiptView } from '../../components/receipt-view.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { useCell } from '../../store/cell.ts';
import type { PaymentState } from '../../store/payment-store.ts';
import { useTill } from '../../till-context.ts';
import { BasketPanel } from '../sell/basket-panel.tsx';
import { CardPane } from './card-pane.tsx';
import { CashPane } from './cash-pane.tsx';
import { DoubtPane } from './doubt-pane.tsx';
import { PartResult } from './part-result.tsx';
import { PinPane } from './pin-pane.tsx';
import { PursePane } from './purse-pane.tsx';
import { ResultPane } from './result-pane.tsx';
import { SalePanel } from './sale-panel.tsx';
import { FailedPane, LostPane, WorkingPane } from './waiting-panes.tsx';

/** Paying: the basket stays in sight on the left and becomes the receipt; the right says what to do now. */
export function PayScreen() {
  const { t } = useWords();
  const { payment } = useTill();
  const state = useCell(payment.state);
  const sale = useCell(payment.sale);
  const receipt =
    sale === undefined && state.kind === 'result' && state.result.kind === 'approved'
      ? state.result.receipt
      : undefined;
  return (
    <div className="pay" data-payment={state.kind}>
      {receipt ? (
        <section className="pay-receipt" aria-label={t('receipt.title')}>
          <ReceiptView receipt={receipt} />
        </section>
      ) : sale ? (
        <SalePanel sale={sale} />
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
      if (current.kind !== 'pay' || current.tender === 'cash') return <CashPane />;
      return current.tender === 'purse' ? (
        <PursePane />
      ) : (
        <CardPane card={current.card} partMinor={current.partMinor} />
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
      if (state.result.kind === 'card-in-doubt')
        return <DoubtPane result={state.result} notThisCard={state.notThisCard} />;
      if (state.result.kind === 'approved' && state.result.sale?.state === 'open')
        return <PartResult result={state.result} sale={state.result.sale} />;
      return <ResultPane attempt={state.attempt} result={state.result} />;
  }
}
