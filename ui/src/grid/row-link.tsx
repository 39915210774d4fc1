/**
 * Links inside rows. A router's link costs as much as the rest of the row, at each change of it: these
 * are plain ones, and the grid follows them all with one handler.
 */
import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, PointerEvent, ReactNode } from 'react';
import type { TargetLink } from '../lib/targets';
import { hrefOf } from '../lib/trail';

export function RowLink({
  link,
  className,
  children,
}: {
  link: Pick<TargetLink, 'params'> & { to?: unknown };
  className?: string;
  children: ReactNode;
}) {
  return (
    <a href={hrefOf(link)} data-row-link="" tabIndex={-1} className={className}>
      {children}
    </a>
  );
}

function linkOf(target: EventTarget): string | null {
  const link = target instanceof Element ? target.closest('a[data-row-link]') : null;
  return link?.getAttribute('href') ?? null;
}

/** Handlers for whatever holds rows: follow a link in them, load its page when the pointer is on it. */
export function useRowLinks(onFollow?: () => void) {
  const router = useRouter();
  return {
    onClick(event: MouseEvent) {
      const href = linkOf(event.target);
      const plain =
        event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
      if (!href || !plain || event.defaultPrevented) return;
      event.preventDefault();
      onFollow?.();
      void router.navigate({ href });
    },
    onPointerOver(event: PointerEvent) {
      const href = linkOf(event.target);
      if (href) void router.preloadRoute({ to: href as never }).catch(() => {});
    },
  };
}
