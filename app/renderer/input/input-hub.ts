import type { CardHandle, PurseHandle } from '../../../terminal-core/api/contract.ts';

/** What can come in from devices and from keys that no text field took. A screen takes what it has a use for. */
export interface InputHandlers {
  readonly onScan?: (text: string) => void;
  /** Magnetic stripe data as the wedge sent it: for the core only, never for the screen. */
  readonly onTrack?: (text: string) => void;
  readonly onCard?: (card: CardHandle) => void;
  /** A chip card with a purse was put in. */
  readonly onPurse?: (purse: PurseHandle) => void;
  /** Characters typed while no text field had the focus. */
  readonly onType?: (text: string) => void;
  /** Keys that do something by name, such as `F8` or `Escape`. @returns true when it was one of these. */
  readonly onKey?: (key: string) => boolean;
}

/** The topmost open screen or dialog takes the input; what it does not take is dropped, never passed to what is below. */
export class InputHub {
  readonly #layers: { current: InputHandlers }[] = [];

  /** @returns a function that takes the layer away again. */
  push(layer: { current: InputHandlers }): () => void {
    this.#layers.push(layer);
    return () => {
      const index = this.#layers.indexOf(layer);
      if (index >= 0) this.#layers.splice(index, 1);
    };
  }

  top(): InputHandlers {
    return this.#layers.at(-1)?.current ?? {};
  }
}
