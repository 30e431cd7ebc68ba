import { openException } from '../exceptions/exceptions.ts';
import type { ExceptionKind } from '../exceptions/kinds.ts';
import type { UnauthenticatedContext } from '../server/outcome.ts';
import { recordOf } from '../server/record.ts';
import { type StoredPurse, setPurseStatus } from './purses.ts';

/** What only a second card, or somebody between card and host, can have caused: no terminal may take the card any more. */
const HOTLISTING: ReadonlySet<ExceptionKind> = new Set([
  'purse-counter-reused',
  'purse-counter-backwards',
  'purse-balance-breaks',
]);

/** Writes an exception down for a person and, where it means a second card, puts the purse on the hotlist. */
export async function raise(
  context: UnauthenticatedContext,
  kind: ExceptionKind,
  about: { readonly purse?: StoredPurse; readonly hostRecord?: string; readonly note?: string } = {},
): Promise<void> {
  const { nowMs, request, tx } = context;
  const { hostRecord, note, purse } = about;
  const named = purse && `application serial ${purse.applicationSerial}`;
  await openException(tx, {
    kind,
    terminalId: request.terminalId,
    batchNumber: request.batchNumber,
    stan: request.stan,
    amountMinor: request.amountMinor ?? 0,
    terminalRecord: recordOf(request),
    hostRecord: hostRecord ?? null,
    note: [named, note].filter((text) => text !== undefined).join('; '),
    atMs: nowMs,
  });
  if (purse && HOTLISTING.has(kind)) {
    await setPurseStatus(tx, { applicationSerial: purse.applicationSerial, status: 'hotlisted', nowMs });
  }
}
