/** Labels and values, as dialogs and side cards show them. */
import type { ReactNode } from 'react';
import { cx } from '../lib/cx';

/** A label-value list, as used in dialogs and side cards. */
export function Facts({
  items,
  className,
}: {
  items: ReadonlyArray<readonly [label: string, value: ReactNode]>;
  className?: string;
}) {
  return (
    <dl
      className={cx(
        'grid grid-cols-[max-content_minmax(0,1fr)] items-baseline gap-x-4 gap-y-1.5',
        className,
      )}
    >
      {items.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-muted">{label}</dt>
          <dd className="min-w-0 wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
