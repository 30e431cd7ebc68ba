import { flushSync } from 'react-dom';
import type { InputHub } from './input-hub.ts';
import { KEY_GROUND_ATTRIBUTE } from './use-key-ground.ts';
import { isTrackStart, WedgeDetector, type WedgeVerdict } from './wedge-detector.ts';

/** A text field with this attribute takes scans as scans: a wedge's number must not mix with what was typed. */
export const SCAN_FIELD_ATTRIBUTE = 'data-scan-field';

/**
 * Listens to every key before the page does. Outside text fields all printable keys are held for a moment and become
 * a scan, a swipe or typing; inside text fields only swipes are held, so that no track data is ever shown.
 */
export function routeKeys(window: Window, hub: InputHub): void {
  const detector = new WedgeDetector();
  let timer: number | undefined;
  let field: HTMLInputElement | HTMLTextAreaElement | undefined;
  // After typing into a screen, Enter is the screen's, wherever the focus happens to be.
  let screenWasTypedInto = false;

  const deliver = (verdict: WedgeVerdict): void => {
    const top = hub.top();
    if (verdict.kind === 'scan') top.onScan?.(verdict.text);
    if (verdict.kind === 'track') top.onTrack?.(verdict.text);
    if (verdict.kind === 'typed' && verdict.text !== '') giveTyped(verdict.text);
  };
  // Shown before anything else happens: an Enter right behind the last digit must act on the amount with that digit.
  const giveToScreen = (text: string): void => flushSync(() => hub.top().onType?.(text));
  const giveTyped = (text: string): void => {
    if (field?.isConnected) insertInto(field, text);
    else {
      screenWasTypedInto = true;
      giveToScreen(text);
    }
  };
  const giveHeld = (text: string): void => {
    window.clearTimeout(timer);
    if (text !== '') giveTyped(text);
  };
  const flush = (): void => giveHeld(detector.flush());
  const flushSoon = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(flush, detector.gapMs);
  };
  const take = (event: KeyboardEvent): void => {
    event.preventDefault();
    // Other listeners on the window still see it: one of them shows where the focus is once a key was used.
    event.stopPropagation();
  };

  /** What was held is delivered by now; Enter itself goes to the field or button that has the focus, or to the screen. */
  const enterOfAPerson = (event: KeyboardEvent): void => {
    if (field !== undefined) return;
    const isForScreen = screenWasTypedInto || isGround(event.target);
    if (isForScreen && hub.top().onKey?.('Enter') === true) take(event);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || event.key === 'Process' || event.ctrlKey || event.altKey || event.metaKey)
      return;
    const isCharacter = event.key.length === 1;
    if (!isCharacter && event.key !== 'Enter') {
      if (event.key !== 'Shift') giveHeld(detector.interrupt());
      if (event.key === 'Tab' || event.key.startsWith('Arrow')) screenWasTypedInto = false;
      if (hub.top().onKey?.(event.key) === true) take(event);
      return;
    }
    if (!detector.isHolding) field = textFieldAt(event.target);
    if (event.key === 'Enter') {
      window.clearTimeout(timer);
      const verdict = detector.enter(event.timeStamp);
      deliver(verdict);
      if (verdict.kind === 'typed') enterOfAPerson(event);
      else take(event);
      return;
    }
    // A space on a button presses it, unless it is part of a burst.
    if (event.key === ' ' && !detector.isHolding) return;
    const inPlainField = field !== undefined && !field.hasAttribute(SCAN_FIELD_ATTRIBUTE);
    const isOfSwipe = detector.isHolding || isTrackStart(event.key) || detector.isInSwipe(event.timeStamp);
    if (inPlainField && !isOfSwipe) return;
    // A held-down key repeats faster than a person and slower than a wedge; it is never a scan.
    if (event.repeat) {
      flush();
      if (field === undefined) {
        take(event);
        giveToScreen(event.key);
      }
      return;
    }
    take(event);
    deliver(detector.character(event.key, event.timeStamp));
    flushSoon();
  };

  window.addEventListener('keydown', onKeyDown, { capture: true });
  window.addEventListener('pointerdown', () => (screenWasTypedInto = false), { capture: true });
}

/** Nothing that Enter would press has the focus. */
function isGround(target: EventTarget | null): boolean {
  return (
    target === document.body || (target instanceof HTMLElement && target.hasAttribute(KEY_GROUND_ATTRIBUTE))
  );
}

function textFieldAt(target: EventTarget | null): HTMLInputElement | HTMLTextAreaElement | undefined {
  const isField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  return isField && !target.readOnly && !target.disabled ? target : undefined;
}

/** Types for the person whose keys were held back, so that the field, its undo and React all see ordinary input. */
function insertInto(field: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  field.focus();
  // The one command that inserts as if typed; no standard has replaced it.
  document.execCommand('insertText', false, text);
}
