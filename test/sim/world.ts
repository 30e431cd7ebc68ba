import { issuePurse, savePurseKeys } from '../../host-sim/purse/office.ts';
import { issueCard } from '../../host-sim/server/card-office.ts';
import { createTerminal } from '../../host-sim/server/terminal-office.ts';
import { DEFAULT_SETTINGS, type HostSettings } from '../../host-sim/settings.ts';
import { setCardStatus } from '../../host-sim/store/cards.ts';
import { openSqliteStore } from '../../host-sim/store/sqlite-store.ts';
import type { Store } from '../../host-sim/store/store.ts';
import { amountMinor } from '../../terminal-core/domain/money.ts';
import { Pan } from '../../terminal-core/domain/pan.ts';
import type { TerminalProvisioning } from '../../terminal-core/domain/provisioning.ts';
import { demoPsam, memoryStore, simulatedPsam } from '../../terminal-core/purse/simulator/index.ts';
import { Cashier } from './cashier.ts';
import { Faults } from './faults.ts';
import { type Memories, noMemories } from './memories.ts';
import type { Mutation } from './mutation.ts';
import { FIRST_MIDNIGHT_MS, HOUR_MS, type Mishap, type Plan } from './plan.ts';
import { Prng } from './prng.ts';
import { purseFileOf, SimPurse } from './purses.ts';
import { SimTerminal } from './sim-terminal.ts';
import { Story } from './story.ts';
import { VirtualHost } from './virtual-host.ts';
import { VirtualTime } from './virtual-time.ts';

const MERCHANT = {
  merchantId: '105331051320001',
  nameZh: '好德便利店',
  nameEn: 'Haode Store',
  feeBasisPoints: 60,
};

/** One till with the person at it. */
export interface Till {
  readonly box: SimTerminal;
  readonly cashier: Cashier;
}

/** Something that no rule throws was thrown. */
export interface Defect {
  readonly where: string;
  readonly error: unknown;
}

/** Everything in one simulated world: a host, tills, cards, time, and what goes wrong. */
export class World {
  readonly plan: Plan;
  readonly time: VirtualTime;
  readonly story: Story;
  readonly faults: Faults;
  readonly memories: Memories = noMemories();
  readonly defects: Defect[] = [];
  /** The host's database, as it is on disk. */
  readonly store: Store;
  readonly settings: HostSettings;
  readonly host: VirtualHost;
  readonly tills: Till[] = [];
  readonly purses: readonly SimPurse[];
  /** The issuer's key under which card numbers are named, hex. */
  cardHashKey = '';
  readonly #prng: Prng;

