import { useState } from 'react';
import type { CardHandle, Refusal, TransactionView } from '../../../../terminal-core/api/contract.ts';
import { tell } from '../../commands.ts';
import { Action } from '../../components/action.tsx';
import { approvalWanted } from '../../components/approval.ts';
import { CardCapture } from '../../components/card-capture.tsx';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { Icon } from '../../components/icon.tsx';
import type { KnownResult } from '../../components/outcome.ts';
import { OutcomePanel } from '../../components/outcome-panel.tsx';
import { ReceiptView } from '../../components/receipt-view.tsx';
import { type SupervisorEntry, SupervisorForm } from '../../components/supervisor-form.tsx';
import { WaitedFor } from '../../components/waited-for.tsx';
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

type Step =
  | { readonly kind: 'amount' }
  | { readonly kind: 'card'; readonly amountMinor: number }
  | { readonly kind: 'working' }
  | {
      readonly kind: 'supervisor';
      readonly card: CardHandle;
      readonly amountMinor: number;
      readonly refusal: Refusal;
      readonly isWorking: boolean;
    }
  | { readonly kind: 'result'; readonly amountMinor: number; readonly result: KnownResult };

/** Void or refund: the amount, the same card, a supervisor if the core wants one, the outcome. */
export function UndoDialog(props: { readonly request: UndoRequest; readonly onClose: () => void }) {
  const { t } = useWords();
  const till = useTill();
  const { request, onClose } = props;
  const { kind, transaction } = request;
  const [undoId] = useState(() => crypto.randomUUID());
  const [step, setStep] = useState<Step>(
    kind === 'refund' ? { kind: 'amount' } : { kind: 'card', amountMinor: transaction.amountMinor },
  );

  const send = async (options: {
    readonly card: CardHandle;
    readonly amountMinor: number;
    readonly supervisor?: SupervisorEntry;
  }): Promise<void> => {
    const { card, amountMinor, supervisor } = options;
    // A supervisor who is not taken tries again, so what was entered stays in sight.
    setStep((now) => (now.kind === 'supervisor' ? { ...now, isWorking: true } : { kind: 'working' }));
    const common = {
      txnId: transaction.txnId,
      undoId,
      cardRef: card.cardRef,
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
      tell(till, 'problem', 'undo.pin');
      onClose();
      return;
    }
    const refusal = approvalWanted(result);
    if (refusal === undefined) setStep({ kind: 'result', amountMinor, result });
    else {
      if (supervisor !== undefined) play('problem');
      setStep({ kind: 'supervisor', card, amountMinor, refusal, isWorking: false });
    }
  };

  return (
    <DialogFrame title={t(`undo.title.${kind}`)} onClose={onClose} isWide>
      <UndoFacts transaction={transaction} />
      {step.kind === 'amount' && (
        <RefundAmount
          transaction={transaction}
          onAmount={(amountMinor) => setStep({ kind: 'card', amountMinor })}
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
      {step.kind === 'working' && <Working />}
      {step.kind === 'supervisor' && (
        <SupervisorForm
          refusal={step.refusal}
          isWorking={step.isWorking}
          onAgree={(supervisor) => void send({ card: step.card, amountMinor: step.amountMinor, supervisor })}
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

function Working() {
  const { t } = useWords();
  useInput({});
  return (
    <div className="waiting undo-working" aria-live="polite">
      <Icon name="recall" className="spinning" />
      <h2>{t('undo.working')}</h2>
      <WaitedFor />
    </div>
  );
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
