/** Scrolling over more rows than a browser can lay out, and knowing what the user meant. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { LogView } from './view';

export const ROW = 18;
/** Browsers lose precision or refuse above some tens of millions of pixels. */
const MAX_PX = 8_000_000;
/** A scroll this long after a wheel, key or touch is the user's. */
const INTENT_MS = 600;
const NEAR_PX = 4;

export interface Scroll {
  /** First row in sight, in px of all rows. */
  top: number;
  height: number;
  width: number;
  /** Height to lay out. */
  physical: number;
  jump: (row: number, align?: 'center' | 'start' | 'end') => void;
  by: (rows: number) => void;
}

/** Binds a scroller to a view. `version` is the view's; `follow` keeps the end in sight. */
export function useLogScroll(
  ref: RefObject<HTMLDivElement | null>,
  view: LogView,
  version: number,
  follow: boolean,
  setFollow: (follow: boolean) => void,
): Scroll {
  const [top, setTop] = useState(0);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const intent = useRef({ at: 0, pressed: false });
  const anchor = useRef({ first: view.buffer.first });
  const total = view.rows * ROW;
  const physical = Math.min(total, MAX_PX);
  const { height } = size;
  const range = Math.max(0, total - height);
  const scale = total > MAX_PX ? range / Math.max(1, MAX_PX - height) : 1;

  useLayoutEffect(() => {
    const node = ref.current;
    if (!node) return;
    const read = () => setSize({ width: node.clientWidth, height: node.clientHeight });
    read();
    const observer = new ResizeObserver(read);
    observer.observe(node);
    return () => observer.disconnect();
  }, [ref]);

  const place = useCallback(
    (px: number) => {
      const node = ref.current;
      const bounded = Math.max(0, Math.min(px, range));
      setTop(bounded);
      if (node) node.scrollTop = bounded / scale;
    },
    [ref, range, scale],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the view's content changed
  useLayoutEffect(() => {
    const node = ref.current;
    if (!node) return;
    const { first } = view.buffer;
    const dropped = first - anchor.current.first;
    anchor.current.first = first;
    if (follow) {
      node.scrollTop = node.scrollHeight;
      setTop(range);
    } else if (dropped > 0 && view.count === view.buffer.count && view.wrapColumns === 0) {
      // What is read stays in place while the oldest lines go.
      place(top - dropped * ROW);
    } else if (top > range) {
      place(range);
    }
  }, [version, follow, range, size]);

  useEffect(() => {
    const node = ref.current;
    if (!node) return;
    const meant = () => {
      intent.current.at = performance.now();
    };
    const down = () => {
      intent.current.pressed = true;
      meant();
    };
    const up = () => {
      intent.current.pressed = false;
    };
    const scrolled = () => {
      const px = node.scrollTop * scale;
      setTop(px);
      const recent = performance.now() - intent.current.at < INTENT_MS;
      if (!recent && !intent.current.pressed) return;
      setFollow(node.scrollTop + node.clientHeight >= node.scrollHeight - NEAR_PX);
    };
    const options = { passive: true } as const;
    node.addEventListener('wheel', meant, options);
    node.addEventListener('touchmove', meant, options);
    node.addEventListener('keydown', meant);
    node.addEventListener('pointerdown', down);
    window.addEventListener('pointerup', up);
    node.addEventListener('scroll', scrolled, options);
    return () => {
      node.removeEventListener('wheel', meant);
      node.removeEventListener('touchmove', meant);
      node.removeEventListener('keydown', meant);
      node.removeEventListener('pointerdown', down);
      window.removeEventListener('pointerup', up);
      node.removeEventListener('scroll', scrolled);
    };
  }, [ref, scale, setFollow]);

  const shownTop = follow ? range : Math.min(top, range);
  const jump: Scroll['jump'] = (row, align = 'center') => {
    const px = row * ROW;
    if (align === 'start') place(px);
    else if (align === 'end') place(px - height + ROW);
    else place(px - height / 2 + ROW / 2);
  };
  return {
    top: shownTop,
    ...size,
    physical,
    jump,
    by: (rows) => place(shownTop + rows * ROW),
  };
}

/** The width in px of one column of log text. */
export function useColumnWidth(ref: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(7.2);
  useLayoutEffect(() => {
    const host = ref.current;
    if (!host) return;
    const probe = document.createElement('span');
    probe.className = 'log-line';
    probe.style.cssText = 'position:absolute;visibility:hidden;white-space:pre';
    probe.textContent = 'M'.repeat(100);
    host.append(probe);
    const measured = probe.getBoundingClientRect().width / 100;
    probe.remove();
    if (measured > 0) setWidth(measured);
  }, [ref]);
  return width;
}
