import { useRef, useState } from 'react';
import type { PaymentResult, Refusal } from '../../../terminal-core/api/contract.ts';
import { play } from '../input/sounds.ts';
import { useTill } from '../till-context.ts';
import type { CoreClient } from '../transport/core-link.ts';
import { approvalWanted } from './approval.ts';
import type { KnownResult } from './outcome.ts';
import type { SupervisorEntry } from './supervisor-form.tsx';

/** What the core may want besides: used for this one request and kept nowhere. */
export interface RequestExtras {
  readonly pin?: string;
  readonly supervisor?: SupervisorEntry;
}

/** Asks by an id of its own, so that it can be asked again: the core gives the first outcome and does nothing twice. */
export type RequestCall = (client: CoreClient, extras: RequestExtras) => Promise<PaymentResult>;

export type RequestStep =
  | { readonly kind: 'working' }
  | { readonly kind: 'pin'; readonly wanted: Extract<PaymentResult, { kind: 'pin-required' }> }
  | {
      readonly kind: 'supervisor';
      readonly refusal: Refusal;
      readonly isWorking: boolean;
      readonly pin: string | undefined;
    }
  /** No answer: the connection broke, or the core failed (`message`). */
  | { readonly kind: 'lost'; readonly message: string | undefined }
  | { readonly kind: 'told'; readonly result: KnownResult };

export interface Request {
  /** Undefined until something was asked for. */
  readonly step: RequestStep | undefined;
  readonly send: (call: RequestCall) => void;
  readonly enterPin: (pin: string) => void;
  readonly agree: (supervisor: SupervisorEntry) => void;
  readonly again: () => void;
}

/** One request to the core, through a PIN, a supervisor and a lost connection, to what became of it. */
export function useRequest(): Request {
  const till = useTill();
  const [step, setStep] = useState<RequestStep>();
  const asked = useRef<RequestCall>(undefined);
  // Two presses in one frame are one request, whatever has been drawn by then.
  const isUnderWay = useRef(false);

  const run = async (extras: RequestExtras): Promise<void> => {
    const call = asked.current;
    if (call === undefined || isUnderWay.current) return;
    isUnderWay.current = true;
    setStep((now) => (now?.kind === 'supervisor' ? { ...now, isWorking: true } : { kind: 'working' }));
    const outcome = await till.link.ask((client) => call(client, extras));
    isUnderWay.current = false;
    if (outcome.kind === 'answer') return setStep(stepAfter(outcome.value, extras));
    play('problem');
    setStep({ kind: 'lost', message: outcome.kind === 'failed' ? outcome.message : undefined });
  };

  return {
    step,
    send: (call) => {
      asked.current = call;
      till.notice.set(undefined);
      void run({});
    },
    enterPin: (pin) => void run({ pin }),
    agree: (supervisor) => {
      const pin = step?.kind === 'supervisor' ? step.pin : undefined;
      void run({ supervisor, ...(pin === undefined ? {} : { pin }) });
    },
    again: () => void run({}),
  };
}

function stepAfter(result: PaymentResult, extras: RequestExtras): RequestStep {
  if (result.kind === 'pin-required') return { kind: 'pin', wanted: result };
  const refusal = approvalWanted(result);
  if (refusal !== undefined) {
    if (extras.supervisor !== undefined) play('problem');
    return { kind: 'supervisor', refusal, isWorking: false, pin: extras.pin };
  }
  play(result.kind === 'approved' ? 'paid' : 'problem');
  return { kind: 'told', result };
}
