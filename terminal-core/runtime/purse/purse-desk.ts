import { toHex } from '../../crypto/bytes.ts';
import type { ApplicationSerial, PurseTerminalNumber } from '../../domain/purse.ts';
import type { CardOrder, CardOutcome, PresentedPurse } from '../../engine/purse/card.ts';
import type { Random } from '../../ports/clock.ts';
import type { SmartCard, SmartCardEvent, SmartCardReader } from '../../ports/smart-card.ts';
import {
  Psam,
  type PsamProfile,
  type PurseIssuer,
  type PurseLogRecord,
  type PursePublicData,
  recognisePurse,
} from '../../purse/index.ts';
import type { CardPerformer } from '../terminal.ts';
import { type PurseInSlot, performCard, type SamInSlot } from './perform-card.ts';

/** What the desk says when cards come and go. `session` names one insertion. */
export type PurseDeskEvent =
  | { readonly kind: 'purse-inserted'; readonly session: string; readonly deviceId: string }
  | { readonly kind: 'purse-removed'; readonly session: string; readonly deviceId: string }
  | { readonly kind: 'not-a-purse' | 'purse-unreadable'; readonly deviceId: string }
  | { readonly kind: 'psam-changed'; readonly deviceId: string };

interface CustomerCard extends PurseInSlot {
  readonly session: string;
  readonly card: SmartCard;
  readonly publicData: PursePublicData;
}

interface Sam extends SamInSlot {
  readonly card: SmartCard;
  readonly terminalNumber: PurseTerminalNumber;
}

interface DeskPorts {
  readonly issuers: readonly PurseIssuer[];
  readonly psamProfile: PsamProfile;
  /** The keyed hash by which the hotlist names a purse. */
  readonly purseHash: (applicationSerial: ApplicationSerial) => string;
}

/** The purses in the customers' slots and the PSAM, and the engine's commands to them. */
export class PurseDesk implements CardPerformer {
  readonly #ports: DeskPorts;
  /**
   * So that no session of this process has the name of one of another, which stands in the journal. The letter in front keeps
   * one that is all digits from looking like a card number there.
   */
  readonly #prefix: string;
  #sessions = 0;
  readonly #customers = new Map<string, CustomerCard>();
  #sam: Sam | undefined;
  /** Cards that were taken out, perhaps while they were still being asked who they are. */
  readonly #gone = new WeakSet<SmartCard>();
  readonly #listeners = new Set<(event: PurseDeskEvent) => void>();
  readonly #stops: readonly (() => void)[];

  constructor(ports: DeskPorts & { readonly readers: readonly SmartCardReader[]; readonly random: Random }) {
    this.#ports = ports;
    this.#prefix = `s${toHex(ports.random.bytes(8))}`;
    this.#stops = ports.readers.map((reader) => reader.onCard((event) => void this.#onCard(event)));
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  /** @returns the way to stop listening. */
  onEvent(listener: (event: PurseDeskEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(event: PurseDeskEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** A PSAM is there and has told its terminal number. */
  get isPsamReady(): boolean {
    return this.#sam !== undefined;
  }

  /** The insertions that are purses now. */
  sessions(): readonly string[] {
    return [...this.#customers.keys()];
  }

  /** The purse as it is now, with its balance read anew; undefined when it is not there or does not answer. */
  async present(session: string): Promise<PresentedPurse | undefined> {
    const customer = this.#customers.get(session);
    const balance = await customer?.purse.balance();
    if (!customer || balance?.kind !== 'ok') return undefined;
    const { applicationSerial, publicData, purse } = customer;
    const terminalNumber = this.#sam?.terminalNumber;
    return {
      session,
      applicationSerial,
      serialHash: this.#ports.purseHash(applicationSerial),
      issuerId: purse.issuer.issuerId,
      startDate: publicData.startDate,
      expiryDate: publicData.expiryDate,
      balanceMinor: balance.balanceMinor,
      ...(terminalNumber === undefined ? {} : { terminalNumber }),
    };
  }

  /** What the card has written down, newest first; undefined when it is not there or does not answer. */
  async log(session: string): Promise<readonly PurseLogRecord[] | undefined> {
    const answer = await this.#customers.get(session)?.purse.readLogs();
    return answer?.kind === 'ok' ? answer.records : undefined;
  }

  perform(order: CardOrder): Promise<CardOutcome> {
    return performCard(order.command, {
      card: this.#customers.get(order.session),
      sam: this.#sam,
      nextSamSession: () => this.#nextSession(),
    });
  }

  async #onCard(event: SmartCardEvent): Promise<void> {
    const { deviceId } = event;
    if (event.kind === 'removed') this.#gone.add(event.card);
    if (event.kind === 'unreadable') {
      this.#tell({ kind: event.role === 'sam' ? 'psam-changed' : 'purse-unreadable', deviceId });
    } else if (event.role === 'sam') {
      await this.#onSam(event);
    } else if (event.kind === 'removed') {
      this.#forget(event.card, deviceId);
    } else {
      await this.#recognise(event.card, deviceId);
    }
  }

  async #onSam(event: Exclude<SmartCardEvent, { kind: 'unreadable' }>): Promise<void> {
    const { card, deviceId } = event;
    if (event.kind === 'removed') {
      if (this.#sam?.card === card) this.#sam = undefined;
    } else {
      const psam = new Psam(card, this.#ports.psamProfile);
      const read = await psam.terminalNumber();
      if (read.kind === 'ok' && !this.#gone.has(card))
        this.#sam = { card, psam, terminalNumber: read.terminalNumber, session: undefined };
    }
    this.#tell({ kind: 'psam-changed', deviceId });
  }

  async #recognise(card: SmartCard, deviceId: string): Promise<void> {
    const recognised = await recognisePurse(card, this.#ports.issuers);
    if (this.#gone.has(card)) return;
    if (recognised.kind !== 'purse') {
      const kind = recognised.kind === 'not-a-purse' ? 'not-a-purse' : 'purse-unreadable';
      this.#tell({ kind, deviceId });
      return;
    }
    const { purse, publicData } = recognised;
    const session = this.#nextSession();
    const { applicationSerial } = publicData;
    this.#customers.set(session, { session, card, purse, publicData, applicationSerial });
    this.#tell({ kind: 'purse-inserted', session, deviceId });
  }

  #forget(card: SmartCard, deviceId: string): void {
    for (const [session, customer] of this.#customers) {
      if (customer.card !== card) continue;
      this.#customers.delete(session);
      this.#tell({ kind: 'purse-removed', session, deviceId });
    }
  }

  #nextSession(): string {
    this.#sessions += 1;
    return `${this.#prefix}-${this.#sessions}`;
  }
}
