import { expect, it } from 'vitest';
import { type InputHandlers, InputHub } from './input-hub.ts';

const handlers = (): { readonly current: InputHandlers } => ({ current: { onType() {} } });

it('gives the input to what was shown last', () => {
  const hub = new InputHub();
  const [below, above] = [handlers(), handlers()];
  hub.push(below, 0);
  const takeAway = hub.push(above, 0);
  expect(hub.top()).toBe(above.current);
  takeAway();
  expect(hub.top()).toBe(below.current);
});

it('keeps it with a dialog when a screen appears below it', () => {
  const hub = new InputHub();
  const [dialog, screen, step] = [handlers(), handlers(), handlers()];
  const close = hub.push(dialog, 1);
  hub.push(screen, 0);
  expect(hub.top()).toBe(dialog.current);
  const leave = hub.push(step, 1);
  expect(hub.top()).toBe(step.current);
  leave();
  close();
  expect(hub.top()).toBe(screen.current);
});

it('has nobody to give it to when nothing is shown', () => {
  expect(new InputHub().top()).toEqual({});
});
