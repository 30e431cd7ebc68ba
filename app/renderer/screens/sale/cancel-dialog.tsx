import { useEffect, useState } from 'react';
import type { CancelResult, CardHandle, Refusal, SplitSale } from '../../../../terminal-core/api/contract.ts';
import { answerOrNotice } from '../../commands.ts';
import { Action } from '../../components/action.tsx';
import { approvalWanted } from '../../components/approval.ts';
import { CardCapture } from '../../components/card-capture.tsx';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { Icon } from '../../components/icon.tsx';
import { PinEntry } from '../../components/pin-entry.tsx';
import { type SupervisorEntry, SupervisorForm } from '../../components/supervisor-form.tsx';
import { Working } from '../../components/working.tsx';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { play } from '../../input/sounds.ts';
import { useInput } from '../../input/use-input.ts';
import { useTill } from '../../till-context.ts';
import { TenderList } from '../pay/sale-panel.tsx';
import { leavePaying } from '../pay/use-pay-keys.ts';

/** The host's code that says: the same with a PIN (ISO 8583 field 39). */
const PIN_WANTED = '55';

type Cancelled = Exclude<CancelResult, Refusal>;

type Step =
  | { readonly kind: 'reading' }
  | { readonly kind: 'confirm' }
  | { readonly kind: 'working' }
  | {
      readonly kind: 'supervisor';
      readonly presented: Presented;
      readonly refusal: Refusal;
      readonly isWorking: boolean;
    }
  | { readonly kind: 'card' }
  | { readonly kind: 'pin'; readonly card: CardHandle }
  | { readonly kind: 'told'; readonly result: Cancelled };

interface Presented {
  readonly card?: CardHandle;
  readonly pin?: string;
}

/** The way out of a sale that several tenders pay: what goes back to whom, a supervisor, and what became of it. */
export function CancelDialog(props: { readonly saleId: string; readonly onClose: () => void }) {
  const { t } = useWords();
  const till = useTill();
  const { saleId, onClose } = props;
  const [sale, setSale] = useState<SplitSale>();
  const [step, setStep] = useState<Step>({ kind: 'reading' });
  // Of a cancelling that is taken up again the cash was handed back when it began.
  const [cashWasBack, setCashWasBack] = useState(false);

  const cancel = async (presented: Presented, supervisor?: SupervisorEntry): Promise<void> => {
    const { card, pin } = presented;
    setStep((now) => (now.kind === 'supervisor' ? { ...now, isWorking: true } : { kind: 'working' }));
    const outcome = await till.link.ask((client) =>
      client.sale.cancel({
        saleId,
        ...(card === undefined ? {} : { cardRef: card.cardRef }),
        ...(pin === undefined ? {} : { pin }),
        ...(supervisor === undefined ? {} : { supervisor }),
      }),
    );
    const wanted = outcome.kind === 'answer' ? approvalWanted(outcome.value) : undefined;
    if (wanted !== undefined) {
      if (supervisor !== undefined) play('problem');
      setStep({ kind: 'supervisor', presented, refusal: wanted, isWorking: false });
      return;
    }
    const result = answerOrNotice(till, outcome);
    // Asked again by the same sale it goes on where it was, so a lost connection costs nothing.
    if (result === undefined) return onClose();
    play(result.kind === 'cancelled' ? 'paid' : 'problem');
    if (till.payment.sale.get()?.saleId === saleId) {
      till.payment.dismiss();
      leavePaying(till);
    }
    setSale(result.sale);
    setStep({ kind: 'told', result });
  };

  useEffect(() => {
    const read = async (): Promise<void> => {
      const found = answerOrNotice(till, await till.link.ask((client) => client.sale.get({ saleId })));
      if (found === undefined) return onClose();
      setSale(found.sale);
      setCashWasBack(found.sale.state !== 'open' && found.sale.state !== 'complete');
      setStep({ kind: 'confirm' });
    };
    void read();
  }, [till, saleId, onClose]);

  const declined = sale?.tenders.filter(({ undoDeclined }) => undoDeclined !== undefined) ?? [];
  const takeCard = (card: CardHandle): void => {
    const isPinWanted = declined.some(({ undoDeclined }) => undoDeclined === PIN_WANTED);
    if (isPinWanted) setStep({ kind: 'pin', card });
    else void cancel({ card });
  };
  return (
    <DialogFrame title={t('cancel.title')} onClose={onClose} isWide>
      {sale !== undefined && step.kind === 'confirm' && (
        <Confirm sale={sale} onCancel={() => void cancel({})} onKeep={onClose} />
      )}
      {step.kind === 'working' && <Working />}
      {step.kind === 'supervisor' && (
        <SupervisorForm
          refusal={step.refusal}
          isWorking={step.isWorking}
          onAgree={(supervisor) => void cancel(step.presented, supervisor)}
        />
      )}
      {step.kind === 'card' && (
        <CardCapture nextText={t('cancel.card')} onCard={takeCard} onKey={() => false} />
      )}
      {step.kind === 'pin' && (
        <PinEntry
          maskedPan={step.card.maskedPan}
          amountMinor={declined[0]?.transaction.amountMinor ?? 0}
          onPin={(pin) => void cancel({ card: step.card, pin })}
          onCancel={() => setStep({ kind: 'card' })}
        />
      )}
      {step.kind === 'told' && (
        <Told
          result={step.result}
          handBackMinor={cashWasBack ? 0 : step.result.sale.cashBackMinor}
          onClose={onClose}
          {...(declined.length > 0 ? { onCard: () => setStep({ kind: 'card' }) } : {})}
        />
      )}
    </DialogFrame>
  );
}

