import type { Exchange, ExchangeOutcome } from '../../engine/exchange.ts';
import type { IsoMessage } from '../../iso8583/index.ts';
import type { Exchanger } from '../terminal.ts';

/** A host in memory that says yes to everything, at once. Nothing of it leaves the process. */
export function createTrainingHost(): Exchanger {
  let answers = 0;
  return {
    linkStatus: () => ({ state: 'up', sinceMs: 0, roundTripsMs: [] }),
    async perform(exchange: Exchange): Promise<ExchangeOutcome> {
      answers += 1;
      const { message, purpose } = exchange;
      const fields: IsoMessage['fields'] = {
        ...message.fields,
        // Nobody can take it for a reference number of a host.
        37: `TRAIN${String(answers).padStart(7, '0')}`,
        38: 'TRAIN0',
        39: '00',
        ...(purpose.kind === 'terminal-sign-on' ? { 60: '00000001003' } : {}),
      };
      const answer = { ...message, fields };
      return purpose.kind === 'terminal-sign-on'
        ? { kind: 'answered', message: answer, keySetId: 'training' }
        : { kind: 'answered', message: answer };
    },
  };
}
