import type { HostRequest } from '../server/request.ts';
import type { FaultSubject } from './fault.ts';

export function subjectOf(request: HostRequest): FaultSubject {
  return {
    mti: request.mti,
    terminalId: request.terminalId,
    cardLast4: request.pan?.last4(),
    amountMinor: request.amountMinor,
    processingCode: request.processingCode,
    control: request.control,
  };
}
