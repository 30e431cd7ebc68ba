import type { Card } from '../../domain/card.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { CardReader, Printer, Scanner } from '../../ports/devices.ts';
import type { HostLink } from '../../ports/host-link.ts';
import type { Journal } from '../../ports/journal.ts';
import type { SmartCardReader } from '../../ports/smart-card.ts';
import type { TerminalKeys } from '../../ports/terminal-keys.ts';
import type { PsamProfile, PurseIssuer } from '../../purse/index.ts';
import type { PurseDesk } from '../purse/purse-desk.ts';
import type { Sync } from '../sync.ts';
import type { Terminal } from '../terminal.ts';
import type { Catalogue } from './catalogue.ts';

export interface TillDevices {
  readonly scanners: readonly Scanner[];
  readonly cardReaders: readonly CardReader[];
  readonly printer?: Printer;
  /** Readers of chip cards, with the issuers whose purses are taken and how the PSAM is entered. */
  readonly purses?: {
    readonly readers: readonly SmartCardReader[];
    readonly issuers: readonly PurseIssuer[];
    readonly psamProfile: PsamProfile;
  };
  /** How a card typed in or swiped through the keyboard is read. */
  readonly readCardText: (text: string, entryMode: Card['entryMode']) => Card | undefined;
}

export interface TillPorts {
  readonly terminal: Terminal;
  readonly journal: Journal;
  readonly sync: Sync;
  readonly link: HostLink;
  readonly keys: TerminalKeys;
  readonly clock: Clock;
  readonly random: Random;
  readonly catalogue: Catalogue;
  readonly devices: TillDevices;
  /** Where `devices` has readers for purses: their cards, as the terminal asks them. */
  readonly purseDesk?: PurseDesk;
  readonly demo: boolean;
  /** Housekeeping once a day, when the receipt of the settlement has been handed out. */
  readonly afterSettlement?: () => void;
}
