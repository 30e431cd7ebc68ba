import { createInterface } from 'node:readline';
import type { ChaosProxy } from '../day/chaos-proxy.ts';
import type { DemoPurses } from './demo-purses.ts';

interface Demo {
  readonly network: ChaosProxy;
  /** Absent where the till has chip card readers of its own. */
  readonly purses: DemoPurses | undefined;
}

interface Order {
  /** What it wants besides its word, for the list of orders. */
  readonly wants?: string;
  /** @returns what a person is told. */
  readonly obey: (demo: Demo, argument: string) => Promise<string> | string;
}

const NO_READER = 'this till has a chip card reader of its own, or none: put the card in there';

/** What a person can do to the demo's network and purse cards by typing a word. */
const ORDERS: Readonly<Record<string, Order>> = {
  cut: {
    async obey({ network }) {
      await network.cut();
      return 'the network is cut; the till sells offline within its limits';
    },
  },
  heal: {
    async obey({ network }) {
      await network.heal();
      return 'the network is whole; the till sends what it owes';
    },
  },
  lose: {
    obey({ network }) {
      network.next('answer', 'drop');
      return "the host's next answer will be lost; the till will owe a reversal and send it by itself";
    },
  },
  purse: { wants: 'N', obey: ({ purses }, number) => purses?.insert(number) ?? NO_READER },
  pull: { obey: ({ purses }) => purses?.remove() ?? NO_READER },
  tear: { obey: ({ purses }) => purses?.tearNext() ?? NO_READER },
};

/** Reads orders from the terminal the demo was started in, until `stop`: an open input would keep the process alive. */
export function takeDemoOrders(options: {
  readonly stdin: NodeJS.ReadableStream;
  readonly demo: Demo;
  readonly notify: (text: string) => void;
}): { stop(): void } {
  const { demo, notify, stdin } = options;
  const lines = createInterface({ input: stdin });
  lines.on('line', (line) => {
    const [word = '', argument = ''] = line.trim().toLowerCase().split(/\s+/);
    if (word === '') return;
    const order = Object.hasOwn(ORDERS, word) ? ORDERS[word] : undefined;
    if (order === undefined) {
      const what = word === 'help' ? '' : `${JSON.stringify(word)} is not a command here; `;
      const words = Object.entries(ORDERS).map(([name, { wants }]) => (wants ? `${name} ${wants}` : name));
      notify(`${what}type ${words.join(', ')} and Enter`);
      return;
    }
    void Promise.resolve(order.obey(demo, argument)).then(notify);
  });
  return { stop: () => lines.close() };
}
