import { type ReactNode, useState } from 'react';
import type { TransactionView } from '../../../../terminal-core/api/contract.ts';
import { Action } from '../../components/action.tsx';
import { CardCapture } from '../../components/card-capture.tsx';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { OutcomePanel } from '../../components/outcome-panel.tsx';
import { ReceiptView } from '../../components/receipt-view.tsx';
import { RequestPanel } from '../../components/request-panel.tsx';
import { useRequest } from '../../components/use-request.ts';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useInput } from '../../input/use-input.ts';
import { RefundAmount } from './refund-amount.tsx';
import { UndoFacts } from './undo-facts.tsx';

interface HoldDialogProps {
  readonly transaction: TransactionView;
  /** The hold is to be released, which is a void like any other. */
  readonly onVoid: () => void;
  readonly onClose: () => void;
}

type Step =
  | { readonly kind: 'choose' }
  | { readonly kind: 'amount' }
  | { readonly kind: 'card'; readonly amountMinor: number };

/** What becomes of a pre-authorisation: it is charged, all or less or a little more of it, or released. */
export function HoldDialog({ transaction, onVoid, onClose }: HoldDialogProps) {
  const { t } = useWords();
  const { txnId, amountMinor: heldMinor, voidable } = transaction;
  // Asked again by the same id it is the same completion, and never a second one.
  const [undoId] = useState(() => crypto.randomUUID());
  const [step, setStep] = useState<Step>({ kind: 'choose' });
  const request = useRequest();
  const told = request.step?.kind === 'told' ? request.step.result : undefined;
  return (
    <DialogFrame title={t('hold.title')} onClose={onClose} isWide>
      <UndoFacts transaction={transaction} />
      <RequestPanel request={request} onCancel={onClose} />
      {told !== undefined && (
        <Told>
          <OutcomePanel
            result={told}
            amountMinor={step.kind === 'card' ? step.amountMinor : heldMinor}
            purpose="payment"
          >
            <Action tone="primary" size="large" keyHint="Enter" takesFocus onPress={onClose}>
              {t('result.back-to-list')}
            </Action>
          </OutcomePanel>
          {told.kind === 'approved' && <ReceiptView receipt={told.receipt} />}
        </Told>
      )}
      {request.step === undefined && step.kind === 'choose' && (
        <Choose
          heldMinor={heldMinor}
          canVoid={voidable}
          onComplete={() => setStep({ kind: 'amount' })}
          onVoid={onVoid}
        />
      )}
      {request.step === undefined && step.kind === 'amount' && (
        <RefundAmount
          paidMinor={heldMinor}
          leftMinor={heldMinor}
          label="hold.amount"
          text="hold.text"
          nextKey="desk.next-card"
          onAmount={(amountMinor) => setStep({ kind: 'card', amountMinor })}
        />
      )}
      {request.step === undefined && step.kind === 'card' && (
        <CardCapture
          nextText={t('hold.then', { amount: yuan(step.amountMinor) })}
          onCard={({ cardRef }) =>
            request.send((client, { pin }) =>
              client.transactions.complete({
                txnId,
                undoId,
                cardRef,
                amountMinor: step.amountMinor,
                ...(pin === undefined ? {} : { pin }),
              }),
            )
          }
          onKey={() => false}
        />
      )}
    </DialogFrame>
  );
}

function Choose(props: {
  readonly heldMinor: number;
  readonly canVoid: boolean;
  readonly onComplete: () => void;
  readonly onVoid: () => void;
}) {
  const { t } = useWords();
  const { heldMinor, canVoid, onComplete, onVoid } = props;
  useInput({
    onType: (text) => {
      if (text === '1') onComplete();
      if (text === '2' && canVoid) onVoid();
    },
  });
  return (
    <div className="hold-choice" data-testid="hold-choice">
      <p className="dialog-note">{t('hold.choose', { amount: yuan(heldMinor) })}</p>
      <div className="dialog-actions">
        <Action tone="primary" size="large" icon="card" keyHint="1" takesFocus onPress={onComplete}>
          {t('hold.complete')}
        </Action>
        <Action size="large" icon="undo" keyHint="2" isDisabled={!canVoid} onPress={onVoid}>
          {t('hold.void')}
        </Action>
      </div>
    </div>
  );
}

/** The keys of what lies below are not those of an outcome. */
function Told({ children }: { readonly children: ReactNode }) {
  useInput({});
  return <div className="undo-result">{children}</div>;
}
