import { mkdirSync, readFileSync } from 'node:fs';
import { createRouter, type TillRouter } from '../api/router.ts';
import type { TillService } from '../api/service.ts';
import { Sealer, SecretKey, selfTest } from '../crypto/index.ts';
import type { Stan } from '../domain/identifiers.ts';
import type { TerminalProvisioning } from '../domain/provisioning.ts';
import { echoMessage } from '../engine/messages.ts';
import { parametersOf, terminalOf } from '../engine/state.ts';
import { createHostLink, type Endpoint, type HostLinkClient, isoMatching } from '../host-link/index.ts';
import { cup, encode } from '../iso8583/index.ts';
import type { SqliteJournal } from '../journal/index.ts';
import type { Device } from '../ports/devices.ts';
import type { TerminalKeys } from '../ports/terminal-keys.ts';
import { archiveJournal } from './archive-journal.ts';
import { believeIssuers } from './download.ts';
import { createExchanger, type WireLog } from './exchange.ts';
import { forgetCards } from './forget-cards.ts';
import { createKeyFiles, type OpenedKeys, openKeyFiles } from './key-file.ts';
import { addOperators } from './operators.ts';
import { PurseDesk } from './purse/purse-desk.ts';
import { openSealedJournal } from './sealed-journal.ts';
import { type StartError, startError } from './start-error.ts';
import { createSync, type Sync } from './sync.ts';
import { type SystemClock, systemClock, systemRandom } from './system.ts';
import { type StepPoint, Terminal } from './terminal.ts';
import { type Catalogue, type CatalogueProblem, readCatalogue } from './till/catalogue.ts';
import type { TillDevices } from './till/till-ports.ts';
import { createTillService } from './till/till-service.ts';

/** The store's offset from UTC: China has one time and no summer time. */
const UTC_OFFSET_MINUTES = 480;
/** Trace numbers taken at once for echoes, so that an idle link does not write an entry for each. */
const ECHO_STANS = 100;

export interface StartOptions {
  /** Holds the journal and the sealed keys; made when it is absent. One terminal, one directory. */
  readonly dataDir: string;
  /** Needed on the first start only. */
  readonly provisioning?: TerminalProvisioning;
  readonly host: Endpoint;
  readonly catalogueFile: string;
  /** Operators to add on the first start. */
  readonly operatorsFile?: string;
  /** 32 bytes; from the operating system's store, or a file that only its owner reads. */
  readonly sealKey: Uint8Array;
  readonly demo: boolean;
  readonly devices: TillDevices;
  readonly log: WireLog & { problem(what: string): void };
  /** Whether it keeps the link alive and delivers what is owed by itself. `holdfast day` steers that by hand. */
  readonly background: 'on' | 'off';
  readonly clock?: SystemClock;
  /** Instead of the parameter of that name. */
  readonly hostTimeoutMs?: number;
  /** Instead of UPLOAD_WINDOW. */
  readonly uploadWindow?: number;
  readonly onPoint?: (point: StepPoint) => void;
}

export interface RunningTerminal {
  readonly router: TillRouter;
  readonly service: TillService;
  readonly sync: Sync;
  readonly link: HostLinkClient;
  readonly clock: SystemClock;
  readonly catalogueProblems: readonly CatalogueProblem[];
  /** Nobody can sign on to a till without any. */
  readonly operatorCount: number;
  close(): Promise<void>;
}

export type Started =
  | { readonly ok: true; readonly running: RunningTerminal }
  | { readonly ok: false; readonly error: StartError };

/** Wires a terminal together, from the keys to the till's service. Whatever stands in its way is said, and changes nothing. */
export async function startTerminal(options: StartOptions): Promise<Started> {
  const tested = selfTest();
  if (!tested.ok) return failed(startError('self-test-failed', tested.failed.join(', ')));
  const catalogue = loadCatalogue(options.catalogueFile);
  if ('error' in catalogue) return failed(catalogue.error);

  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const clock = options.clock ?? systemClock();
  const sealer = new Sealer(SecretKey.from(options.sealKey), systemRandom);
  const opened = openSealedJournal(options.dataDir, { sealer, clock });
  if (!opened.ok) return failed(opened.error);
  const { journal } = opened;
  const held = keysFor(options, sealer, journal);
  if (!held.ok) {
    journal.close();
    return failed(held.error);
  }
  const { keys } = held.opened;

  // The exchanger needs the terminal's state for its time-out and the link needs it for its echo; both only when used.
  let terminal: Terminal | undefined;
  const link = createHostLink({
    ...options.host,
    ...isoMatching(cup),
    clock,
    random: systemRandom,
    ...(options.background === 'on' ? { echo: echoOf(() => terminal) } : {}),
  });
  const exchanger = createExchanger({
    link,
    keys,
    log: options.log,
    timeoutMs: () => options.hostTimeoutMs ?? (terminal ? parametersOf(terminal.state).hostTimeoutMs : 0),
    nextKeySetId: () => `set-${journal.nextSeq()}`,
  });
  const { purses } = options.devices;
  const purseDesk = purses
    ? new PurseDesk({ ...purses, random: systemRandom, purseHash: (serial) => keys.purseHash(serial) })
    : undefined;
  terminal = new Terminal({
    journal,
    clock,
    exchanger,
    ...(purseDesk ? { cards: purseDesk } : {}),
    onFault: (detail) => options.log.problem(`a fault of the program: ${detail}`),
    hasPrinter: options.devices.printer !== undefined,
    ...(options.onPoint ? { onPoint: options.onPoint } : {}),
  });

  const close = async (): Promise<void> => {
    sync.stop();
    service.close();
    await link.close();
    for (const device of inputDevices(options.devices)) await device.close();
    purseDesk?.close();
    await options.devices.printer?.close();
    terminal?.writeHeld();
    journal.close();
  };
  const sync = createSync(terminal, {
    exchanger,
    keys,
    clock,
    random: systemRandom,
    onProblem: options.log.problem,
    ...(options.uploadWindow === undefined ? {} : { uploadWindow: options.uploadWindow }),
  });
  const tidyJournal = (): void => {
    const archived = archiveJournal(journal, terminal.state, clock.nowMs());
    if (archived.kind === 'failed') options.log.problem(`the journal cannot be archived: ${archived.detail}`);
  };
  const service = createTillService({
    terminal,
    journal,
    sync,
    link,
    keys,
    clock,
    random: systemRandom,
    catalogue: catalogue.catalogue,
    devices: options.devices,
    ...(purseDesk ? { purseDesk } : {}),
    demo: options.demo,
    afterSettlement: () => {
      tidyJournal();
      void journal.copy().then((copied) => {
        if (copied.kind === 'failed')
          options.log.problem(`no copy of the journal was kept: ${copied.detail}`);
      });
    },
  });

  const problem = await prepare(terminal, { keys, journal, tidyJournal }, options);
  if (problem) {
    await close();
    return failed(problem);
  }
  for (const device of inputDevices(options.devices)) void device.open();
  void options.devices.printer?.open();
  if (options.background === 'on') sync.start();
  const catalogueProblems = catalogue.catalogue.problems;
  return {
    ok: true,
    running: {
      router: createRouter(service),
      service,
      sync,
      link,
      clock,
      catalogueProblems,
      operatorCount: [...terminal.state.live('operators')].length,
      close,
    },
  };
}

