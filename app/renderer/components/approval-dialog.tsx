import { DialogFrame } from './dialog-frame.tsx';
import { SupervisorForm } from './supervisor-form.tsx';
import type { Approved } from './use-approved.ts';

/** Opens over a page as soon as what was asked for wants a supervisor. */
export function ApprovalDialog<Asked>(props: { readonly title: string; readonly of: Approved<Asked> }) {
  const { refusal, isWorking, agree, giveUp } = props.of;
  if (refusal === undefined) return null;
  return (
    <DialogFrame title={props.title} onClose={giveUp}>
      <SupervisorForm refusal={refusal} isWorking={isWorking} onAgree={agree} />
    </DialogFrame>
  );
}
