/** Links that look like buttons. */
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type ButtonKind, buttonClass } from './button';

export function LinkButton({
  kind = 'plain',
  icon,
  className,
  children,
  ...rest
}: LinkProps & { kind?: ButtonKind; icon?: ReactNode; className?: string; children: ReactNode }) {
  return (
    <Link {...rest} className={buttonClass(kind, className)}>
      {icon}
      {children}
    </Link>
  );
}
