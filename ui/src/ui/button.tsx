/** Buttons. (No router here: the login page is made of these.) */
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { cx } from '../lib/cx';

export type ButtonKind = 'primary' | 'plain' | 'quiet' | 'danger';

const kinds: Record<ButtonKind, string> = {
  primary: 'bg-accent text-on-accent border-transparent font-medium hover:brightness-110',
  plain: 'bg-surface text-fg border-line hover:border-control',
  quiet: 'bg-transparent text-muted border-transparent hover:text-fg hover:bg-sunken',
  danger: 'bg-surface text-crit border-line hover:border-crit',
};

export function buttonClass(kind: ButtonKind, extra?: string): string {
  return cx(
    'inline-flex h-(--ctl) shrink-0 select-none items-center justify-center gap-1.5 rounded border px-2.5 whitespace-nowrap',
    'aria-disabled:opacity-55 disabled:opacity-55 aria-busy:cursor-progress',
    kinds[kind],
    extra,
  );
}

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'> {
  kind?: ButtonKind;
  /** Shows a ring and takes no second press. */
  busy?: boolean;
  /** Why it cannot be pressed; it stays focusable and says so. */
  disabledReason?: string | false | null | undefined;
  disabled?: boolean;
  /** The shortcut, shown in the tooltip. */
  shortcut?: string;
  tip?: string;
  icon?: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({
  kind = 'plain',
  busy = false,
  disabledReason,
  disabled = false,
  shortcut,
  tip,
  icon,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  const blocked = Boolean(disabledReason) || disabled || busy;
  return (
    <button
      {...rest}
      type={type}
      className={buttonClass(kind, className)}
      aria-disabled={blocked || undefined}
      aria-busy={busy || undefined}
      aria-keyshortcuts={shortcut}
      data-tip={disabledReason || tip}
      data-key={shortcut}
      onClick={(event) => {
        if (blocked) {
          event.preventDefault();
          return;
        }
        onClick?.(event);
      }}
    >
      {busy ? <Ring /> : icon}
      {children}
    </button>
  );
}

/** A square button with only an icon; `label` is its name and tooltip. */
export function IconButton({
  label,
  icon,
  className,
  kind = 'quiet',
  ...rest
}: Omit<ButtonProps, 'children' | 'icon'> & { label: string; icon: ReactNode }) {
  return (
    <Button
      {...rest}
      kind={kind}
      aria-label={label}
      tip={rest.tip ?? label}
      icon={icon}
      className={cx('w-(--ctl) px-0!', className)}
    />
  );
}

/** A turning ring: something runs. */
export function Ring({ className }: { className?: string }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 12 12"
      className={cx('size-3 animate-[spin_0.9s_linear_infinite]', className)}
    >
      <circle
        cx="6"
        cy="6"
        r="4.5"
        fill="none"
        stroke="currentColor"
        strokeOpacity=".3"
        strokeWidth="2"
      />
      <path d="M6 1.5A4.5 4.5 0 0 1 10.5 6" fill="none" stroke="currentColor" strokeWidth="2" />
    </svg>
  );
}
