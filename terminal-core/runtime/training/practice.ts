import { Sealer, SecretKey } from '../../crypto/index.ts';
import { parametersOf, type StateView, terminalOf } from '../../engine/state.ts';
import { openJournal } from '../../journal/index.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { Journal } from '../../ports/journal.ts';
import { Terminal } from '../terminal.ts';
import { createTrainingHost } from './training-host.ts';

/** Its number on the wire and on paper: no real terminal has it. */
const TERMINAL_ID = 'TRAINING';
const KEY_BYTES = 32;

export interface Practice {
  readonly terminal: Terminal;
  readonly journal: Journal;
}

/**
 * A terminal to practise on: the same engine on a journal in memory, with numbers of its own and a host that approves
 * everything. It knows the store's name, parameters and operators, and no certificate, key or card of the real one.
 */
export async function startPractice(
  real: StateView,
  ports: { readonly clock: Clock; readonly random: Random },
): Promise<Practice> {
  const { clock, random } = ports;
  // A card that is practised with may be a real one: its number is sealed here too, under a key that nobody keeps.
  const sealer = new Sealer(SecretKey.from(random.bytes(KEY_BYTES)), random);
  const opened = openJournal({
    file: ':memory:',
    seal: (clear, place) => sealer.seal(clear, place),
    unseal: (sealed, place) => {
      const result = sealer.open(sealed, place);
      return result.ok ? result.plaintext : undefined;
    },
    nowMs: () => clock.nowMs(),
  });
  if (!opened.ok) throw new Error(`No journal in memory: ${opened.error.detail}`);
  const { journal } = opened;
  const terminal = new Terminal({ journal, clock, exchanger: createTrainingHost() });
  const { merchantId, merchantNameZh, merchantNameEn, currency, tpdu, header, utcOffsetMinutes } =
    terminalOf(real);
  await terminal.run({
    kind: 'provision',
    identity: {
      merchantId,
      merchantNameZh,
      merchantNameEn,
      terminalId: TERMINAL_ID,
      currency,
      tpdu,
      header,
      utcOffsetMinutes,
      isForTraining: true,
    },
  });
  for (const { operatorCode, name, role } of real.live('operators')) {
    await terminal.run({ kind: 'add-operator', operatorCode, name, role, passwordHash: '' });
  }
  const issued = { version: 1, issuedAtMs: clock.nowMs() };
  // A shift is not practised, so none can be asked for.
  const parameters = { ...parametersOf(real), shiftRequired: 0 };
  await terminal.run({ kind: 'parameters-downloaded', ...issued, parameters, certificates: [] });
  await terminal.run({ kind: 'hotlist-downloaded', ...issued, panHashes: [] });
  await followOperator(terminal, real);
  await terminal.run({ kind: 'terminal-sign-on' });
  return { terminal, journal };
}

/** Whoever is signed on at the till is who practises. */
export async function followOperator(practice: Terminal, real: StateView): Promise<void> {
  const { operatorCode } = terminalOf(real);
  if (terminalOf(practice.state).operatorCode === operatorCode) return;
  await practice.run(
    operatorCode === undefined
      ? { kind: 'operator-sign-off' }
      : { kind: 'operator-sign-on', operatorCode, passwordMatches: true },
  );
}
