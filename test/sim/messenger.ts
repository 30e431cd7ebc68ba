import { exportBatch, importAnswers } from '../../terminal-core/runtime/batch-stick.ts';
import type { Errand } from './errands.ts';
import type { CashierParts } from './till-hands.ts';

/** How long somebody who found the host down waits before trying again. */
const AGAIN_MS = 10 * 60_000;
const TRIES_MAX = 60;

/** Whoever carries batch files to the host and its answers back, while the network carries the same records or does not. */
export class Messenger {
  readonly #parts: CashierParts;
  /** Files of answers that wait to be read in at the till; an old one may be read in again. */
  readonly #answers: string[] = [];

  constructor(parts: CashierParts) {
    this.#parts = parts;
  }

  async carry({ fate, onTheWayMs }: Extract<Errand, { kind: 'stick' }>): Promise<void> {
    const { box, story, time } = this.#parts;
    const text = await box.withStick(async (ports) => {
      for (const answers of this.#answers) {
        const read = await importAnswers(ports, answers);
        story.tell(box.name, `answers on a stick: ${JSON.stringify(read)}`);
      }
      const exported = await exportBatch(ports);
      story.tell(box.name, `batch on a stick: ${exported.kind}`);
      return exported.kind === 'exported' ? JSON.stringify(exported.file) : undefined;
    });
    if (text === undefined || fate === 'lost') return;
    const trips = fate === 'brought-twice' ? 2 : 1;
    for (let trip = 1; trip <= trips; trip += 1) time.after(onTheWayMs * trip, () => void this.#bring(text));
  }

  async #bring(text: string): Promise<void> {
    const { host, story, time } = this.#parts;
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const result = await host.takeFile(text);
      if (result?.kind === 'imported') {
        const codes = result.records.map(({ code, stan }) => `stan=${stan} ${code}`).join(', ');
        story.tell('host', `takes file ${result.file.exportNumber} of ${result.file.terminalId}: ${codes}`);
        this.#answers.push(JSON.stringify(result.answers));
        return;
      }
      if (result) return;
      await time.sleep(AGAIN_MS);
    }
  }
}
