/** The difference of two texts, line by line. */

export interface DiffLine {
  kind: 'same' | 'del' | 'add';
  text: string;
}

/** Beyond this many changed lines on both sides the middle is shown as replaced whole. */
const MAX_CELLS = 4_000_000;

const split = (text: string): string[] => {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

/** Lines of both texts in one order: kept, removed, added. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = split(before);
  const b = split(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  ) {
    tail += 1;
  }
  const same = (lines: string[]): DiffLine[] => lines.map((text) => ({ kind: 'same', text }));
  return slideDown([
    ...same(a.slice(0, head)),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...same(a.slice(a.length - tail)),
  ]);
}

/**
 * A block that could as well stand lower stands lower: what was added then begins with its own first
 * line, not with the closing line of what is above it.
 */
function slideDown(lines: DiffLine[]): DiffLine[] {
  let start = 0;
  while (start < lines.length) {
    const kind = lines[start]?.kind;
    if (kind === 'same') {
      start += 1;
      continue;
    }
    let end = start;
    while (lines[end]?.kind === kind) end += 1;
    while (lines[end]?.kind === 'same' && lines[end]?.text === lines[start]?.text) {
      const [first] = lines.splice(start, 1, { kind: 'same', text: lines[start]?.text ?? '' });
      lines[end] = { kind: first?.kind ?? 'add', text: first?.text ?? '' };
      start += 1;
      end += 1;
    }
    start = end;
  }
  return lines;
}

function middle(a: string[], b: string[]): DiffLine[] {
  const all = (lines: string[], kind: 'del' | 'add'): DiffLine[] =>
    lines.map((text) => ({ kind, text }));
  const width = b.length + 1;
  if (a.length === 0 || b.length === 0 || (a.length + 1) * width > MAX_CELLS) {
    return [...all(a, 'del'), ...all(b, 'add')];
  }
  // Length of the longest common subsequence of what follows each pair of positions.
  const common = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      common[at] =
        a[i] === b[j]
          ? (common[at + width + 1] ?? 0) + 1
          : Math.max(common[at + width] ?? 0, common[at + 1] ?? 0);
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const at = i * width + j;
    if (a[i] === b[j]) {
      lines.push({ kind: 'same', text: a[i] ?? '' });
      i += 1;
      j += 1;
    } else if ((common[at + width] ?? 0) >= (common[at + 1] ?? 0)) {
      lines.push({ kind: 'del', text: a[i] ?? '' });
      i += 1;
    } else {
      lines.push({ kind: 'add', text: b[j] ?? '' });
      j += 1;
    }
  }
  return [...lines, ...all(a.slice(i), 'del'), ...all(b.slice(j), 'add')];
}

export type DiffPart = DiffLine[] | { skipped: number };

/** Cuts out long runs of lines that did not change, but for `around` lines at each change. */
export function foldDiff(lines: readonly DiffLine[], around = 3): DiffPart[] {
  const parts: DiffPart[] = [];
  const near = (at: number) =>
    lines.slice(Math.max(0, at - around), at + around + 1).some(({ kind }) => kind !== 'same');
  let run: DiffLine[] = [];
  let skipped = 0;
  lines.forEach((line, at) => {
    if (near(at)) {
      if (skipped > 0) parts.push({ skipped });
      skipped = 0;
      run.push(line);
    } else {
      if (run.length > 0) parts.push(run);
      run = [];
      skipped += 1;
    }
  });
  if (run.length > 0) parts.push(run);
  if (skipped > 0) parts.push({ skipped });
  return parts;
}
