import { implement } from '@orpc/server';
import { contract, type Refusal, type TillStatus } from '../../../terminal-core/api/contract.ts';
import { FakeBench } from './fake-bench.ts';
import { SUPERVISOR_REQUIRED, WRONG_PASSWORD } from './fake-refusals.ts';
import { fakeShifts } from './fake-shifts.ts';

export interface FakeSupervisor {
  readonly operatorCode: string;
  readonly password: string;
}

/** The back office: it obeys, and writes down what it was asked for. */
export class FakeOffice {
  /** Whether shifts, reports and training want a supervisor. */
  needsSupervisor = false;
  /** What was done, in order. */
  readonly log: string[] = [];
  readonly bench = new FakeBench();
  readonly #core: {
    readonly status: () => TillStatus;
    readonly set: (change: Partial<TillStatus>) => void;
  };

  constructor(core: {
    readonly status: () => TillStatus;
    readonly set: (change: Partial<TillStatus>) => void;
  }) {
    this.#core = core;
  }

  /** What stands in the way: nobody has agreed, or with a wrong password. */
  notAgreed(
    supervisor: FakeSupervisor | undefined,
    isNeeded: boolean = this.needsSupervisor,
  ): Refusal | undefined {
    if (supervisor) return supervisor.password === supervisor.operatorCode ? undefined : WRONG_PASSWORD;
    return isNeeded ? SUPERVISOR_REQUIRED : undefined;
  }

  router() {
    const os = implement(contract);
    const core = this.#core;
    return {
      ...fakeShifts({
        ...core,
        notAgreed: (supervisor) => this.notAgreed(supervisor),
        log: (asked) => this.log.push(asked),
      }),
      workbench: {
        list: os.workbench.list.handler(() =>
          core.status().operator?.role === 'supervisor' ? this.bench.items : [],
        ),
        act: os.workbench.act.handler(({ input }) => {
          const refused = this.notAgreed(input.supervisor, this.bench.needsApproval(input));
          if (refused) return refused;
          this.log.push([input.action, input.txnId, input.note].filter(Boolean).join(' '));
          const done = this.bench.act(input);
          core.set({ rejectedCount: this.bench.items.length });
          return done;
        }),
      },
      training: {
        enter: os.training.enter.handler(({ input }) => this.#train(true, input.supervisor)),
        leave: os.training.leave.handler(({ input }) => this.#train(false, input.supervisor)),
      },
    };
  }

  #train(training: boolean, supervisor: FakeSupervisor | undefined) {
    const refused = this.notAgreed(supervisor);
    if (!refused) this.#core.set({ training });
    return refused ?? { kind: 'done' as const };
  }
}
