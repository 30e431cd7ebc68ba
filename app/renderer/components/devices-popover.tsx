import { Dialog, Heading, Popover } from 'react-aria-components';
import type { TillStatus } from '../../../terminal-core/api/contract.ts';
import { useWords } from '../i18n/i18n.ts';
import { useInput } from '../input/use-input.ts';
import { Icon } from './icon.tsx';

export function DevicesPopover({ devices }: { readonly devices: TillStatus['devices'] }) {
  const { t } = useWords();
  return (
    <Popover className="popover" placement="bottom end">
      <Dialog className="devices">
        <Heading slot="title">{t('strip.devices')}</Heading>
        <EscapeCloses />
        <ul>
          {devices.map((device) => (
            <li key={device.deviceId} className={`device device-${device.state}`}>
              <Icon
                name={device.state === 'error' ? 'alert' : device.state === 'ready' ? 'check' : 'minus'}
              />
              <span>{t(`device.${device.kind}`)}</span>
              <span className="device-state">{device.problem ?? t(`device.state.${device.state}`)}</span>
            </li>
          ))}
        </ul>
      </Dialog>
    </Popover>
  );
}

/** A layer of its own: while the list is open, Escape is not the screen's. */
function EscapeCloses() {
  useInput({});
  return null;
}
