/**
 * Asking before acting. L1 is a popover at the button that names the impact, L2 a dialog with the
 * exact list, L3 a dialog in which the name is typed. `await confirm({...})` answers yes or no.
 */
import { type ReactNode, Suspense, useEffect, useId, useRef } from 'react';
import { m } from '../i18n/common';
import { lazyPart } from '../lib/lazy';
import { createValue, useStored } from '../lib/value';
import { type Anchor, useAnchored } from './anchor';
import { Button } from './button';

export interface Question {
  level: 1 | 2 | 3;
  /** "Restart grafana?" */
  title: string;
  /** What it does to whom. */
  impact?: ReactNode;
  /** The verb on the button: "Restart". */
  confirm: string;
  /** What the button says that leaves all as it is; where "Cancel" would be two things. */
  keep?: string;
  /** L3: what has to be typed. */
  name?: string;
  /** L2: exactly what goes. */
  list?: readonly string[];
  /** L1: the pressed element. Without one, the popover stands in the middle. */
  anchor?: Anchor | null | undefined;
}

export interface Asked extends Question {
  answer: (yes: boolean) => void;
  returnTo: Element | null;
}

const ConfirmDialogs = lazyPart(() =>
  import('./confirm-dialogs').then(({ ConfirmDialogs }) => ConfirmDialogs),
);

const asked = createValue<Asked | null>(null);

/** Asks and answers true for yes. A second question answers the first with no. */
export function confirm(question: Question): Promise<boolean> {
  asked.get()?.answer(false);
  return new Promise((resolve) => {
    asked.set({
      ...question,
      returnTo: document.activeElement,
      answer: (yes) => {
        const { returnTo } = asked.get() ?? {};
        asked.set(null);
        if (returnTo instanceof HTMLElement && returnTo.isConnected) returnTo.focus();
        resolve(yes);
      },
    });
  });
}

/** Mounted once by the shell. */
export function ConfirmHost() {
  const question = useStored(asked);
  if (!question) return null;
  if (question.level === 1) return <ConfirmPopover question={question} />;
  return (
    <Suspense>
      <ConfirmDialogs question={question} />
    </Suspense>
  );
}

function ConfirmPopover({ question }: { question: Asked }) {
  const ref = useRef<HTMLDivElement>(null);
  const id = useId();
  const middle = { x: window.innerWidth / 2 - 140, y: window.innerHeight / 3 };
  const anchor = useRef(question.anchor ?? middle);
  useAnchored(ref, anchor.current);
  const { answer } = question;
  useEffect(() => {
    const layer = ref.current;
    if (!layer) return;
    layer.showPopover();
    layer.querySelector<HTMLElement>('[data-yes]')?.focus();
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !layer.contains(event.target)) answer(false);
    };
    document.addEventListener('pointerdown', outside, true);
    return () => document.removeEventListener('pointerdown', outside, true);
  }, [answer]);
  return (
    <div
      ref={ref}
      popover="manual"
      role="alertdialog"
      aria-labelledby={id}
      aria-describedby={question.impact ? `${id}-i` : undefined}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') answer(false);
        if (event.key === 'Tab') trapTab(event, ref.current);
      }}
      className="fixed m-0 w-72 animate-[layer-in_0.12s_ease-out] rounded-lg border border-line bg-raised p-3 text-fg shadow-layer data-sheet:rounded-b-none data-sheet:pb-[max(12px,env(safe-area-inset-bottom))]"
    >
      <p id={id} className="font-bold wrap-anywhere">
        {question.title}
      </p>
      {question.impact && (
        <div id={`${id}-i`} className="mt-1 text-muted">
          {question.impact}
        </div>
      )}
      <div className="mt-3 flex justify-end gap-2">
        <Button kind="quiet" onClick={() => answer(false)}>
          {question.keep ?? m.cancel}
        </Button>
        <Button data-yes="" kind="primary" onClick={() => answer(true)}>
          {question.confirm}
        </Button>
      </div>
    </div>
  );
}

function trapTab(event: React.KeyboardEvent, layer: HTMLElement | null): void {
  const all = layer ? [...layer.querySelectorAll<HTMLElement>('button')] : [];
  const at = all.indexOf(document.activeElement as HTMLElement);
  event.preventDefault();
  all[(at + (event.shiftKey ? -1 : 1) + all.length) % all.length]?.focus();
}