  constructor(plan: Plan, mutation: Mutation | undefined) {
    this.plan = plan;
    this.#prng = new Prng(`holdfast world ${plan.seed}`);
    this.time = new VirtualTime(FIRST_MIDNIGHT_MS + 7 * HOUR_MS);
    this.story = new Story(() => this.time.nowMs());
    this.faults = new Faults(plan.mix);
    this.store = openSqliteStore(':memory:');
    const { capMinor, countMax, floorMinor } = plan.certificates;
    this.settings = {
      ...DEFAULT_SETTINGS,
      certificateCapMinor: amountMinor(capMinor),
      certificateFloorMinor: amountMinor(floorMinor),
      certificateCountMax: countMax,
    };
    this.purses = plan.purseBalances.map(
      (balanceMinor, index) =>
        new SimPurse({ number: index + 1, balanceMinor, prng: this.#prng.fork(`purse ${index}`) }),
    );
    this.host = new VirtualHost({
      ...this.#common('host'),
      store: mutation?.hostStore ? mutation.hostStore(this.store) : this.store,
      settings: this.settings,
      seed: plan.seed,
      onDefect: (error) => this.defects.push({ where: 'host', error }),
      onConnection: () => this.checkConnections(),
    });
  }

  static async open(plan: Plan, mutation: Mutation | undefined): Promise<World> {
    const world = new World(plan, mutation);
    world.faults.healed = true;
    await world.host.start();
    await world.#issueCards();
    await world.#issuePurses();
    const tills = plan.days[0]?.tills.length ?? 0;
    for (let till = 0; till < tills; till += 1) await world.#addTill(till, mutation);
    return world;
  }

  close(): void {
    for (const { box } of this.tills) {
      box.stop();
      box.journal.close();
    }
    void this.store.close();
  }

  checkConnections(): void {
    for (const { box } of this.tills) box.process?.link.checkConnection();
  }

  /** Lets one mishap happen, at its time of the day. */
  befall(mishap: Mishap, till: Till): void {
    if (this.faults.healed) return;
    const { counts } = this.faults;
    const { box } = till;
    this.story.tell(box.name, `mishap ${mishap.id}: ${mishap.kind}`);
    switch (mishap.kind) {
      case 'partition':
        counts.partition += 1;
        box.wire.cut(mishap.durationMs);
        // Packets vanish at once; that the connection is gone is noticed later.
        this.time.after(Math.min(mishap.noticedAfterMs, mishap.durationMs), () =>
          box.process?.link.checkConnection(),
        );
        this.time.after(mishap.durationMs + 1, () => box.process?.link.checkConnection());
        return;
      case 'power-cut':
        box.crash('at once');
        return;
      case 'disk-full':
        box.isDiskFull = true;
        this.time.after(mishap.durationMs, () => {
          box.isDiskFull = false;
        });
        return;
      case 'printer':
        box.isPrinterBroken = true;
        this.time.after(mishap.durationMs, () => {
          box.isPrinterBroken = false;
        });
        return;
      case 'clock-jump':
        counts['clock-jump'] += 1;
        box.clockOffsetMs += mishap.byMs;
        return;
      case 'host-crash':
        this.host.crash(mishap.durationMs, 'at once');
        return;
      case 'card-blocked':
        void this.#blockCard(mishap.card);
        return;
    }
  }

  /** Everything that can be mended is mended; what was sent before may still arrive. */
  async heal(): Promise<void> {
    this.faults.healed = true;
    await this.host.start();
    for (const { box } of this.tills) {
      box.wire.heal();
      box.isDiskFull = false;
      box.isPrinterBroken = false;
      box.clockOffsetMs = 0;
      box.process?.link.checkConnection();
      if (!box.process?.isAlive) await box.start();
    }
  }

  #common(name: string) {
    return { time: this.time, faults: this.faults, story: this.story, prng: this.#prng.fork(name), name };
  }

  async #issueCards(): Promise<void> {
    await this.store.transaction(async (tx) => {
      for (const card of this.plan.cards) {
        const pan = Pan.parse(card.pan);
        if (!pan || card.isStrange) continue;
        const { expiry, kind, pin, status } = card;
        const issued = {
          pan,
          kind,
          expiry,
          pin,
          status,
          balanceMinor: amountMinor(card.balanceMinor),
          holderName: '',
        };
        await issueCard(tx, this.host.services, { card: issued, nowMs: this.time.nowMs() });
      }
    });
  }

  async #issuePurses(): Promise<void> {
    const file = purseFileOf(this.purses);
    await this.store.transaction(async (tx) => {
      await savePurseKeys(tx, this.host.services, file);
      for (const purse of file.purses) {
        const issued = await issuePurse(tx, this.host.services, {
          issuerId: file.issuerId,
          purse,
          nowMs: this.time.nowMs(),
        });
        if (issued.kind !== 'issued') throw new Error(`A purse of the plan cannot be issued: ${issued.kind}`);
      }
    });
  }

  async #addTill(till: number, mutation: Mutation | undefined): Promise<void> {
    const provisioning = await this.store.transaction(async (tx): Promise<TerminalProvisioning> => {
      const created = await createTerminal(tx, this.host.services, {
        terminalId: `1000000${till + 1}`,
        merchant: MERCHANT,
        nowMs: this.time.nowMs(),
      });
      if (!created.ok) throw new Error(created.message);
      return created.provisioning;
    });
    this.cardHashKey = provisioning.cardHashKey;
    const box = new SimTerminal({
      ...this.#common(`T${till + 1}`),
      host: this.host,
      provisioning,
      psam: simulatedPsam({ store: memoryStore(demoPsam(till + 1)) }),
      mutation,
      syncEveryMs: this.plan.syncEveryMs,
      onDefect: (error) => this.defects.push({ where: `T${till + 1}`, error }),
    });
    const cashier = new Cashier({
      ...this.#common(`cashier ${till + 1}`),
      till,
      box,
      host: this.host,
      cards: this.plan.cards,
      purses: this.purses,
      memories: this.memories,
    });
    await box.start();
    this.tills.push({ box, cashier });
  }

  async #blockCard(index: number): Promise<void> {
    const pan = Pan.parse(this.plan.cards[index]?.pan ?? '');
    if (!pan || !this.host.isUp) return;
    const panHash = this.host.services.cardVault.panHash(pan);
    await this.store.transaction((tx) =>
      setCardStatus(tx, { panHash, status: 'hotlisted', nowMs: this.time.nowMs() }),
    );
  }
}
