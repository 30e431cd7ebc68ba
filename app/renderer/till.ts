import type { CardHandle, DeviceEvent } from '../../terminal-core/api/contract.ts';
import { notePurseBalance } from './commands.ts';
import { InputHub } from './input/input-hub.ts';
import { play } from './input/sounds.ts';
import { BasketStore } from './store/basket-store.ts';
import { CatalogueStore } from './store/catalogue-store.ts';
import { Cell } from './store/cell.ts';
import { ClaimOffers } from './store/claim-offers.ts';
import type { TillDatabase } from './store/database.ts';
import { PaymentStore } from './store/payment-store.ts';
import type { Preferences } from './store/preferences.ts';
import type { Till } from './till-context.ts';
import type { OpenChannel } from './transport/channel.ts';
import { CoreLink } from './transport/core-link.ts';

/** Loads what a reload must not lose, then connects. The screens can be shown when this resolves. */
export async function startTill(options: {
  readonly open: OpenChannel;
  readonly database: TillDatabase;
  readonly preferences: Preferences;
}): Promise<Till> {
  const { open, database, preferences } = options;
  const link = new CoreLink(open);
  const baskets = new BasketStore(database);
  const till: Till = {
    link,
    status: new Cell(undefined),
    inputs: new InputHub(),
    baskets,
    catalogue: new CatalogueStore({ database, link }),
    payment: new PaymentStore({ database, link, baskets }),
    claims: new ClaimOffers(),
    preferences,
    screen: new Cell({ kind: 'sell' }),
    dialog: new Cell(undefined),
    purse: new Cell(undefined),
    notice: new Cell(undefined),
  };
  await Promise.all([baskets.load(), till.catalogue.load()]);
  await till.payment.load();

  link.follow(
    (client) => client.status.watch(),
    (status) => till.status.set(status),
  );
  link.follow(
    (client) => client.devices.watch(),
    (event) => takeDeviceEvent(till, event),
  );
  link.onConnected(() => void till.catalogue.refresh());
  // A core that was started again knows the card in the slot by another name; who wants it asks for it.
  link.onConnected(() => till.purse.set(undefined));
  till.payment.state.subscribe(() => followPurse(till));
  // A new catalogue may have new prices, and a basket is always shown at today's.
  till.catalogue.index.subscribe(() => baskets.reprice(till.catalogue.index.get().findSku));
  link.start();
  return till;
}

/** What a payment told of the purse in the slot: that it is not there, or what is left on it. */
function followPurse(till: Till): void {
  const state = till.payment.state.get();
  if (state.kind !== 'result') return;
  if (state.result.kind === 'refused' && state.result.rule === 'purse-gone') till.purse.set(undefined);
  notePurseBalance(till, state.result);
}

function takeDeviceEvent(till: Till, event: DeviceEvent): void {
  const top = till.inputs.top();
  switch (event.kind) {
    case 'scan':
      top.onScan?.(event.text);
      return;
    case 'card':
      if (top.onCard !== undefined) void giveCard(till, event);
      return;
    case 'card-misread':
      play('problem');
      till.notice.set({ tone: 'problem', text: event.text });
      return;
    case 'purse':
      till.purse.set(event);
      top.onPurse?.(event);
      return;
    case 'purse-removed':
      if (till.purse.get()?.purseRef === event.purseRef) till.purse.set(undefined);
      return;
    case 'doubt-settled': {
      const payment = till.payment.state.get();
      const shown =
        payment.kind === 'result' && payment.result.kind === 'card-in-doubt' ? payment.result : undefined;
      // The sale in sight says it itself.
      if (shown?.transaction.txnId === event.transaction.txnId) return;
      play(event.transaction.state === 'recovered' && event.owedBackMinor === undefined ? 'paid' : 'problem');
      till.notice.set({
        tone: event.owedBackMinor === undefined ? 'good' : 'problem',
        text: event.text,
        nextStep: event.nextStep,
        stays: true,
      });
      return;
    }
  }
}

/** What it owes comes first; the screen that wanted the card gets it if it is still free then. */
async function giveCard(till: Till, card: CardHandle): Promise<void> {
  if (await till.claims.offer(card)) till.inputs.top().onCard?.(card);
}
