import { Dialog, Heading, Popover } from 'react-aria-components';
import type { TillStatus } from '../../../terminal-core/api/contract.ts';
import { useWords } from '../i18n/i18n.ts';
import { Icon } from './icon.tsx';
import { InputBarrier } from './input-barrier.tsx';

export function DevicesPopover({ devices }: { readonly devices: TillStatus['devices'] }) {
  const { t } = useWords();
  return (
    <Popover className="popover" placement="bottom end">
      <Dialog className="devices">
        <Heading slot="title">{t('strip.devices')}</Heading>
        <InputBarrier>
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
        </InputBarrier>
      </Dialog>
    </Popover>
  );
}
