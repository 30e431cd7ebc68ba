import type { CardHandle, DeviceEvent, TillStatus } from '../../api/contract.ts';
import type { TillService } from '../../api/service.ts';
import type { Card } from '../../domain/card.ts';
import { certificateStanding } from '../../engine/card-desk/certificate.ts';
import { refusal } from '../../engine/refusals.ts';
import { claimsOn } from '../../engine/workbench.ts';
import type { Device } from '../../ports/devices.ts';
import { benchCalls } from './bench-calls.ts';
import { cardDeskCalls } from './card-desk-calls.ts';
import { CardRefs } from './card-refs.ts';
import { dayCalls } from './day-calls.ts';
import { exposureCall } from './exposure-call.ts';
import { Feed } from './feed.ts';
import { whyNotCall } from './may-call.ts';
import { purseCalls } from './purse-calls.ts';
import { refundSaleCalls } from './refund-sale-calls.ts';
import { saleCalls } from './sale-calls.ts';
import { shiftCalls } from './shift-calls.ts';
import { splitSaleCalls } from './split-sale-calls.ts';
import { createTillDesk } from './till-desk.ts';
import type { TillPorts } from './till-ports.ts';
import { tillStatus } from './till-status.ts';
import { trainingCalls } from './training-calls.ts';
import { transactionCalls } from './transaction-calls.ts';

const MISREAD_WORDS = {
  'zh-CN': '读卡失败，请重新刷卡。',
  en: 'The card could not be read. Swipe it again.',
} as const;

/** The till as its screens see it: turns what they ask into commands, and what becomes of them into words. */
export function createTillService(ports: TillPorts): TillService & { close(): void } {
  const { terminal, link, catalogue, devices } = ports;
  const cards = new CardRefs(ports);
  const statusFeed = new Feed<TillStatus>();
  const deviceFeed = new Feed<DeviceEvent>();
  const stops: (() => void)[] = [];

  const allDevices: Device[] = [
    ...devices.scanners,
    ...devices.cardReaders,
    ...(devices.purses?.readers ?? []),
    ...(devices.printer ? [devices.printer] : []),
  ];
  const status = (): TillStatus =>
    tillStatus(terminal.state, {
      link: link.status(),
      devices: allDevices.map((device) => device.status()),
      busy: desk.isBusy() || training.isBusy(),
      upload: ports.sync.progress(),
      settlementStep: terminal.settlementStep,
      ...(ports.purseDesk ? { psamReady: ports.purseDesk.isPsamReady } : {}),
      demo: ports.demo,
    });
  const changed = (): void => statusFeed.publish(status());
  const desk = createTillDesk(ports, { cards, changed });
  const training = trainingCalls(ports, { cards, changed, desk });
  /** A card that was read, with what its holder still owes this store and whether it could be taken offline. */
  const withClaims = (card: Card): CardHandle => {
    const panHash = ports.keys.panHash(card.pan.reveal());
    const due = claimsOn(terminal.state, panHash);
    const certificate = certificateStanding(terminal.state, { panHash, nowMs: ports.clock.nowMs() });
    const claims = due.map(({ txnId, amountMinor, atMs }) => ({ txnId, amountMinor, atMs }));
    return { ...cards.add(card), certificate, ...(claims.length === 0 ? {} : { claims }) };
  };
  /** A card swiped at a till that nobody has signed on to is not even remembered. */
  const bringIn = (event: () => DeviceEvent): void => {
    if (whyNotCall(terminal.state, 'read-card') === undefined) deviceFeed.publish(event());
  };

  stops.push(terminal.onChange(changed), link.onStatus(changed), ports.sync.onProgress(changed));
  for (const device of allDevices) stops.push(device.onStatus(changed));
  for (const scanner of devices.scanners) {
    stops.push(scanner.onScan(({ deviceId, text }) => bringIn(() => ({ kind: 'scan', deviceId, text }))));
  }
  for (const reader of devices.cardReaders) {
    stops.push(
      reader.onCard((read) =>
        bringIn(() =>
          read.kind === 'card'
            ? withClaims(read.card)
            : { kind: 'card-misread', deviceId: read.deviceId, text: MISREAD_WORDS },
        ),
      ),
    );
  }

  const purses = purseCalls(ports, desk, { bringIn, changed });
  stops.push(purses.stop);

  return {
    status,
    async *watchStatus(signal) {
      const updates = statusFeed.subscribe(signal);
      yield status();
      yield* updates;
    },
    watchDevices: (signal) => deviceFeed.subscribe(signal),

    enterCard({ text, entryMode }) {
      const refused = whyNotCall(terminal.state, 'read-card');
      if (refused) return refused;
      const card = devices.readCardText(text, entryMode);
      return card ? withClaims(card) : refusal('card-unreadable');
    },
    catalogueVersion: () => ({ version: catalogue.version, count: catalogue.products.length }),
    cataloguePage({ after, limit }) {
      const { products } = catalogue;
      const start = after === undefined ? 0 : firstAfter(products, after);
      const page = products.slice(start, start + limit);
      const last = page.at(-1);
      return {
        products: page,
        ...(last && start + limit < products.length ? { next: last.sku } : {}),
      };
    },

    ...dayCalls(ports, desk),
    ...saleCalls(ports, desk),
    ...splitSaleCalls(ports, desk, cards),
    ...refundSaleCalls(ports, desk),
    ...transactionCalls(ports, desk),
    ...purses.calls,
    ...cardDeskCalls(ports, desk),
    ...benchCalls(ports, desk),
    ...shiftCalls(ports, desk),
    ...exposureCall(ports),
    ...training.calls,

    close() {
      for (const stop of stops) stop();
    },
  };
}

/** Binary search: products are in order of SKU. */
function firstAfter(products: readonly { readonly sku: string }[], after: string): number {
  let low = 0;
  let high = products.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((products[middle]?.sku ?? '') <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
