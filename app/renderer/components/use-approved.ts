import { useRef, useState } from 'react';
import type { Refusal } from '../../../terminal-core/api/contract.ts';
import { answerOrNotice, type Refused, tell } from '../commands.ts';
import { play } from '../input/sounds.ts';
import { useTill } from '../till-context.ts';
import type { CoreClient } from '../transport/core-link.ts';
import { approvalWanted } from './approval.ts';
import type { SupervisorEntry } from './supervisor-form.tsx';

/** What the core is asked for; `approval` is empty until a supervisor has agreed. */
type Call<Asked, T> = (
  client: CoreClient,
  asked: Asked,
  approval: { readonly supervisor?: SupervisorEntry },
) => Promise<T>;

export interface Approved<Asked> {
  readonly ask: (asked: Asked) => void;
  readonly isWorking: boolean;
  /** The core wants a supervisor, or did not take the one who tried. */
  readonly refusal: Refusal | undefined;
  readonly agree: (supervisor: SupervisorEntry) => void;
  readonly giveUp: () => void;
}

/**
 * Something that the core may want a supervisor for: asked once, and again with a code and password. Any other refusal is
 * told in a notice, and `onDone` is called only when it was done.
 */
export function useApproved<Asked, T extends { readonly kind: string }>(
  call: Call<Asked, T>,
  onDone: (answer: Exclude<T, Refused>, asked: Asked) => void,
): Approved<Asked> {
  const till = useTill();
  const [state, setState] = useState<{ readonly asked: Asked; readonly refusal: Refusal }>();
  const [isWorking, setWorking] = useState(false);
  // Two presses in one frame are one request, whatever has been drawn by then.
  const isUnderWay = useRef(false);

  const send = async (asked: Asked, supervisor?: SupervisorEntry): Promise<void> => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setWorking(true);
    till.notice.set(undefined);
    const approval = supervisor === undefined ? {} : { supervisor };
    const outcome = await till.link.ask((client) => call(client, asked, approval));
    isUnderWay.current = false;
    setWorking(false);
    if (outcome.kind === 'lost') {
      tell(till, 'problem', 'app.lost', 'office.lost.next');
      return;
    }
    const refusal = outcome.kind === 'answer' ? approvalWanted<T>(outcome.value) : undefined;
    if (refusal !== undefined) {
      if (supervisor !== undefined) play('problem');
      setState({ asked, refusal });
      return;
    }
    setState(undefined);
    const answer = answerOrNotice(till, outcome);
    if (answer !== undefined) onDone(answer, asked);
  };

  return {
    ask: (asked) => void send(asked),
    isWorking,
    refusal: state?.refusal,
    agree: (supervisor) => {
      if (state !== undefined) void send(state.asked, supervisor);
    },
    giveUp: () => setState(undefined),
  };
}
