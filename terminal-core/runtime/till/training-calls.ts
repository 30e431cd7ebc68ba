import type { TillService } from '../../api/service.ts';
import { refusal } from '../../engine/refusals.ts';
import { followOperator, type Practice, startPractice } from '../training/practice.ts';
import type { CardRefs } from './card-refs.ts';
import { dayCalls, NO_TAKINGS } from './day-calls.ts';
import { whyNotCall } from './may-call.ts';
import { refundSaleCalls } from './refund-sale-calls.ts';
import { saleCalls } from './sale-calls.ts';
import { splitSaleCalls } from './split-sale-calls.ts';
import { createTillDesk, doneOr, type TillDesk } from './till-desk.ts';
import type { TillPorts } from './till-ports.ts';
import { transactionCalls } from './transaction-calls.ts';

/** What can be practised. Any other call goes to the real engine, which refuses what is about money while training is on. */
type Practised = Pick<
  TillService,
  | 'payCash'
  | 'payCard'
  | 'getSale'
  | 'cancelSale'
  | 'refundSale'
  | 'refundPart'
  | 'withdrawRefund'
  | 'getRefund'
  | 'preAuthorise'
  | 'voidTransaction'
  | 'refundTransaction'
  | 'completePreAuthorisation'
  | 'receipt'
  | 'listTransactions'
  | 'totals'
>;

function practisedBy(ports: TillPorts, desk: TillDesk, cards: CardRefs): Practised {
  return {
    ...dayCalls(ports, desk),
    ...saleCalls(ports, desk),
    ...splitSaleCalls(ports, desk, cards),
    ...refundSaleCalls(ports, desk),
    ...transactionCalls(ports, desk),
  };
}

interface Session extends Practice {
  readonly calls: Practised;
  readonly desk: TillDesk;
}

/** Entering and leaving training mode, and the calls that go to the training engine while it is on. */
export function trainingCalls(
  ports: TillPorts,
  parts: { readonly cards: CardRefs; readonly changed: () => void; readonly desk: TillDesk },
): {
  readonly calls: Practised & Pick<TillService, 'enterTraining' | 'leaveTraining'>;
  readonly isBusy: () => boolean;
} {
  const { terminal } = ports;
  const { cards, desk } = parts;
  const real = practisedBy(ports, desk, cards);
  let session: Session | undefined;
  let starting: Promise<Session> | undefined;

  const isOn = (): boolean => terminal.state.get('terminal', 'terminal')?.training !== undefined;

  async function start(): Promise<Session> {
    const practice = await startPractice(terminal.state, ports);
    const around: TillPorts = {
      ...ports,
      ...practice,
      // Nothing is owed here, and nothing real is hurried on by practising.
      sync: {
        ...ports.sync,
        beforeOnline: async () => {},
        now: async () => ({ delivered: 0, rejected: 0, left: 0 }),
      },
      // A PIN that is typed in training is made into nothing.
      keys: { ...ports.keys, panHash: (pan) => ports.keys.panHash(pan), pinBlock: () => new Uint8Array(8) },
    };
    const own = createTillDesk(around, { ...parts, takesAnyPassword: true });
    session = { ...practice, calls: practisedBy(around, own, cards), desk: own };
    return session;
  }

  /** After a restart in training mode the first call starts it anew, with nothing sold. */
  async function practised(): Promise<Practised> {
    starting ??= start();
    const { calls, terminal: practice } = await starting;
    await followOperator(practice, terminal.state);
    return calls;
  }

  async function here(): Promise<Practised> {
    return isOn() ? practised() : real;
  }

  async function change(
    kind: 'enter-training' | 'leave-training',
    supervisor: Parameters<TillDesk['approval']>[0],
  ) {
    const given = await desk.approval(supervisor);
    if (session?.desk.isBusy()) return refusal('sale-in-progress');
    return desk.alone(kind, async () => {
      const reply = doneOr(await terminal.run({ kind, ...given }));
      if (reply.kind === 'refused') return reply;
      session?.journal.close();
      session = undefined;
      starting = undefined;
      // A card that was presented for one is never charged for the other.
      cards.forgetAll();
      if (isOn()) await practised();
      return reply;
    });
  }

  return {
    isBusy: () => session?.desk.isBusy() === true,
    calls: {
      payCash: async (input) => (await here()).payCash(input),
      payCard: async (input) => (await here()).payCard(input),
      cancelSale: async (input) => (await here()).cancelSale(input),
      refundSale: async (input) => (await here()).refundSale(input),
      refundPart: async (input) => (await here()).refundPart(input),
      withdrawRefund: async (input) => (await here()).withdrawRefund(input),
      preAuthorise: async (input) => (await here()).preAuthorise(input),
      voidTransaction: async (input) => (await here()).voidTransaction(input),
      refundTransaction: async (input) => (await here()).refundTransaction(input),
      completePreAuthorisation: async (input) => (await here()).completePreAuthorisation(input),
      receipt: async (input) => (await here()).receipt(input),
      getSale(input) {
        if (!isOn()) return real.getSale(input);
        const refused = whyNotCall(terminal.state, 'see-transactions');
        return refused ?? session?.calls.getSale(input) ?? refusal('no-such-sale');
      },
      getRefund(input) {
        if (!isOn()) return real.getRefund(input);
        const refused = whyNotCall(terminal.state, 'see-transactions');
        return refused ?? session?.calls.getRefund(input) ?? refusal('no-such-refund');
      },
      listTransactions(input) {
        if (!isOn()) return real.listTransactions(input);
        if (whyNotCall(terminal.state, 'see-transactions')) return [];
        return session?.calls.listTransactions(input) ?? [];
      },
      totals() {
        if (!isOn()) return real.totals();
        return session?.calls.totals() ?? NO_TAKINGS;
      },
      enterTraining: ({ supervisor }) => change('enter-training', supervisor),
      leaveTraining: ({ supervisor }) => change('leave-training', supervisor),
    },
  };
}
