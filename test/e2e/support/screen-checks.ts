import type { Page } from 'playwright-core';

/** Roles that a person acts on, and which are of no use to a screen reader without a name. */
const CONTROLS = 'button|textbox|searchbox|radio|checkbox|link|row|dialog|navigation|grid|listbox|option';

/** Controls without an accessible name, as the browser's own accessibility tree has them. */
export async function unnamedControls(page: Page): Promise<string[]> {
  const snapshot = await page.locator('body').ariaSnapshot();
  const controls = snapshot.split('\n').map((line) => line.trim());
  const named = new RegExp(`^- (${CONTROLS}) "`);
  const any = new RegExp(`^- (${CONTROLS})\\b`);
  if (!controls.some((line) => named.test(line))) throw new Error(`No named control in ${snapshot}`);
  return controls.filter((line) => any.test(line) && !named.test(line));
}

/**
 * What is wider than its place: text that runs out of its box, or a box that runs out of the window. Ends cut with dots
 * on purpose and words for screen readers are left out.
 */
export function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const tolerancePx = 1;
    const problems: string[] = [];
    for (const element of document.body.querySelectorAll<HTMLElement>('*')) {
      // One pixel is how words for screen readers are hidden.
      if (element.closest('svg') !== null || element.clientWidth <= 1) continue;
      const style = getComputedStyle(element);
      const isInline = style.display.startsWith('inline') && !style.display.includes('-');
      const cutsOnPurpose = style.textOverflow === 'ellipsis';
      const words = (element.textContent ?? '').trim().slice(0, 30);
      const what = `${element.tagName.toLowerCase()}.${element.className} "${words}"`;
      if (!isInline && !cutsOnPurpose && element.scrollWidth > element.clientWidth + tolerancePx)
        problems.push(`${what} ${element.scrollWidth} > ${element.clientWidth}`);
      if (element.getBoundingClientRect().right > innerWidth + tolerancePx)
        problems.push(`${what} leaves the window`);
    }
    if (document.documentElement.scrollHeight > innerHeight + tolerancePx)
      problems.push('the page is higher than the window');
    return problems;
  });
}

interface FocusStop {
  readonly name: string;
  /** Whether anything around the element looks different while it has the focus. */
  readonly isSeen: boolean;
}

const STOPS_MAX = 60;

/** Goes round the page by the Tab key. */
export async function focusStops(page: Page): Promise<FocusStop[]> {
  const stops: FocusStop[] = [];
  // Some elements outlive the screen on which they were seen.
  await page.evaluate(() => {
    for (const seen of document.querySelectorAll<HTMLElement>('[data-focus-stop]'))
      delete seen.dataset.focusStop;
  });
  for (let count = 0; count < STOPS_MAX; count += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(async () => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return undefined;
      const isAgain = element.dataset.focusStop === 'seen';
      element.dataset.focusStop = 'seen';
      const looks = (): string => {
        // A ring that fades in counts from its end.
        for (const animation of document.getAnimations()) {
          if (animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY) animation.finish();
        }
        const around = [element, element.parentElement, element.parentElement?.parentElement];
        return around
          .map((each) => {
            if (each === null || each === undefined) return '';
            const { outlineStyle, outlineWidth, boxShadow, borderColor, backgroundColor } =
              getComputedStyle(each);
            return [outlineStyle, outlineWidth, boxShadow, borderColor, backgroundColor].join(' ');
          })
          .join('|');
      };
      const drawn = (): Promise<void> =>
        new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
      await drawn();
      const focused = looks();
      element.blur();
      await drawn();
      const blurred = looks();
      element.focus();
      const name = element.getAttribute('aria-label') ?? (element.textContent || element.tagName);
      return { isAgain, name: name.trim().slice(0, 40), isSeen: focused !== blurred };
    });
    if (stop?.isAgain) break;
    if (stop !== undefined) stops.push({ name: stop.name, isSeen: stop.isSeen });
  }
  return stops;
}
