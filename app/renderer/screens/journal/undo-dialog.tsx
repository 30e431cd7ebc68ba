import { useState } from 'react';
import type { CardHandle, TransactionView } from '../../../../terminal-core/api/contract.ts';
import { Action } from '../../components/action.tsx';
import { CardCapture } from '../../components/card-capture.tsx';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import type { KnownResult } from '../../components/outcome.ts';
import { OutcomePanel } from '../../components/outcome-panel.tsx';
import { ReceiptView } from '../../components/receipt-view.tsx';
import { RequestPanel } from '../../components/request-panel.tsx';
import { useRequest } from '../../components/use-request.ts';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import type { MessageKey } from '../../i18n/zh-cn.ts';
import { useInput } from '../../input/use-input.ts';
import { RefundAmount } from './refund-amount.tsx';
import { UndoFacts } from './undo-facts.tsx';

export interface UndoRequest {
  readonly kind: 'void' | 'refund';
  readonly transaction: TransactionView;
}

type Step =
  | { readonly kind: 'amount' }
  | { readonly kind: 'card'; readonly amountMinor: number }
  /** Cash goes back without a card: one more look before it does. */
  | { readonly kind: 'confirm'; readonly amountMinor: number };

/** What a void says of itself, where it is not of a payment. */
const VOID_TEXT: Partial<Record<TransactionView['kind'], MessageKey>> = {
  load: 'void.load.text',
  'pre-authorisation': 'void.hold.text',
};

/** Void or refund: the amount, the same card (none for cash), a PIN or a supervisor if the core wants one, the outcome. */
export function UndoDialog(props: { readonly request: UndoRequest; readonly onClose: () => void }) {
  const { t } = useWords();
  const { request: asked, onClose } = props;
  const { kind, transaction } = asked;
  // Asked again by the same id it is the same void or refund, and never a second one.
  const [undoId] = useState(() => crypto.randomUUID());
  const [step, setStep] = useState<Step>(
    kind === 'refund' ? { kind: 'amount' } : asksFor(transaction, transaction.amountMinor),
  );
  const [sentMinor, setSentMinor] = useState(0);
  const request = useRequest();

  const send = (amountMinor: number, card?: CardHandle): void => {
    setSentMinor(amountMinor);
    const common = {
      txnId: transaction.txnId,
      undoId,
      ...(card === undefined ? {} : { cardRef: card.cardRef }),
    };
    request.send((client, extras) =>
      kind === 'void'
        ? client.transactions.void({ ...common, ...extras })
        : client.transactions.refund({ ...common, ...extras, amountMinor }),
    );
  };

  return (
    <DialogFrame title={t(`undo.title.${kind}`)} onClose={onClose} isWide>
      <UndoFacts transaction={transaction} />
      {request.step === undefined ? (
        <Gather
          asked={asked}
          step={step}
          onCard={(amountMinor) => setStep({ kind: 'card', amountMinor })}
          onSend={send}
        />
      ) : request.step.kind === 'told' ? (
        <UndoResult
          result={request.step.result}
          amountMinor={sentMinor}
          undone={transaction.kind}
          onClose={onClose}
        />
      ) : (
        <RequestPanel request={request} onCancel={onClose} />
      )}
    </DialogFrame>
  );
}

/** What is needed before it can be asked for. */
function Gather(props: {
  readonly asked: UndoRequest;
  readonly step: Step;
  readonly onCard: (amountMinor: number) => void;
  readonly onSend: (amountMinor: number, card?: CardHandle) => void;
}) {
  const { t } = useWords();
  const { asked, step, onCard, onSend } = props;
  const { kind, transaction } = asked;
  switch (step.kind) {
    case 'amount':
      return (
        <RefundAmount
          paidMinor={transaction.amountMinor}
          leftMinor={transaction.amountMinor - transaction.refundedMinor}
          {...(isCashSale(transaction)
            ? ({ text: 'refund.cash.text', nextKey: 'refund.cash.next' } as const)
            : {})}
          // The amount was looked at while it was typed: cash needs no second look.
          onAmount={(amountMinor) => (isCashSale(transaction) ? onSend(amountMinor) : onCard(amountMinor))}
        />
      );
    case 'card':
      return (
        <>
          {kind === 'void' && (
            <p className="dialog-note">
              {t(VOID_TEXT[transaction.kind] ?? 'void.text', { amount: yuan(step.amountMinor) })}
            </p>
          )}
          <CardCapture
            nextText={`${t(`journal.${kind}`)} ${yuan(step.amountMinor)}`}
            onCard={(card) => onSend(step.amountMinor, card)}
            onKey={() => false}
          />
        </>
      );
    case 'confirm':
      return <ConfirmCash amountMinor={step.amountMinor} onConfirm={() => onSend(step.amountMinor)} />;
  }
}

/** All of a cash sale goes back out of the drawer. */
function ConfirmCash(props: { readonly amountMinor: number; readonly onConfirm: () => void }) {
  const { t } = useWords();
  useInput({});
  return (
    <div className="cancel">
      <p className="dialog-note">{t('void.cash.text')}</p>
      <div className="hand-back">
        <span>{t('cancel.hand-back')}</span>
        <output>{yuan(props.amountMinor)}</output>
      </div>
      <div className="dialog-actions">
        <Action tone="primary" size="large" icon="undo" keyHint="Enter" takesFocus onPress={props.onConfirm}>
          {t('journal.void')}
        </Action>
      </div>
    </div>
  );
}

function isCashSale({ kind }: TransactionView): boolean {
  return kind === 'cash-sale';
}

function asksFor(transaction: TransactionView, amountMinor: number): Step {
  return { kind: isCashSale(transaction) ? 'confirm' : 'card', amountMinor };
}

function UndoResult(props: {
  readonly result: KnownResult;
  readonly amountMinor: number;
  readonly undone: TransactionView['kind'];
  readonly onClose: () => void;
}) {
  const { t } = useWords();
  const { result, amountMinor, undone, onClose } = props;
  useInput({});
  return (
    <div className="undo-result">
      <OutcomePanel result={result} amountMinor={amountMinor} purpose="undo" undone={undone}>
        <Action tone="primary" size="large" keyHint="Enter" takesFocus onPress={onClose}>
          {t('result.back-to-list')}
        </Action>
      </OutcomePanel>
      {result.kind === 'approved' && <ReceiptView receipt={result.receipt} />}
    </div>
  );
}
