import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useWords } from '../i18n/i18n.ts';
import { IconAction } from './action.tsx';
import { DialogNotice } from './dialog-notice.tsx';
import { InputBarrier } from './input-barrier.tsx';

interface DialogFrameProps {
  readonly title: string;
  /** Escape, the cross and a press outside all do this. */
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly isWide?: boolean;
}

/** Mounted means open. The focus stays inside and goes back where it was when it closes. */
export function DialogFrame({ title, onClose, children, isWide = false }: DialogFrameProps) {
  const { t } = useWords();
  return (
    <ModalOverlay className="dialog-ground" isOpen isDismissable onOpenChange={(open) => !open && onClose()}>
      <Modal className={`dialog ${isWide ? 'dialog-wide' : ''}`}>
        <Dialog>
          <InputBarrier>
            <div className="dialog-head">
              <Heading slot="title">{title}</Heading>
              <IconAction icon="cross" label={`${t('app.close')} (Esc)`} onPress={onClose} />
            </div>
            <DialogNotice />
            {children}
          </InputBarrier>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
