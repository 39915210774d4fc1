/** Sizes that layout code needs: an element's width, the row height of the density. */
import { type RefObject, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import { look } from '../theme/look';

/** The element's width in px, 0 before it is known. */
export function useWidth(ref: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const node = ref.current;
    if (!node) return;
    setWidth(node.clientWidth);
    const observer = new ResizeObserver(() => setWidth(node.clientWidth));
    observer.observe(node);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}

function readRow(): number {
  const text = getComputedStyle(document.documentElement).getPropertyValue('--row');
  return Number.parseFloat(text) || 32;
}

/** Height of a list row in px: density and pointer decide. */
export function useRowHeight(): number {
  return useSyncExternalStore((listener) => {
    const stop = look.subscribe(listener);
    window.addEventListener('resize', listener);
    return () => {
      stop();
      window.removeEventListener('resize', listener);
    };
  }, readRow);
}

/** Whether a media query holds. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}

/** The phone layout of spec: narrower than 700 px. */
export const usePhone = (): boolean => useMedia('(max-width: 699px)');
