import type { Transition } from '../transitions.ts';

const SALE = ['purse-sale'] as const;
const LOAD = ['purse-load'] as const;
const BOTH = ['purse-sale', 'purse-load'] as const;

/** A card that comes back decides also after the batch was closed. */
const OPEN = ['in-doubt', 'unresolved'] as const;

/** What the host hears of by an advice, and what it hears of otherwise. */
const TOLD_SALE = ['approved', 'recovered', 'debited-without-tac'] as const;
const TOLD_LOAD = ['approved', 'recovered', 'credited-without-tac'] as const;
const NO_PAYMENT = ['suspect', 'unresolved'] as const;

/** What the card has decided stays as it is while its record waits for a person, and when it goes out again. */
const SET_ASIDE: readonly Transition[] = (['delivery-set-aside', 'delivery-asked-again'] as const).flatMap(
  (event) => [
    ...[...TOLD_SALE, ...NO_PAYMENT].map((to) => ({ kinds: SALE, from: [to], event, to })),
    ...[...TOLD_LOAD, 'not-credited' as const, 'unknown' as const].map((to) => ({
      kinds: LOAD,
      from: [to],
      event,
      to,
    })),
  ],
);

/** What somebody learnt from the acquirer of a record that was set aside. */
const HOST_SAID: readonly Transition[] = [
  { kinds: SALE, from: TOLD_SALE, event: 'host-said-stands', to: 'delivered' },
  { kinds: LOAD, from: TOLD_LOAD, event: 'host-said-stands', to: 'delivered' },
  { kinds: SALE, from: TOLD_SALE, event: 'host-said-undone', to: 'rejected' },
  { kinds: LOAD, from: TOLD_LOAD, event: 'host-said-undone', to: 'rejected' },
  { kinds: LOAD, from: ['not-credited'], event: 'host-said-undone', to: 'reversed' },
  { kinds: LOAD, from: ['unknown'], event: 'host-said-undone', to: 'declined' },
  ...NO_PAYMENT.flatMap((to) =>
    (['host-said-stands', 'host-said-undone'] as const).map((event) => ({
      kinds: SALE,
      from: [to],
      event,
      to,
    })),
  ),
];

/** The ways of a sale and a load with the electronic purse; docs/purse.md. */
export const PURSE_TRANSITIONS: readonly Transition[] = [
  { kinds: SALE, from: ['new'], event: 'purse-debit-started', to: 'pending' },
  { kinds: SALE, from: ['pending'], event: 'purse-debited', to: 'debited' },
  { kinds: SALE, from: ['pending'], event: 'purse-declined', to: 'declined' },
  { kinds: SALE, from: ['pending'], event: 'purse-doubted', to: 'in-doubt' },
  { kinds: SALE, from: ['debited'], event: 'purse-approved', to: 'approved' },
  { kinds: SALE, from: ['debited', ...OPEN], event: 'purse-suspected', to: 'suspect' },
  // The PSAM was reset before it could look at MAC2: the TAC is the issuer's evidence.
  { kinds: SALE, from: ['debited', ...OPEN], event: 'purse-recovered', to: 'recovered' },
  { kinds: SALE, from: OPEN, event: 'purse-moved-without-tac', to: 'debited-without-tac' },
  { kinds: SALE, from: OPEN, event: 'purse-not-debited', to: 'not-debited' },
  { kinds: BOTH, from: OPEN, event: 'purse-unresolved', to: 'unresolved' },
  { kinds: SALE, from: ['in-doubt'], event: 'purse-other-tender', to: 'in-doubt' },
  { kinds: SALE, from: ['unresolved'], event: 'purse-other-tender', to: 'unresolved' },
  {
    kinds: BOTH,
    from: ['approved', 'recovered'],
    event: 'advice-delivered',
    to: 'delivered',
  },
  { kinds: SALE, from: ['debited-without-tac'], event: 'advice-delivered', to: 'delivered' },
  { kinds: LOAD, from: ['credited-without-tac'], event: 'advice-delivered', to: 'delivered' },
  { kinds: SALE, from: ['suspect'], event: 'advice-delivered', to: 'suspect' },
  { kinds: SALE, from: ['unresolved'], event: 'advice-delivered', to: 'unresolved' },
  // What was never a payment does not become one that the host refused.
  { kinds: SALE, from: ['suspect'], event: 'advice-rejected', to: 'suspect' },
  { kinds: SALE, from: ['unresolved'], event: 'advice-rejected', to: 'unresolved' },
  {
    kinds: SALE,
    from: ['approved', 'recovered', 'debited-without-tac'],
    event: 'advice-rejected',
    to: 'rejected',
  },
  {
    kinds: LOAD,
    from: ['approved', 'recovered', 'credited-without-tac'],
    event: 'advice-rejected',
    to: 'rejected',
  },
  { kinds: SALE, from: ['rejected'], event: 'claim-written-off', to: 'written-off' },

  { kinds: LOAD, from: ['new'], event: 'purse-load-sent', to: 'sending' },
  { kinds: LOAD, from: ['sending'], event: 'purse-load-authorised', to: 'authorised' },
  { kinds: LOAD, from: ['sending', 'unknown'], event: 'transaction-declined', to: 'declined' },
  { kinds: LOAD, from: ['sending'], event: 'transaction-not-sent', to: 'not-sent' },
  // No MAC2 has reached the terminal, so none has reached the card.
  { kinds: LOAD, from: ['sending'], event: 'outcome-unknown', to: 'unknown' },
  { kinds: LOAD, from: ['authorised'], event: 'purse-credited', to: 'approved' },
  { kinds: LOAD, from: ['authorised'], event: 'purse-doubted', to: 'in-doubt' },
  { kinds: LOAD, from: ['authorised', 'unknown'], event: 'purse-uncredited', to: 'uncredited' },
  { kinds: LOAD, from: OPEN, event: 'purse-recovered', to: 'recovered' },
  { kinds: LOAD, from: OPEN, event: 'purse-moved-without-tac', to: 'credited-without-tac' },
  { kinds: LOAD, from: [...OPEN, 'uncredited'], event: 'purse-not-credited', to: 'not-credited' },
  { kinds: LOAD, from: ['uncredited'], event: 'purse-unresolved', to: 'unresolved' },
  { kinds: LOAD, from: ['not-credited'], event: 'reversal-answered', to: 'reversed' },
  { kinds: LOAD, from: ['not-credited'], event: 'purse-proof-refused', to: 'uncredited' },
  ...SET_ASIDE,
  ...HOST_SAID,
];
