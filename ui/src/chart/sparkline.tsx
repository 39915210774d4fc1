/** A small line: 60 numbers, no axes. The figure beside it says the value. */
import { memo } from 'react';

const WIDTH = 100;
const HEIGHT = 20;

/** The line as an SVG path in a box of WIDTH by HEIGHT. */
function path(values: readonly number[], max: number): string {
  const top = Math.max(max, ...values, 1);
  const step = WIDTH / Math.max(1, values.length - 1);
  return values
    .map((value, at) => {
      const y = HEIGHT - 1 - (value / top) * (HEIGHT - 2);
      return `${at === 0 ? 'M' : 'L'}${(at * step).toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
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
  const line = path(values, max);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="block h-5 w-full text-accent"
    >
      <path d={`${line}V${HEIGHT}H0Z`} fill="currentColor" opacity=".14" />
      <path
        d={line}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.2"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}

export const Sparkline = memo(Line);
