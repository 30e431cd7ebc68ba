import type { Store, StoreTransaction } from '../../../host-sim/store/store.ts';
import type { Mutation } from '../mutation.ts';

/** A store whose statements are looked at before they run; `undefined` lets the real one run. */
function intercepted(real: Store, get: (sql: string) => boolean, prepare: readonly string[] = []): Store {
  let isPrepared = false;
  return {
    transaction: (work) =>
      real.transaction(async (tx) => {
        if (!isPrepared) for (const sql of prepare) await tx.run(sql);
        isPrepared = true;
        const seen: StoreTransaction = {
          get: async (sql, ...values) => (get(sql) ? undefined : tx.get(sql, ...values)),
          all: (sql, ...values) => tx.all(sql, ...values),
          run: (sql, ...values) => tx.run(sql, ...values),
        };
        return work(seen);
      }),
    close: () => real.close(),
  };
}

export const hostWithoutDeduplication: Mutation = {
  name: 'host-without-deduplication',
  summary: 'the host books a message that comes twice, twice',
  hostStore: (real) =>
    intercepted(real, (sql) => /AND stan = \? AND mti = \?|sale_stan = \?/.test(sql), [
      'DROP INDEX messages_once',
      'DROP INDEX offline_sales_once',
    ]),
};

export const hostForgetsReversals: Mutation = {
  name: 'host-forgets-early-reversals',
  summary: 'the host books a payment whose reversal came before it',
  hostStore: (real) => intercepted(real, (sql) => /FROM barred_originals/.test(sql)),
};

export const hostAnswersBeforeBooking: Mutation = {
  name: 'host-answers-before-booking',
  summary: 'now and then the host answers and loses what it had booked',
  hostStore: (real) => {
    let messages = 0;
    return {
      async transaction(work) {
        messages += 1;
        if (messages % 23 !== 0) return real.transaction(work);
        const lost = new LostBooking();
        const answer: { value?: Awaited<ReturnType<typeof work>> } = {};
        await real
          .transaction(async (tx) => {
            answer.value = await work(tx);
            throw lost;
          })
          .catch((error: unknown) => {
            if (error !== lost) throw error;
          });
        // Set: the transaction was thrown away only after its work was done.
        return answer.value as Awaited<ReturnType<typeof work>>;
      },
      close: () => real.close(),
    };
  },
};

class LostBooking extends Error {}
