import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import { Icon, type IconName } from './icon.tsx';

/** `primary`: the one thing to press next. */
export type ActionTone = 'primary' | 'plain' | 'quiet' | 'danger';

interface ActionProps {
  readonly onPress: () => void;
  readonly children: ReactNode;
  /** The key that does the same, shown on the button. */
  readonly keyHint?: string;
  readonly icon?: IconName;
  readonly tone?: ActionTone;
  readonly size?: 'normal' | 'large';
  readonly isDisabled?: boolean;
  readonly takesFocus?: boolean;
  /** A press leaves the focus where it is, so that Enter goes on to the next step. */
  readonly leavesFocus?: boolean;
  readonly className?: string;
}

/** A button with its key on it: whoever uses it with a finger learns the keyboard. */
export function Action(props: ActionProps) {
  const { tone = 'plain', size = 'normal', icon, keyHint, className = '', takesFocus = false } = props;
  const button = useRef<HTMLButtonElement>(null);
  // In the same step that takes away what had the focus: a moment later a dialog gives it to the button that closes it.
  useLayoutEffect(() => {
    if (takesFocus) button.current?.focus();
  }, [takesFocus]);
  return (
    <Button
      ref={button}
      className={`action action-${tone} action-${size} ${className}`}
      onPress={props.onPress}
      isDisabled={props.isDisabled ?? false}
      preventFocusOnPress={props.leavesFocus ?? false}
    >
      {icon && <Icon name={icon} />}
      <span className="action-label">{props.children}</span>
      {keyHint && <KeyHint>{keyHint}</KeyHint>}
    </Button>
  );
}

export function KeyHint({ children }: { readonly children: string }) {
  return (
    <span className="key-hint" aria-hidden="true">
      {children}
    </span>
  );
}

/** A button that is only an icon; its name is for screen readers and the tooltip. */
export function IconAction(props: {
  readonly label: string;
  readonly icon: IconName;
  readonly onPress: () => void;
  readonly isDisabled?: boolean;
  readonly skipsTab?: boolean;
}) {
  return (
    <Button
      className="icon-action"
      aria-label={props.label}
      onPress={props.onPress}
      isDisabled={props.isDisabled ?? false}
      excludeFromTabOrder={props.skipsTab ?? false}
    >
      <Icon name={props.icon} />
    </Button>
  );
}
