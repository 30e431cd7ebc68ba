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

interface Layer {
  readonly handlers: { readonly current: InputHandlers };
  readonly level: number;
}

/**
 * The topmost open screen or dialog takes the input; what it does not take is dropped, never passed to what is below. What
 * lies on a higher level is above, whichever was shown first: a screen can appear together with a dialog over it.
 */
export class InputHub {
  readonly #layers: Layer[] = [];

  /** @param level 0 for screens, one more for each thing that opens over one. @returns a way to take the layer away. */
  push(handlers: Layer['handlers'], level: number): () => void {
    const layer = { handlers, level };
    const above = this.#layers.findIndex((each) => each.level > level);
    this.#layers.splice(above < 0 ? this.#layers.length : above, 0, layer);
    return () => {
      const index = this.#layers.indexOf(layer);
      if (index >= 0) this.#layers.splice(index, 1);
    };
  }

  top(): InputHandlers {
    return this.#layers.at(-1)?.handlers.current ?? {};
  }
}
