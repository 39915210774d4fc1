/** A box that reaches from where it is to the bottom of the window. */
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';

const BOTTOM_PX = 16;

export function FillHeight({ children, min = 340 }: { children: ReactNode; min?: number }) {
  const ref = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(240);
  useLayoutEffect(() => {
    const node = ref.current;
    if (!node) return;
    const measure = () => setTop(Math.round(node.getBoundingClientRect().top + window.scrollY));
    measure();
    // What stands above changes its height when actions or banners come and go.
    const observer = new ResizeObserver(measure);
    if (node.parentElement) observer.observe(node.parentElement);
    window.addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', measure);
    };
  }, []);
  return (
    <div
      ref={ref}
      className="flex min-w-0 flex-col"
      style={{ height: `max(${min}px, calc(100dvh - ${top}px - ${BOTTOM_PX}px - var(--bar)))` }}
    >
      {children}
    </div>
  );
}
