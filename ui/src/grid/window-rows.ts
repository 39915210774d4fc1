/** Which rows of one height are in the window: the page itself scrolls, far rows are not in the DOM. */
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';

const OVERSCAN = 8;
const SETTLED_MS = 300;

export interface WindowRows {
  from: number;
  to: number;
  /** Brings a row into sight, below the sticky header and above the bars at the bottom. */
  scrollTo: (index: number) => void;
}

const CLEAR_TOP = 88;
const CLEAR_BOTTOM = 96;

export function useWindowRows(
  ref: RefObject<HTMLElement | null>,
  count: number,
  height: number,
): WindowRows {
  const [range, setRange] = useState({ from: 0, to: Math.min(count, 12) });
  // What is seen comes first, what a scroll would show a moment after it.
  const spare = useRef(0);
  useLayoutEffect(() => {
    let frame = 0;
    const measure = () => {
      frame = 0;
      const box = ref.current?.getBoundingClientRect();
      if (!box) return;
      const first = Math.floor(-box.top / height) - spare.current;
      const last = Math.ceil((window.innerHeight - box.top) / height) + spare.current;
      spare.current = OVERSCAN;
      const from = Math.max(0, Math.min(count, first));
      const to = Math.max(from, Math.min(count, last));
      setRange((old) => (old.from === from && old.to === to ? old : { from, to }));
    };
    const later = () => {
      frame ||= requestAnimationFrame(measure);
    };
    measure();
    const settled = setTimeout(later, SETTLED_MS);
    const observer = new ResizeObserver(later);
    observer.observe(document.body);
    window.addEventListener('scroll', later, { passive: true });
    window.addEventListener('resize', later);
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(settled);
      observer.disconnect();
      window.removeEventListener('scroll', later);
      window.removeEventListener('resize', later);
    };
  }, [ref, count, height]);
  const scrollTo = useCallback(
    (index: number) => {
      const box = ref.current?.getBoundingClientRect();
      if (!box) return;
      const top = box.top + index * height;
      const below = top + height - (window.innerHeight - CLEAR_BOTTOM);
      if (top < CLEAR_TOP) window.scrollBy(0, top - CLEAR_TOP);
      else if (below > 0) window.scrollBy(0, below);
    },
    [ref, height],
  );
  return { ...range, scrollTo };
}
