/** Puts a layer beside its anchor, inside the window. */
import { type RefObject, useLayoutEffect } from 'react';

export type Anchor = Element | { x: number; y: number };

export function anchorRect(anchor: Anchor): DOMRect {
  return anchor instanceof Element
    ? anchor.getBoundingClientRect()
    : new DOMRect(anchor.x, anchor.y, 0, 0);
}

/** Below the anchor, aligned to its nearer edge; above where there is no room. Phone: a sheet. */
export function useAnchored(ref: RefObject<HTMLElement | null>, anchor: Anchor | null): void {
  useLayoutEffect(() => {
    const layer = ref.current;
    if (!layer || !anchor) return;
    // It has no size before it is shown.
    if (!layer.matches(':popover-open')) layer.showPopover();
    if (window.innerWidth < 700) {
      Object.assign(layer.style, { inset: 'auto 0 0 0', width: '100%', maxWidth: '100%' });
      layer.dataset.sheet = '';
      return;
    }
    const rect = anchorRect(anchor);
    const { offsetWidth: width, offsetHeight: height } = layer;
    const right = rect.left + width > window.innerWidth - 8;
    const left = Math.max(8, right ? rect.right - width : rect.left);
    const below = rect.bottom + 4;
    const top =
      below + height > window.innerHeight - 8 && rect.top - height - 4 > 8
        ? rect.top - height - 4
        : Math.max(8, Math.min(below, window.innerHeight - height - 8));
    Object.assign(layer.style, { inset: `${top}px auto auto ${left}px` });
  }, [ref, anchor]);
}
