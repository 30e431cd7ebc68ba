import { unreachable } from '../../domain/unreachable.ts';
import type { Context, Decision, Input } from '../inputs.ts';
import type { StateView } from '../state.ts';
import {
  decideDoubtInitialised,
  decideDoubtLogged,
  decideDoubtProved,
  decideDoubtVerified,
  decideProvenLogged,
} from './purse-doubt.ts';
import { decideCredited, decideLoadInitialised } from './purse-load.ts';
import {
  decideSaleDebited,
  decideSaleInitialised,
  decideSaleMac1Made,
  decideSalePinChecked,
  decideSaleVerified,
} from './purse-sale.ts';

/** What became of a command to the card or the PSAM: on to whoever ordered it. */
export function decideCardEnded(
  state: StateView,
  input: Extract<Input, { kind: 'card-ended' }>,
  context: Context,
): Decision {
  const { outcome } = input;
  const { purpose, session } = input.order;
  switch (purpose.kind) {
    case 'sale-pin':
      return decideSalePinChecked(state, { purpose, session, outcome });
    case 'sale-initialise':
      return decideSaleInitialised(state, { purpose, session, outcome }, context);
    case 'sale-mac1':
      return decideSaleMac1Made(state, { purpose, session, outcome }, context);
    case 'sale-debit':
      return decideSaleDebited(state, { purpose, session, outcome });
    case 'sale-verify':
      return decideSaleVerified(state, { purpose, session, outcome });
    case 'load-initialise':
      return decideLoadInitialised(state, { purpose, session, outcome }, context);
    case 'load-credit':
      return decideCredited(state, { purpose, session, outcome });
    case 'doubt-prove':
      return decideDoubtProved(state, { purpose, session, outcome });
    case 'doubt-proven-log':
      return decideProvenLogged(state, { purpose, session, outcome });
    case 'doubt-verify':
      return decideDoubtVerified(state, { purpose, session, outcome });
    case 'doubt-initialise':
      return decideDoubtInitialised(state, { purpose, session, outcome });
    case 'doubt-log':
      return decideDoubtLogged(state, { purpose, session, outcome });
    default:
      return unreachable(purpose);
  }
}
