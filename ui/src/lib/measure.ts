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

let rowHeight = 0;

/** Reads what the style sheet says; that makes the browser compute styles, so it is kept. */
function readRow(): number {
  if (rowHeight === 0) {
    const text = getComputedStyle(document.documentElement).getPropertyValue('--row');
    rowHeight = Number.parseFloat(text) || 32;
  }
  return rowHeight;
}

/** Height of a list row in px: density and pointer decide. */
export function useRowHeight(): number {
  return useSyncExternalStore((listener) => {
    const renew = () => {
      rowHeight = 0;
      listener();
    };
    const stop = look.subscribe(renew);
    window.addEventListener('resize', renew);
    return () => {
      stop();
      window.removeEventListener('resize', renew);
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
