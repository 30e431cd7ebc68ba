import { useState } from 'react';
import type { PaymentResult, PurseHandle, Refusal } from '../../../../terminal-core/api/contract.ts';
import { answerOrNotice, notePurseBalance } from '../../commands.ts';
import { Action } from '../../components/action.tsx';
import { approvalWanted } from '../../components/approval.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { Icon } from '../../components/icon.tsx';
import { Keypad } from '../../components/keypad.tsx';
import { OutcomePanel } from '../../components/outcome-panel.tsx';
import { PurseWait } from '../../components/purse-wait.tsx';
import { ReceiptView } from '../../components/receipt-view.tsx';
import { LostRequest } from '../../components/request-panel.tsx';
import { type SupervisorEntry, SupervisorForm } from '../../components/supervisor-form.tsx';
import { Working } from '../../components/working.tsx';
import { pushAmountKeys, typedAmount, yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { play } from '../../input/sounds.ts';
import { useInput } from '../../input/use-input.ts';
import { useCell } from '../../store/cell.ts';
import { type PurseRefund, useTill } from '../../till-context.ts';
import { PurseLog, type PurseLogLines } from './purse-log.tsx';

type LoadOutcome = Exclude<PaymentResult, { kind: 'pin-required' }>;

interface LoadAsked {
  readonly amountMinor: number;
  readonly purse: PurseHandle;
}

type Step =
  | { readonly kind: 'amount' }
  | { readonly kind: 'log'; readonly lines: PurseLogLines }
  | { readonly kind: 'working' }
  /** No answer: the same load asked again is the same load. */
  | ({ readonly kind: 'lost'; readonly message: string | undefined } & LoadAsked)
  | ({ readonly kind: 'supervisor'; readonly refusal: Refusal; readonly isWorking: boolean } & LoadAsked)
  | ({ readonly kind: 'told'; readonly result: LoadOutcome } & LoadAsked);

/** The purse in the slot: its balance, and cash that is loaded on it, or a purse sale that is given back. */
export function PurseDialog(props: {
  /** The purse sale that is given back to its card. */
  readonly refundOf: PurseRefund | undefined;
  readonly onClose: () => void;
}) {
  const { t } = useWords();
  const till = useTill();
  const { refundOf, onClose } = props;
  const purse = useCell(till.purse);
  // One for each load: the same id again is the same load, and never a second one.
  const [loadId] = useState(() => crypto.randomUUID());
  const [step, setStep] = useState<Step>({ kind: 'amount' });

  const load = async ({ amountMinor, purse: asked }: LoadAsked, supervisor?: SupervisorEntry) => {
    setStep((now) => (now.kind === 'supervisor' ? { ...now, isWorking: true } : { kind: 'working' }));
    const outcome = await till.link.ask((client) =>
      client.purse.load({
        loadId,
        amountMinor,
        purseRef: asked.purseRef,
        ...(refundOf === undefined ? {} : { refundOf: refundOf.txnId }),
        ...(supervisor === undefined ? {} : { supervisor }),
      }),
    );
    if (outcome.kind !== 'answer') {
      play('problem');
      const message = outcome.kind === 'failed' ? outcome.message : undefined;
      return setStep({ kind: 'lost', message, amountMinor, purse: asked });
    }
    const result = outcome.value;
    // Another card was put in while the load waits for its own: it goes on waiting.
    if (result.kind === 'refused' && step.kind === 'told') {
      answerOrNotice(till, outcome);
      return setStep(step);
    }
    const refusal = approvalWanted(result);
    if (refusal !== undefined) {
      if (supervisor !== undefined) play('problem');
      return setStep({ kind: 'supervisor', refusal, isWorking: false, amountMinor, purse: asked });
    }
    // A load asks for no PIN; the union has it for the payments.
    if (result.kind === 'pin-required') return onClose();
    notePurseBalance(till, result);
    play(result.kind === 'approved' ? 'paid' : 'problem');
    setStep({ kind: 'told', result, amountMinor, purse: asked });
  };

  const readLog = async ({ purseRef }: PurseHandle): Promise<void> => {
    till.notice.set(undefined);
    const outcome = await till.link.ask((client) => client.purse.log({ purseRef }));
    const answer = answerOrNotice(till, outcome);
    if (answer !== undefined) setStep({ kind: 'log', lines: answer.lines });
  };

  return (
    <DialogFrame
      title={t(refundOf === undefined ? 'purse.title' : 'purse.refund.title')}
      onClose={onClose}
      isWide
    >
      {step.kind === 'amount' &&
        (purse === undefined ? (
          <Absent />
        ) : (
          <Amount
            key={purse.purseRef}
            purse={purse}
            refundOf={refundOf}
            onAmount={(amountMinor) => void load({ amountMinor, purse })}
            onLog={() => void readLog(purse)}
          />
        ))}
      {step.kind === 'log' && <PurseLog lines={step.lines} onBack={() => setStep({ kind: 'amount' })} />}
      {step.kind === 'working' && <Working />}
      {step.kind === 'lost' && <LostRequest message={step.message} onAgain={() => void load(step)} />}
      {step.kind === 'supervisor' && (
        <SupervisorForm
          refusal={step.refusal}
          isWorking={step.isWorking}
          onAgree={(supervisor) => void load(step, supervisor)}
        />
      )}
      {step.kind === 'told' && (
        <Told
          result={step.result}
          amountMinor={step.amountMinor}
          onPurse={(back) => void load({ amountMinor: step.amountMinor, purse: back })}
          onClose={onClose}
        />
      )}
    </DialogFrame>
  );
}

function Absent() {
  useInput({});
  return <PurseWait />;
}

/** How much is loaded; of a sale that is given back all of what is left, unless something else is typed. */
function Amount(props: {
  readonly purse: PurseHandle;
  readonly refundOf: PurseRefund | undefined;
  readonly onAmount: (amountMinor: number) => void;
  readonly onLog: () => void;
}) {
  const { t } = useWords();
  const { purse, refundOf } = props;
  const leftMinor = refundOf?.leftMinor ?? 0;
  const [typed, setTyped] = useState('');
  const typedMinor = typedAmount(typed);
  const amountMinor = typedMinor === 0 ? leftMinor : typedMinor;
  const push = (digits: string): void => setTyped((held) => pushAmountKeys(held, digits));
  const go = (): void => {
    if (amountMinor > 0) props.onAmount(amountMinor);
  };
  useInput({
    onType: push,
    onKey: (key) => {
      if (key === 'Backspace') setTyped((held) => held.slice(0, -1));
      else if (key === 'Delete') setTyped('');
      else if (key === 'Enter') go();
      else if (key === 'F8') props.onLog();
      else return false;
      return true;
    },
  });
  return (
    <div className="refund-amount" data-testid="purse-in-slot">
      <div>
        <div className="purse-head">
          <Icon name="purse" />
          <span>{t('split.card-ending', { digits: purse.lastDigits })}</span>
          <span className="purse-label">{t('result.balance')}</span>
          <output data-testid="purse-balance">{yuan(purse.balanceMinor)}</output>
        </div>
        <div className="figure" data-typed={typedMinor !== 0}>
          <span>{t(refundOf === undefined ? 'purse.load.amount' : 'refund.amount')}</span>
          <output>{yuan(amountMinor)}</output>
        </div>
        <p className="amount-hint">{t('amount.hint')}</p>
        <Action icon="list" keyHint="F8" onPress={props.onLog}>
          {t('purse.log')}
        </Action>
      </div>
      <div className="capture-key">
        <Keypad
          hasDoubleNought
          onDigits={push}
          onDelete={() => setTyped((held) => held.slice(0, -1))}
          onClear={() => setTyped('')}
        />
        <Action
          tone="primary"
          size="large"
          keyHint="Enter"
          isDisabled={amountMinor === 0}
          takesFocus
          onPress={go}
        >
          {t(refundOf === undefined ? 'purse.load' : 'purse.refund', { amount: yuan(amountMinor) })}
        </Action>
      </div>
    </div>
  );
}

/** What became of the load. While it waits for its card, that card finishes it by being put in. */
function Told(props: {
  readonly result: LoadOutcome;
  readonly amountMinor: number;
  readonly onPurse: (purse: PurseHandle) => void;
  readonly onClose: () => void;
}) {
  const { t } = useWords();
  const { result, amountMinor, onPurse, onClose } = props;
  useInput(result.kind === 'card-in-doubt' ? { onPurse } : {});
  return (
    <div className="undo-result">
      <OutcomePanel result={result} amountMinor={amountMinor} purpose="undo">
        <Action tone="primary" size="large" keyHint="Enter" takesFocus onPress={onClose}>
          {t('cancel.close')}
        </Action>
      </OutcomePanel>
      {result.kind === 'approved' && <ReceiptView receipt={result.receipt} />}
    </div>
  );
}
