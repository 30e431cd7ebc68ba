import { useEffect, useState } from 'react';
import type {
  CardHandle,
  PaymentResult,
  RefundPlan,
  Refusal,
  SplitSale,
} from '../../../../terminal-core/api/contract.ts';
import { answerOrNotice } from '../../commands.ts';
import { approvalWanted } from '../../components/approval.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { PinEntry } from '../../components/pin-entry.tsx';
import { type SupervisorEntry, SupervisorForm } from '../../components/supervisor-form.tsx';
import { Working } from '../../components/working.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { play } from '../../input/sounds.ts';
import { useTill } from '../../till-context.ts';
import { RefundAmount } from '../journal/refund-amount.tsx';
import { RefundPlanSteps } from './refund-plan-steps.tsx';
import { WithdrawRefund } from './withdraw-refund.tsx';

/** What became of the last part that was tried. */
export type PartOutcome = Exclude<PaymentResult, { kind: 'pin-required' }>;

type Step =
  | { readonly kind: 'working' }
  | { readonly kind: 'amount'; readonly sale: SplitSale }
  | {
      readonly kind: 'supervisor';
      readonly amountMinor: number;
      readonly refusal: Refusal;
      readonly isWorking: boolean;
    }
  | { readonly kind: 'plan'; readonly plan: RefundPlan; readonly last?: PartOutcome }
  | { readonly kind: 'withdraw'; readonly plan: RefundPlan }
  | {
      readonly kind: 'pin';
      readonly plan: RefundPlan;
      readonly card: CardHandle;
      readonly wanted: Extract<PaymentResult, { kind: 'pin-required' }>;
    };

interface RefundSaleProps {
  readonly saleId: string;
  /** One that was planned before. */
  readonly refundId: string | undefined;
  readonly onClose: () => void;
}

/** Gives a sale back to the tenders that paid it: how much, a supervisor, the cash at once, each card when it is there. */
export function RefundSaleDialog({ saleId, refundId, onClose }: RefundSaleProps) {
  const { t } = useWords();
  const till = useTill();
  const [id] = useState(() => refundId ?? crypto.randomUUID());
  const [step, setStep] = useState<Step>({ kind: 'working' });

  useEffect(() => {
    const begin = async (): Promise<void> => {
      if (refundId === undefined) {
        const found = answerOrNotice(till, await till.link.ask((client) => client.sale.get({ saleId })));
        if (found === undefined) return onClose();
        return setStep({ kind: 'amount', sale: found.sale });
      }
      const found = answerOrNotice(
        till,
        await till.link.ask((client) => client.sale.getRefund({ refundId })),
      );
      if (found === undefined) return onClose();
      setStep({ kind: 'plan', plan: found.refund });
    };
    void begin();
  }, [till, saleId, refundId, onClose]);

  const plan = async (amountMinor: number, supervisor?: SupervisorEntry): Promise<void> => {
    setStep((now) => (now.kind === 'supervisor' ? { ...now, isWorking: true } : { kind: 'working' }));
    const outcome = await till.link.ask((client) =>
      client.sale.refund({
        saleId,
        refundId: id,
        amountMinor,
        ...(supervisor === undefined ? {} : { supervisor }),
      }),
    );
    const wanted = outcome.kind === 'answer' ? approvalWanted(outcome.value) : undefined;
    if (wanted !== undefined) {
      if (supervisor !== undefined) play('problem');
      return setStep({ kind: 'supervisor', amountMinor, refusal: wanted, isWorking: false });
    }
    const planned = answerOrNotice(till, outcome);
    if (planned === undefined) return onClose();
    setStep({ kind: 'plan', plan: planned.refund });
  };

  const giveBack = async (before: RefundPlan, card: CardHandle, pin?: string): Promise<void> => {
    setStep({ kind: 'working' });
    const outcome = await till.link.ask((client) =>
      client.sale.refundPart({
        refundId: id,
        cardRef: card.cardRef,
        ...(pin === undefined ? {} : { pin }),
      }),
    );
    // A part that may have been carried out is never asked for again by itself: the plan says what became of it.
    if (outcome.kind !== 'answer') {
      answerOrNotice(till, outcome);
      return onClose();
    }
    const result = outcome.value;
    if (result.kind === 'pin-required') return setStep({ kind: 'pin', plan: before, card, wanted: result });
    play(result.kind === 'approved' ? 'paid' : 'problem');
    const after = 'refund' in result ? result.refund : undefined;
    setStep({ kind: 'plan', plan: after ?? before, last: result });
  };

  const withdraw = async (): Promise<void> => {
    setStep({ kind: 'working' });
    const left = answerOrNotice(
      till,
      await till.link.ask((client) => client.sale.withdrawRefund({ refundId: id })),
    );
    if (left === undefined) return onClose();
    setStep({ kind: 'plan', plan: left.refund });
  };

  return (
    <DialogFrame title={t('sale-refund.title')} onClose={onClose} isWide>
      {step.kind === 'working' && <Working />}
      {step.kind === 'amount' && (
        <RefundAmount
          {...amountsOf(step.sale)}
          text="sale-refund.text"
          nextKey="sale-refund.next"
          onAmount={(amountMinor) => void plan(amountMinor)}
        />
      )}
      {step.kind === 'supervisor' && (
        <SupervisorForm
          refusal={step.refusal}
          isWorking={step.isWorking}
          onAgree={(supervisor) => void plan(step.amountMinor, supervisor)}
        />
      )}
      {step.kind === 'plan' && (
        <RefundPlanSteps
          plan={step.plan}
          last={step.last}
          isNew={refundId === undefined}
          onCard={(card) => void giveBack(step.plan, card)}
          onWithdraw={() => setStep({ kind: 'withdraw', plan: step.plan })}
          onClose={onClose}
        />
      )}
      {step.kind === 'withdraw' && (
        <WithdrawRefund
          openMinor={openMinorOf(step.plan)}
          onWithdraw={() => void withdraw()}
          onKeep={() => setStep({ kind: 'plan', plan: step.plan })}
        />
      )}
      {step.kind === 'pin' && (
        <PinEntry
          maskedPan={step.wanted.maskedPan}
          amountMinor={step.wanted.amountMinor}
          onPin={(pin) => void giveBack(step.plan, step.card, pin)}
          onCancel={() => setStep({ kind: 'plan', plan: step.plan })}
        />
      )}
    </DialogFrame>
  );
}

/** What waits for a card, minor units. */
function openMinorOf({ parts }: RefundPlan): number {
  return parts.reduce((sum, part) => sum + (part.state === 'open' ? part.amountMinor : 0), 0);
}

/** What the sale's tenders were paid, and what of that has not gone back; minor units. */
function amountsOf({ tenders, paidMinor }: SplitSale): {
  readonly paidMinor: number;
  readonly leftMinor: number;
} {
  const backMinor = tenders.reduce((sum, { transaction }) => sum + transaction.refundedMinor, 0);
  return { paidMinor, leftMinor: paidMinor - backMinor };
}
