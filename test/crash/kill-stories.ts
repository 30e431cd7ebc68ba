import { DELIVERY_FAILURES_MAX } from '../../terminal-core/engine/flows/deliver.ts';
import { type CrashTill, HALF_MINOR, PRICE_MINOR, SUPERVISOR } from './crash-till.ts';
import { PURSE_STORIES } from './purse-stories.ts';

const CASHIER = { operatorCode: '1001', password: '1001' };
const SURRENDERED_MINOR = 80_00;

export type Story = (till: CrashTill) => Promise<void>;

/**
 * What a till does when its process is to die. A new kind of transaction gets a story here; at which points it is killed
 * follows from what it comes by when it is played once. Each leaves the network whole, and can be played again.
 */
export const STORIES: Readonly<Record<string, Story>> = {
  'online sale': async (till) => {
    await till.pay();
  },
  'sale that the host declines, and then asks for new keys': async (till) => {
    till.faults({ kind: 'decline', responseCode: '51', mti: '0200', times: 1 });
    await till.pay('declined');
    till.faults({ kind: 'decline', responseCode: '99', mti: '0200', times: 1 });
    await till.pay('declined');
  },
  'sale whose answer is lost, and its reversal': async (till) => {
    till.store.proxy.next('answer', 'drop');
    await till.pay('unknown');
    await till.terminal.sync();
  },
  'offline sale and its upload': async (till) => {
    await till.payOffline();
    await till.terminal.sync();
  },
  'cash sale': async (till) => {
    await till.payCash();
  },
  'cash sale that is handed back': async (till) => {
    await till.handBack(await till.payCash(), 'all');
  },
  'cash sale of which a part is handed back': async (till) => {
    await till.handBack(await till.payCash(), 'half');
  },
  void: async (till) => {
    await till.undo(await till.pay());
  },
  'void whose answer is lost, and its reversal': async (till) => {
    const sale = await till.pay();
    till.breakAnswer();
    await till.undo(sale, 'unknown');
    await till.reconnect();
  },
  refund: async (till) => {
    const sale = await till.pay();
    await till.settle();
    await till.terminal.sync();
    await till.refund(sale);
  },
  'refund whose answer is lost': async (till) => {
    const sale = await till.pay();
    await till.settle();
    await till.terminal.sync();
    till.breakAnswer();
    await till.refund(sale, 'unknown');
    await till.reconnect();
  },
  'pre-authorisation': async (till) => {
    await till.hold(20_00);
  },
  'pre-authorisation whose answer is lost, and its reversal': async (till) => {
    till.breakAnswer();
    await till.hold(20_00, 'unknown');
    await till.reconnect();
  },
  completion: async (till) => {
    await till.complete(await till.hold(20_00), 15_00);
  },
  'void of a completion': async (till) => {
    await till.undo(await till.complete(await till.hold(20_00), 15_00));
  },
  'void of a pre-authorisation': async (till) => {
    await till.undo(await till.hold(20_00));
  },
  'load of a card': async (till) => {
    await till.loadCard();
  },
  'void of a load': async (till) => {
    await till.undo(await till.loadCard());
  },
  'load whose answer is lost, and its confirmation': async (till) => {
    till.breakAnswer();
    await till.loadCard('unknown');
    await till.reconnect();
  },
  'load whose confirmation the host refuses': async (till) => {
    till.faults(
      { kind: 'no-answer-before-booking', mti: '0200', times: 1 },
      { kind: 'decline', responseCode: '62', mti: '0220', times: 1 },
    );
    const lost = await till.loadCard('unknown');
    await till.terminal.sync();
    await till.act(lost, 'give-back');
  },
  'balance and statement': async (till) => {
    await till.inquire('balance');
    await till.inquire('statement');
  },
  'card that is activated, blocked and unblocked': async (till) => {
    const card = await till.newCard({ balanceMinor: 0, status: 'inactive' });
    await till.serve('activate', card);
    await till.serve('block', card);
    await till.serve('unblock', card);
  },
  'card service whose answer is lost, and its reversal': async (till) => {
    const card = await till.newCard({ balanceMinor: 0, status: 'inactive' });
    till.breakAnswer();
    await till.serve('activate', card, 'unknown');
    await till.reconnect();
  },
  'card that is lost and replaced': async (till) => {
    const card = await till.newCard({ balanceMinor: SURRENDERED_MINOR });
    await till.serve('report-loss', card);
    await till.replace(card, await till.newCard({ balanceMinor: 0, status: 'inactive' }));
  },
  'card that is surrendered': async (till) => {
    const card = await till.newCard({ balanceMinor: SURRENDERED_MINOR });
    await till.surrender(card, SURRENDERED_MINOR);
  },
  'sale that cash and a card pay, and its cancelling': async (till) => {
    const saleId = till.newId();
    await till.payHalf(saleId, 'cash');
    await till.payHalf(saleId, till.card);
    await till.terminal.service('cancelSale', { saleId });
    await till.terminal.sync();
  },
  'sale that is half paid by card, and its cancelling': async (till) => {
    const saleId = till.newId();
    await till.payHalf(saleId, till.card);
    await till.terminal.service('cancelSale', { saleId });
    await till.terminal.sync();
  },
  'sale that cash and a card pay, and its refund': async (till) => {
    const saleId = till.newId();
    await till.payHalf(saleId, 'cash');
    await till.payHalf(saleId, till.card);
    await till.settle();
    await till.terminal.sync();
    const refundId = till.newId();
    await till.terminal.service('refundSale', { saleId, refundId, amountMinor: HALF_MINOR });
    await till.refundPart(refundId, till.card);
  },
  'sale that two cards pay, and its refund': async (till) => {
    const other = await till.newCard({ balanceMinor: PRICE_MINOR });
    const saleId = till.newId();
    await till.payHalf(saleId, till.card);
    await till.payHalf(saleId, other);
    await till.settle();
    await till.terminal.sync();
    const refundId = till.newId();
    await till.terminal.service('refundSale', { saleId, refundId, amountMinor: PRICE_MINOR });
    await till.refundPart(refundId, other);
    await till.refundPart(refundId, till.card);
  },
  'refund of a sale with several tenders that is withdrawn': async (till) => {
    const saleId = till.newId();
    await till.payHalf(saleId, 'cash');
    await till.payHalf(saleId, till.card);
    await till.settle();
    await till.terminal.sync();
    const refundId = till.newId();
    await till.terminal.service('refundSale', { saleId, refundId, amountMinor: HALF_MINOR });
    await till.terminal.service('withdrawRefund', { refundId });
  },
  'part of a sale that the terminal cannot give back': async (till) => {
    const saleId = till.newId();
    till.breakAnswer({ kind: 'decline', responseCode: '12', mti: '0400', times: 1 });
    const lost = await till.payHalf(saleId, till.card, 'unknown');
    await till.reconnect();
    // The till has no reference number of the host's, by which it could void it.
    await till.act(lost, 'host-says-stands');
    await till.terminal.service('cancelSale', { saleId });
    await till.act(lost, 'returned-otherwise');
  },
  'cash sale without a receipt': async (till) => {
    await till.atDevice({ does: 'take-out-paper' });
    await till.payCash('undone');
    await till.atDevice({ does: 'put-in-paper' });
  },
  'online sale without a receipt': async (till) => {
    await till.atDevice({ does: 'take-out-paper' });
    await till.pay('undone');
    await till.terminal.sync();
    await till.atDevice({ does: 'put-in-paper' });
  },
  'online sale without a receipt whose void the host declines': async (till) => {
    await till.atDevice({ does: 'take-out-paper' });
    till.faults({ kind: 'decline', responseCode: '12', mti: '0200', processingCode: '200000', times: 1 });
    await till.pay('approved');
    await till.atDevice({ does: 'put-in-paper' });
  },
  'offline sale without a receipt that the host refuses': async (till) => {
    await till.atDevice({ does: 'take-out-paper' });
    till.faults({ kind: 'decline', responseCode: '51', mti: '0220', times: 1 });
    await till.payOffline('undone');
    await till.terminal.sync();
    await till.atDevice({ does: 'put-in-paper' });
  },
  'reversal that the host refuses, and that a person says stands': async (till) => {
    till.breakAnswer({ kind: 'decline', responseCode: '12', mti: '0400', times: 2 });
    const lost = await till.pay('unknown');
    await till.reconnect();
    await till.act(lost, 'send-again');
    await till.terminal.sync();
    await till.act(lost, 'host-says-stands');
  },
  'reversal that the host refuses, and that a person says is undone': async (till) => {
    till.faults(
      { kind: 'no-answer-before-booking', mti: '0200', times: 1 },
      { kind: 'decline', responseCode: '12', mti: '0400', times: 1 },
    );
    const lost = await till.pay('unknown');
    await till.terminal.sync();
    await till.act(lost, 'host-says-undone');
  },
  'offline sale that the host refuses, and whose card is blocked and then pays': async (till) => {
    till.faults({ kind: 'decline', responseCode: '51', mti: '0220', times: 1 });
    const refused = await till.payOffline();
    await till.terminal.sync();
    await till.act(refused, 'block-card');
    await till.act(refused, 'unblock-card');
    await till.act(refused, 'slip');
    await till.act(refused, 'collect');
    await till.collect(refused);
  },
  'offline sale that the host refuses, and that is written off': async (till) => {
    till.faults({ kind: 'decline', responseCode: '51', mti: '0220', times: 1 });
    const refused = await till.payOffline();
    await till.terminal.sync();
    await till.act(refused, 'write-off');
  },
  'offline sale that does not get through': async (till) => {
    till.faults({ kind: 'wrong-mac', mti: '0220' });
    const sale = await till.payOffline();
    for (let tries = 0; tries <= DELIVERY_FAILURES_MAX; tries += 1) await till.terminal.sync();
    await till.act(sale, 'send-again');
    till.faults();
    await till.terminal.sync();
  },
  'offline sale that goes to the host on a stick': async (till) => {
    await till.payOffline();
    await till.takeBatchOnStick();
  },
  'settlement that balances': async (till) => {
    await till.pay();
    await till.settle();
  },
  'settlement that does not balance': async (till) => {
    await till.pay();
    await till.payOffline();
    await till.terminal.sync();
    await till.undo(await till.pay());
    till.faults({ kind: 'unbalanced-settlement', times: 1 });
    await till.settle('not-balanced');
  },
  'settlement that the host refuses, and that is given up': async (till) => {
    till.faults({ kind: 'decline', responseCode: '30', mti: '0500', times: 1 });
    await till.terminal.service('settle', {});
    await till.terminal.service('abandonSettlement', {});
  },
  'settlement whose upload the host refuses': async (till) => {
    await till.pay();
    till.faults(
      { kind: 'unbalanced-settlement', times: 1 },
      { kind: 'decline', responseCode: '30', mti: '0320', times: 1 },
    );
    await till.terminal.service('settle', {});
    await till.settle('not-balanced');
  },
  'settlement whose answer is lost': async (till) => {
    await till.pay();
    till.store.proxy.next('answer', 'drop');
    await till.terminal.service('settle', {});
    await till.settle();
  },
  'batch that the host has closed by itself': async (till) => {
    await till.payOffline();
    await till.store.closeBatchOf(till.terminalId);
    await till.settle('closed-by-host');
    await till.terminal.sync();
    await till.checkBatches();
  },
  operators: async (till) => {
    await till.terminal.service('signOnOperator', { ...CASHIER, password: 'wrong' });
    await till.terminal.service('signOnOperator', CASHIER);
    await till.terminal.service('settle', {});
    await till.terminal.service('signOffOperator');
    await till.terminal.service('signOnOperator', SUPERVISOR);
  },
  'terminal sign-on and downloads': async (till) => {
    await till.terminal.service('signOnTerminal');
  },
  'shift and reports': async (till) => {
    const { terminal } = till;
    await terminal.service('openShift', { floatMinor: 100_00 });
    const movementId = till.newId();
    const reason = 'crash test';
    await terminal.service('moveCash', { movementId, movement: 'safe-drop', amountMinor: 50_00, reason });
    await terminal.service('openDrawer', { reason });
    await till.payCash();
    await terminal.service('closeShift', { countedMinor: 50_00 });
    await terminal.service('xReport', {});
    await terminal.service('zReport', {});
  },
  training: async (till) => {
    await till.terminal.service('enterTraining', {});
    await till.terminal.service('leaveTraining', {});
  },
  ...PURSE_STORIES,
};