/** What will go back, before anything does. */
function Confirm(props: {
  readonly sale: SplitSale;
  readonly onCancel: () => void;
  readonly onKeep: () => void;
}) {
  const { t } = useWords();
  const { sale, onCancel, onKeep } = props;
  const isUnderWay = sale.state === 'cancelling';
  useInput({});
  return (
    <div className="cancel">
      <p className="dialog-note">{t(isUnderWay ? 'cancel.under-way' : 'cancel.text')}</p>
      <BackList sale={sale} />
      <div className="dialog-actions">
        <Action size="large" keyHint="Esc" onPress={onKeep}>
          {t(isUnderWay ? 'app.close' : 'cancel.keep')}
        </Action>
        <Action
          tone={isUnderWay ? 'primary' : 'danger'}
          size="large"
          icon="undo"
          keyHint="Enter"
          takesFocus
          onPress={onCancel}
        >
          {t(isUnderWay ? 'cancel.go-on' : 'cancel.do')}
        </Action>
      </div>
    </div>
  );
}

/** What of the sale's money goes which way. */
function BackList({ sale }: { readonly sale: SplitSale }) {
  const { t } = useWords();
  const paid = sale.tenders.filter(({ transaction }) => PAID_STATES.has(transaction.state));
  return (
    <ul className="backs" data-testid="backs">
      {paid.map(({ tenderId, transaction }) => (
        <li key={tenderId}>
          <Icon name={transaction.kind === 'cash-sale' ? 'cash' : 'card'} />
          <span>
            {transaction.maskedPan === undefined
              ? t('cancel.back.cash')
              : t('cancel.back.card', { digits: transaction.maskedPan.slice(-4) })}
          </span>
          <output>{yuan(transaction.amountMinor)}</output>
        </li>
      ))}
    </ul>
  );
}

const PAID_STATES: ReadonlySet<SplitSale['tenders'][number]['transaction']['state']> = new Set([
  'approved',
  'accepted-offline',
  'delivered',
  'rejected',
  'collected',
]);

/** What became of it; the cash to hand back can be read across the counter. */
function Told(props: {
  readonly result: Cancelled;
  /** The cash to hand over now, minor units. */
  readonly handBackMinor: number;
  readonly onClose: () => void;
  readonly onCard?: () => void;
}) {
  const { t, words } = useWords();
  const { result, handBackMinor, onClose, onCard } = props;
  const { sale } = result;
  const isOver = result.kind === 'cancelled';
  useInput({
    onKey: (key) => {
      if (key !== 'F9' || onCard === undefined) return false;
      onCard();
      return true;
    },
  });
  return (
    <div className="cancel" data-cancel={result.kind}>
      <div className={`cancel-told cancel-${isOver ? 'done' : 'open'}`} role="alert">
        <Icon name={isOver ? 'check-circle' : 'recall'} />
        <h2>{t(isOver ? 'cancel.done' : 'cancel.open')}</h2>
      </div>
      {handBackMinor > 0 && (
        <div className="hand-back">
          <span>{t('cancel.hand-back')}</span>
          <output data-testid="hand-back">{yuan(handBackMinor)}</output>
        </div>
      )}
      {result.kind === 'cancelling' && (
        <p className="cancel-words">
          <strong>{words(result.text)}</strong> {words(result.nextStep)}
        </p>
      )}
      <TenderList sale={sale} />
      <div className="dialog-actions">
        {onCard && (
          <Action size="large" icon="card" keyHint="F9" onPress={onCard}>
            {t('cancel.present')}
          </Action>
        )}
        <Action tone="primary" size="large" keyHint="Enter" takesFocus onPress={onClose}>
          {t('cancel.close')}
        </Action>
      </div>
    </div>
  );
}
