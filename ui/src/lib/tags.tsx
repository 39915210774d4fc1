/** Tags: chips, their colours from the token palette, names of ids. */
import type { TagRow } from '../api/types';
import { useRows } from '../live/hooks';
import { cx } from './cx';

/** Hues of the contract's colours on our eight categorical tokens. */
const HUES: ReadonlyArray<readonly [RegExp, string]> = [
  [/Red|Rose/, 'text-[var(--k1)]'],
  [/Orange|Amber|Yellow/, 'text-[var(--k3)]'],
  [/Lime|Green|Emerald/, 'text-[var(--k2)]'],
  [/Teal|Cyan|Sky/, 'text-[var(--k6)]'],
  [/Blue|Indigo/, 'text-[var(--k4)]'],
  [/Violet|Purple|Fuchsia|Pink/, 'text-[var(--k5)]'],
];

export function tagColor(color: string): string {
  return HUES.find(([hue]) => hue.test(color))?.[1] ?? 'text-[var(--k7)]';
}

export const TAG_COLORS = [
  'Slate',
  'Red',
  'Orange',
  'Amber',
  'Lime',
  'Green',
  'Emerald',
  'Teal',
  'Cyan',
  'Sky',
  'Blue',
  'Indigo',
  'Violet',
  'Purple',
  'Fuchsia',
  'Pink',
  'Rose',
] as const;

export function TagChip({ tag, className }: { tag: TagRow; className?: string }) {
  return (
    <span
      className={cx(
        'inline-flex h-[18px] min-w-0 shrink-0 items-center gap-1 rounded-sm border border-line px-1.5 text-xs text-muted',
        className,
      )}
    >
      <span
        aria-hidden="true"
        className={cx('size-1.5 shrink-0 rounded-full bg-current', tagColor(tag.color))}
      />
      <span className="truncate">{tag.name}</span>
    </span>
  );
}

/** Chips of a resource's tag ids; more than `max` become a count. */
export function TagChips({ ids, max = 2 }: { ids: readonly string[]; max?: number }) {
  const tags = useTags();
  if (ids.length === 0) return null;
  const known = ids.flatMap((id) => tags.get(id) ?? []);
  return (
    <>
      {known.slice(0, max).map((tag) => (
        <TagChip key={tag.id} tag={tag} />
      ))}
      {known.length > max && (
        <span
          className="text-xs text-muted"
          data-tip={known
            .slice(max)
            .map(({ name }) => name)
            .join(', ')}
        >
          +{known.length - max}
        </span>
      )}
    </>
  );
}

const maps = new WeakMap<readonly TagRow[], ReadonlyMap<string, TagRow>>();

/** Every tag by id; one map for all rows that show tags. */
export function useTags(): ReadonlyMap<string, TagRow> {
  const { rows } = useRows('tags');
  let map = maps.get(rows);
  if (!map) {
    map = new Map(rows.map((tag) => [tag.id, tag]));
    maps.set(rows, map);
  }
  return map;
}
