import { createInterface } from 'node:readline';
import type { ChaosProxy } from '../day/chaos-proxy.ts';

/** What a person can do to the demo's network by typing a word. */
const ORDERS: Readonly<
  Record<string, { readonly does: (network: ChaosProxy) => unknown; readonly says: string }>
> = {
  cut: {
    does: (network) => network.cut(),
    says: 'the network is cut; the till sells offline within its limits',
  },
  heal: { does: (network) => network.heal(), says: 'the network is whole; the till sends what it owes' },
  lose: {
    does: (network) => network.next('answer', 'drop'),
    says: "the host's next answer will be lost; the till will owe a reversal and send it by itself",
  },
};

/** Reads orders from the terminal the demo was started in, until `stop`: an open input would keep the process alive. */
export function takeNetworkOrders(options: {
  readonly stdin: NodeJS.ReadableStream;
  readonly network: ChaosProxy;
  readonly notify: (text: string) => void;
}): { stop(): void } {
  const { network, notify, stdin } = options;
  const lines = createInterface({ input: stdin });
  lines.on('line', (line) => {
    const word = line.trim().toLowerCase();
    if (word === '') return;
    const order = Object.hasOwn(ORDERS, word) ? ORDERS[word] : undefined;
    if (order === undefined) {
      const what = word === 'help' ? '' : `${JSON.stringify(word)} is not a command here; `;
      notify(`${what}type ${Object.keys(ORDERS).join(', ')} and Enter`);
      return;
    }
    void Promise.resolve(order.does(network)).then(() => notify(order.says));
  });
  return { stop: () => lines.close() };
}
