/** Short notes at the bottom left: at most three, six seconds, errors stay. */
import { X } from 'lucide-react';
import { useEffect } from 'react';
import { m } from '../i18n/common';
import { randomId } from '../lib/id';
import { createValue, useStored } from '../lib/value';
import { Button, IconButton } from './button';
import { StateShape, type Tone } from './state';

export interface Toast {
  tone: Tone;
  title: string;
  detail?: string | undefined;
  action?: { label: string; run: () => void } | undefined;
}
interface Shown extends Toast {
  id: string;
  times: number;
}

const shown = createValue<readonly Shown[]>([]);
const MAX = 3;
const LIFE_MS = 6000;

/** Shows a toast; a repeat of one that is still there only counts it up. */
export function toast(note: Toast): void {
  const all = shown.get();
  const twin = all.find((each) => each.title === note.title && each.detail === note.detail);
  if (twin) {
    shown.set(
      all.map((each) => (each === twin ? { ...each, ...note, times: each.times + 1 } : each)),
    );
    return;
  }
  shown.set([...all, { ...note, id: randomId(), times: 1 }].slice(-MAX));
}

function dismiss(id: string): void {
  shown.set(shown.get().filter((each) => each.id !== id));
}

/** Mounted once by the shell. Both live regions exist before they are filled. */
export function ToastHost() {
  const all = useStored(shown);
  const errors = all.filter((each) => each.tone === 'crit');
  const notes = all.filter((each) => each.tone !== 'crit');
  return (
    <div className="pointer-events-none fixed bottom-[calc(var(--bar)+12px)] left-3 z-40 flex w-80 max-w-[calc(100vw-24px)] flex-col gap-2">
      <div role="alert" className="flex flex-col gap-2">
        {errors.map((each) => (
          <ToastCard key={each.id} note={each} />
        ))}
      </div>
      <div role="status" className="flex flex-col gap-2">
        {notes.map((each) => (
          <ToastCard key={each.id} note={each} />
        ))}
      </div>
    </div>
  );
}

function ToastCard({ note }: { note: Shown }) {
  const stays = note.tone === 'crit';
  // biome-ignore lint/correctness/useExhaustiveDependencies: a repeat starts the time anew
  useEffect(() => {
    if (stays) return;
    const timer = setTimeout(() => dismiss(note.id), LIFE_MS);
    return () => clearTimeout(timer);
  }, [note.id, note.times, stays]);
  return (
    <div className="pointer-events-auto flex animate-[layer-in_0.12s_ease-out] items-start gap-2.5 rounded-lg border border-line bg-raised py-2 pr-1.5 pl-3 shadow-layer">
      <StateShape tone={note.tone} className="mt-1.5" />
      <div className="min-w-0 flex-1 py-1">
        <div className="wrap-anywhere">
          {note.title}
          {note.times > 1 && <span className="text-muted"> ×{note.times}</span>}
        </div>
        {note.detail && <div className="text-sm wrap-anywhere text-muted">{note.detail}</div>}
        {note.action && (
          <Button
            kind="quiet"
            className="-ml-2.5 text-accent"
            onClick={() => {
              note.action?.run();
              dismiss(note.id);
            }}
          >
            {note.action.label}
          </Button>
        )}
      </div>
      <IconButton label={m.dismiss} icon={<X size={14} />} onClick={() => dismiss(note.id)} />
    </div>
  );
}
