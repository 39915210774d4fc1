/** A small canvas line: 60 numbers, no axes. The figure beside it says the value. */
import { memo, useEffect, useRef } from 'react';
import { useStored } from '../lib/value';
import { isDark } from '../theme/look';

function draw(canvas: HTMLCanvasElement, values: readonly number[], max: number): void {
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  if (width === 0) return;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(ratio, ratio);
  const color = getComputedStyle(canvas).color;
  const top = Math.max(max, ...values, 1);
  const x = (at: number) => (values.length < 2 ? 0 : (at / (values.length - 1)) * width);
  const y = (value: number) => height - 1 - (value / top) * (height - 2);
  const line = new Path2D();
  values.forEach((value, at) => {
    if (at === 0) line.moveTo(x(0), y(value));
    else line.lineTo(x(at), y(value));
  });
  const area = new Path2D(line);
  area.lineTo(x(values.length - 1), height);
  area.lineTo(0, height);
  area.closePath();
  context.fillStyle = color;
  context.globalAlpha = 0.14;
  context.fill(area);
  context.globalAlpha = 1;
  context.strokeStyle = color;
  context.lineWidth = 1.2;
  context.stroke(line);
}

function Line({
  values,
  label,
  max = 0,
}: {
  values: readonly number[];
  label: string;
  max?: number;
}) {
  const ref = useRef<HTMLCanvasElement>(null);
  const dark = useStored(isDark);
  const key = values.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is the values; `dark` changes the colour
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return;
    draw(canvas, values, max);
    const observer = new ResizeObserver(() => draw(canvas, values, max));
    observer.observe(canvas);
    return () => observer.disconnect();
  }, [key, max, dark]);
  return (
    <canvas ref={ref} role="img" aria-label={label} className="block h-5 w-full text-accent" />
  );
}

export const Sparkline = memo(Line);
