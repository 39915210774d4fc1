/** After a save: the offer to put it into effect at once. */
import { useEffect } from 'react';
import { Button } from './button';
import { StateShape } from './state';

export function SavedOffer({
  text,
  now,
  later,
  onNow,
  onLater,
}: {
  text: string;
  /** The verb: "Build now". */
  now: string;
  later: string;
  onNow: (anchor: Element) => Promise<void>;
  onLater: () => void;
}) {
  return (
    <div
      role="status"
      className="sticky bottom-[calc(var(--bar)+12px)] z-20 mx-auto mt-3 flex w-fit max-w-full animate-[layer-in_0.12s_ease-out] flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border border-line bg-raised py-1.5 pr-1.5 pl-3 shadow-layer"
    >
      <StateShape tone="ok" />
      <span className="min-w-0 flex-1">{text}</span>
      <Button kind="quiet" onClick={onLater}>
        {later}
      </Button>
      <Button kind="primary" onClick={(event) => void onNow(event.currentTarget)}>
        {now}
      </Button>
    </div>
  );
}

/** Ctrl Shift Enter: save, then put it into effect. */
export function useSaveRunKey(run: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      run();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
}
