/** Where in the whole log the hits are, as ticks at the right edge. */
import { useEffect, useRef } from 'react';
import type { LogView } from './view';

export function HitTicks({ view, version }: { view: LogView; version: number }) {
  const ref = useRef<HTMLCanvasElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn again when the view changed
  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    const height = canvas.clientHeight;
    canvas.height = height;
    context.clearRect(0, 0, canvas.width, height);
    if (view.filter.mode !== 'find' || view.count === 0) return;
    context.fillStyle = getComputedStyle(canvas).color;
    const { first } = view.buffer;
    let last = -1;
    for (const hit of view.search.hits()) {
      const y = Math.floor(((hit - first) / view.buffer.count) * height);
      if (y === last) continue;
      last = y;
      context.fillRect(0, y, canvas.width, 2);
    }
  }, [view, version]);
  return (
    <canvas
      ref={ref}
      width={6}
      className="pointer-events-none absolute top-0 right-0 h-full w-1.5 text-warn opacity-80"
    />
  );
}
