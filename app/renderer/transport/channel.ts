import type { ClientLink } from '@orpc/client';
import { ResponseValidationPlugin } from '@orpc/contract/plugins';
import { contract } from '../../../terminal-core/api/contract.ts';

export type NoContext = Record<never, never>;

/** One live way to the core: calls go through `link` until `closed` settles; a closed channel never comes back. */
export interface Channel {
  readonly link: ClientLink<NoContext>;
  readonly closed: Promise<void>;
}

/** The shell is there and will not have this page: its launch token is missing or of an earlier launch. */
export class TurnedAwayError extends Error {
  override readonly name = 'TurnedAwayError';
}

/** Opens the next channel. Rejects when it cannot, with TurnedAwayError when asking again is of no use. */
export type OpenChannel = () => Promise<Channel>;

/** What the core sends is checked against the contract before a screen sees it. */
export function validatingPlugins(): ResponseValidationPlugin<NoContext>[] {
  return [new ResponseValidationPlugin<NoContext>(contract)];
}
