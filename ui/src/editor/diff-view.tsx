/** Two texts as one, with what was removed and added. */
import { useMemo } from 'react';
import '../log/log.css';
import { cx } from '../lib/cx';
import { plural } from '../lib/format';
import { type DiffLine, diffLines, foldDiff } from './diff';

const m = {
  same: 'No difference.',
  skipped: (n: number) => `${plural(n, 'unchanged line')}`,
  removed: 'removed',
  added: 'added',
} as const;

const MARK: Record<DiffLine['kind'], string> = { same: ' ', del: '-', add: '+' };

export function DiffView({
  before,
  after,
  label,
  className,
}: {
  before: string;
  after: string;
  label: string;
  className?: string;
}) {
  const parts = useMemo(() => foldDiff(diffLines(before, after)), [before, after]);
  const changed = parts.some((part) => Array.isArray(part));
  if (!changed) return <p className="p-3 text-muted">{m.same}</p>;
  return (
    <section
      aria-label={label}
      tabIndex={0}
      className={cx('mono scroll-x focus-inset bg-sunken py-1 leading-[18px]', className)}
    >
      <div className="w-max min-w-full">
        {parts.map((part, index) =>
          Array.isArray(part) ? (
            <DiffLines key={index} lines={part} />
          ) : (
            <p key={index} className="border-y border-line px-3 text-muted">
              {m.skipped(part.skipped)}
            </p>
          ),
        )}
      </div>
    </section>
  );
}

function DiffLines({ lines }: { lines: readonly DiffLine[] }) {
  return lines.map((line, index) => {
    const Tag = line.kind === 'del' ? 'del' : line.kind === 'add' ? 'ins' : 'span';
    return (
      <Tag
        key={index}
        className={cx(
          'block px-3 whitespace-pre no-underline',
          line.kind === 'del' && 'tint-crit',
          line.kind === 'add' && 'tint-ok',
        )}
      >
        <span
          aria-hidden="true"
          className={cx(
            'mr-2 select-none',
            line.kind === 'del' ? 'text-crit' : line.kind === 'add' ? 'text-ok' : 'text-faint',
          )}
        >
          {MARK[line.kind]}
        </span>
        {line.text}
      </Tag>
    );
  });
}
