/** Modal dialogs on the native element: focus is trapped and given back by the browser. */
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { m } from '../i18n/common';
import { IconButton } from './button';

export interface DialogProps {
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  /** px; the window's width on a phone. */
  width?: number;
  /** A dialog that asks something stays when its backdrop is clicked. */
  sticky?: boolean;
  role?: 'dialog' | 'alertdialog';
  /** No way out but an answer: no close button, no Escape. */
  locked?: boolean;
  describedBy?: string;
}

/** Mount it to open it. Escape, the backdrop and the close button call `onClose`. */
export function Dialog({
  title,
  onClose,
  children,
  footer,
  width = 480,
  sticky = false,
  role = 'dialog',
  locked = false,
  describedBy,
}: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    const before = document.activeElement;
    if (!dialog.open) dialog.showModal();
    // The browser would take the close button; what is to be filled in comes first.
    dialog
      .querySelector<HTMLElement>('[data-dialog-body] :is(input, textarea, select):enabled')
      ?.focus();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      role={role === 'alertdialog' ? 'alertdialog' : undefined}
      aria-labelledby={id}
      aria-describedby={describedBy}
      onCancel={(event) => {
        event.preventDefault();
        if (!locked) onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current && !sticky && !locked) onClose();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && locked) event.preventDefault();
        // Single-key shortcuts of the page below stay below.
        event.stopPropagation();
      }}
      style={{ width: `min(${width}px, calc(100vw - 24px))` }}
      className="max-h-[calc(100dvh-32px)] animate-[layer-in_0.12s_ease-out] overflow-hidden rounded-lg border border-line bg-raised p-0 text-fg shadow-layer"
    >
      <div className="flex max-h-[calc(100dvh-34px)] flex-col">
        <header className="flex min-h-11 items-center gap-2 border-b border-line py-1.5 pr-2 pl-4">
          <h2 id={id} className="min-w-0 flex-1 text-lg font-bold">
            {title}
          </h2>
          {!locked && <IconButton label={m.close} icon={<X size={16} />} onClick={onClose} />}
        </header>
        <div data-dialog-body="" className="min-h-0 flex-1 overflow-y-auto p-4">
          {children}
        </div>
        {footer && (
          <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-4 py-3">
            {footer}
          </footer>
        )}
      </div>
    </dialog>
  );
}

export { Facts } from './facts';