/** Identity, operators, and what a crash cut short. */
async function prepare(
  terminal: Terminal,
  around: {
    readonly keys: TerminalKeys;
    readonly journal: SqliteJournal;
    readonly tidyJournal: () => void;
  },
  options: StartOptions,
): Promise<StartError | undefined> {
  const { provisioning } = options;
  const known = terminal.state.get('terminal', 'terminal');
  if (!known) {
    if (!provisioning) return startError('not-provisioned', options.dataDir);
    const { merchantId, merchantNameZh, merchantNameEn, terminalId, currency, tpdu, header } = provisioning;
    await terminal.run({
      kind: 'provision',
      identity: {
        merchantId,
        merchantNameZh,
        merchantNameEn,
        terminalId,
        currency,
        tpdu,
        header,
        utcOffsetMinutes: UTC_OFFSET_MINUTES,
      },
    });
  } else if (provisioning && provisioning.terminalId !== known.terminalId) {
    return startError('other-terminal', `${options.dataDir} is terminal ${known.terminalId}`);
  }
  if (options.operatorsFile !== undefined) {
    const problem = await addOperators(terminal, options.operatorsFile, systemRandom);
    if (problem !== undefined) return startError('operators-unreadable', problem);
  }
  const currentKeySetId = around.keys.currentKeySetId();
  await terminal.run({
    kind: 'recover',
    printer: options.devices.printer ? 'fitted' : 'none',
    ...(currentKeySetId === undefined ? {} : { currentKeySetId }),
  });
  believeIssuers(terminal.state, around.keys);
  forgetCards(around.journal, terminal.state);
  around.tidyJournal();
  return undefined;
}

function keysFor(
  options: StartOptions,
  sealer: Sealer,
  journal: SqliteJournal,
):
  | { readonly ok: true; readonly opened: Extract<OpenedKeys, { ok: true }> }
  | { readonly ok: false; readonly error: StartError } {
  const opened = openKeyFiles(options.dataDir, sealer);
  if (opened.ok) return { ok: true, opened };
  if (opened.code !== 'missing') return { ok: false, error: startError(opened.code, opened.detail) };
  // Keys that went missing beside a used journal are not made anew by the way: somebody took or lost them.
  if (journal.get('terminal', 'terminal'))
    return { ok: false, error: startError('keys-missing', opened.detail) };
  if (!options.provisioning) return { ok: false, error: startError('not-provisioned', options.dataDir) };
  const created = createKeyFiles(options.dataDir, sealer, options.provisioning);
  if (created.ok) return { ok: true, opened: created };
  return {
    ok: false,
    error: startError(created.code === 'missing' ? 'keys-missing' : created.code, created.detail),
  };
}

/** All but the printer. */
function inputDevices({ scanners, cardReaders, purses }: TillDevices): readonly Device[] {
  return [...scanners, ...cardReaders, ...(purses?.readers ?? [])];
}

function loadCatalogue(file: string): { readonly catalogue: Catalogue } | { readonly error: StartError } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return {
      error: startError('catalogue-unreadable', error instanceof Error ? error.message : String(error)),
    };
  }
  const catalogue = readCatalogue(text);
  if (catalogue.products.length > 0) return { catalogue };
  const first = catalogue.problems[0];
  return { error: startError('catalogue-empty', first ? `${file}:${first.line}: ${first.problem}` : file) };
}

/** The application echo (0820, 301), with trace numbers taken a hundred at a time. */
function echoOf(terminalNow: () => Terminal | undefined): () => Uint8Array | undefined {
  let stans: Stan[] = [];
  return () => {
    const terminal = terminalNow();
    const known = terminal?.state.get('terminal', 'terminal');
    if (!terminal || !known) return undefined;
    if (stans.length === 0) stans = [...terminal.takeStans('echo', ECHO_STANS)];
    const stan = stans.shift();
    if (stan === undefined) return undefined;
    const packed = encode(cup, echoMessage(terminalOf(terminal.state), stan));
    return packed.ok ? packed.bytes : undefined;
  };
}

function failed(error: StartError): Started {
  return { ok: false, error };
}
