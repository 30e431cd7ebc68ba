import { useState } from 'react';
import type {
  CardHandle,
  PaymentResult,
  Refusal,
  TransactionView,
} from '../../../../terminal-core/api/contract.ts';
import { tell } from '../../commands.ts';
import { Action } from '../../components/action.tsx';
import { approvalWanted } from '../../components/approval.ts';
import { CardCapture } from '../../components/card-capture.tsx';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import type { KnownResult } from '../../components/outcome.ts';
import { OutcomePanel } from '../../components/outcome-panel.tsx';
import { PinEntry } from '../../components/pin-entry.tsx';
import { ReceiptView } from '../../components/receipt-view.tsx';
import { type SupervisorEntry, SupervisorForm } from '../../components/supervisor-form.tsx';
import { Working } from '../../components/working.tsx';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { play } from '../../input/sounds.ts';
import { useInput } from '../../input/use-input.ts';
import { useTill } from '../../till-context.ts';
import { RefundAmount } from './refund-amount.tsx';

export interface UndoRequest {
  readonly kind: 'void' | 'refund';
  readonly transaction: TransactionView;
}

interface Asked {
  /** Absent where cash goes back. */
  readonly card?: CardHandle;
  readonly amountMinor: number;
  readonly pin?: string;
}

type Step =
  | { readonly kind: 'amount' }
  | { readonly kind: 'card'; readonly amountMinor: number }
  /** Cash goes back without a card: one more look before it does. */
  | { readonly kind: 'confirm'; readonly amountMinor: number }
  | {
      readonly kind: 'pin';
      readonly asked: Asked;
      readonly wanted: Extract<PaymentResult, { kind: 'pin-required' }>;
    }
  | { readonly kind: 'working' }
  | {
      readonly kind: 'supervisor';
      readonly asked: Asked;
      readonly refusal: Refusal;
      readonly isWorking: boolean;
    }
  | { readonly kind: 'result'; readonly amountMinor: number; readonly result: KnownResult };

/** Void or refund: the amount, the same card (none for cash), a PIN or a supervisor if the core wants one, the outcome. */
export function UndoDialog(props: { readonly request: UndoRequest; readonly onClose: () => void }) {
  const { t } = useWords();
  const till = useTill();
  const { request, onClose } = props;
  const { kind, transaction } = request;
  const [undoId] = useState(() => crypto.randomUUID());
  const [step, setStep] = useState<Step>(
    kind === 'refund' ? { kind: 'amount' } : asksFor(transaction, transaction.amountMinor),
  );

  const send = async (asked: Asked, supervisor?: SupervisorEntry): Promise<void> => {
    const { card, amountMinor, pin } = asked;
    // A supervisor who is not taken tries again, so what was entered stays in sight.
    setStep((now) => (now.kind === 'supervisor' ? { ...now, isWorking: true } : { kind: 'working' }));
    const common = {
      txnId: transaction.txnId,
      undoId,
      ...(card === undefined ? {} : { cardRef: card.cardRef }),
      ...(pin === undefined ? {} : { pin }),
      ...(supervisor === undefined ? {} : { supervisor }),
    };
    const outcome = await till.link.ask((client) =>
      kind === 'void'
        ? client.transactions.void(common)
        : client.transactions.refund({ ...common, amountMinor }),
    );
    if (outcome.kind !== 'answer') {
      // These two have no id of their own to ask again by: the list says what became of it.
      tell(
        till,
        'problem',
        outcome.kind === 'lost' ? 'app.lost' : 'app.failed',
        outcome.kind === 'lost' ? 'app.lost.next' : undefined,
      );
      onClose();
      return;
    }
    const result = outcome.value;
    if (result.kind === 'pin-required') {
      setStep({ kind: 'pin', asked, wanted: result });
      return;
    }
    const refusal = approvalWanted(result);
    if (refusal === undefined) setStep({ kind: 'result', amountMinor, result });
    else {
      if (supervisor !== undefined) play('problem');
      setStep({ kind: 'supervisor', asked, refusal, isWorking: false });
    }
  };

  return (
    <DialogFrame title={t(`undo.title.${kind}`)} onClose={onClose} isWide>
      <UndoFacts transaction={transaction} />
      {step.kind === 'amount' && (
        <RefundAmount
          paidMinor={transaction.amountMinor}
          leftMinor={transaction.amountMinor - transaction.refundedMinor}
          {...(isCashSale(transaction)
            ? ({ text: 'refund.cash.text', nextKey: 'refund.cash.next' } as const)
            : {})}
          onAmount={(amountMinor) => {
            // The amount was looked at while it was typed: cash needs no second look.
            if (isCashSale(transaction)) void send({ amountMinor });
            else setStep({ kind: 'card', amountMinor });
          }}
        />
      )}
      {step.kind === 'card' && (
        <>
          {kind === 'void' && (
            <p className="dialog-note">{t('void.text', { amount: yuan(step.amountMinor) })}</p>
          )}
          <CardCapture
            nextText={`${t(`journal.${kind}`)} ${yuan(step.amountMinor)}`}
            onCard={(card) => void send({ card, amountMinor: step.amountMinor })}
            onKey={() => false}
          />
        </>
      )}
      {step.kind === 'confirm' && (
        <ConfirmCash
          amountMinor={step.amountMinor}
          onConfirm={() => void send({ amountMinor: step.amountMinor })}
        />
      )}
      {step.kind === 'pin' && (
        <PinEntry
          maskedPan={step.wanted.maskedPan}
          amountMinor={step.wanted.amountMinor}
          onPin={(pin) => void send({ ...step.asked, pin })}
          onCancel={onClose}
        />
      )}
      {step.kind === 'working' && <Working />}
      {step.kind === 'supervisor' && (
        <SupervisorForm
          refusal={step.refusal}
          isWorking={step.isWorking}
          onAgree={(supervisor) => void send(step.asked, supervisor)}
        />
      )}
      {step.kind === 'result' && <UndoResult step={step} onClose={onClose} />}
    </DialogFrame>
  );
}

function UndoFacts({ transaction }: { readonly transaction: TransactionView }) {
  const { t } = useWords();
  return (
    <p className="undo-facts">
      <span>{t(`kind.${transaction.kind}`)}</span>
      <span>{transaction.maskedPan}</span>
      {transaction.stan && <span>{`#${transaction.stan}`}</span>}
      <strong>{yuan(transaction.amountMinor)}</strong>
    </p>
  );
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
  readonly step: Extract<Step, { kind: 'result' }>;
  readonly onClose: () => void;
}) {
  const { t } = useWords();
  const { result, amountMinor } = props.step;
  useInput({});
  return (
    <div className="undo-result">
      <OutcomePanel result={result} amountMinor={amountMinor} purpose="undo">
        <Action tone="primary" size="large" keyHint="Enter" takesFocus onPress={props.onClose}>
          {t('result.back-to-list')}
        </Action>
      </OutcomePanel>
      {result.kind === 'approved' && <ReceiptView receipt={result.receipt} />}
    </div>
  );
}
