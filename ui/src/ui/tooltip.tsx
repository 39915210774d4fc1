/** One tooltip for the page: anything with `data-tip` (and `data-key`), or `data-tip-ts`, a time, has one. */
import { useEffect, useRef, useState } from 'react';
import { moment } from '../lib/format';
import { look } from '../theme/look';
import { Kbd } from './state';

interface Tip {
  text: string;
  key: string | undefined;
  rect: DOMRect;
}

const DELAY_MS = 350;

function tipOf(holder: Element): string | null {
  const ts = holder.getAttribute('data-tip-ts');
  return ts ? moment(Number(ts), look.get().timezone === 'utc') : holder.getAttribute('data-tip');
}

export function TooltipHost() {
  const [tip, setTip] = useState<Tip | null>(null);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let current: Element | null = null;
    const hide = () => {
      clearTimeout(timer);
      current = null;
      setTip(null);
    };
    const show = (target: EventTarget | null, delay: number) => {
      const holder = target instanceof Element ? target.closest('[data-tip], [data-tip-ts]') : null;
      if (holder === current) return;
      hide();
      const text = holder && tipOf(holder);
      if (!holder || !text) return;
      current = holder;
      timer = setTimeout(() => {
        if (!holder.isConnected) return;
        const key = look.get().shortcuts ? holder.getAttribute('data-key') : null;
        setTip({ text, key: key ?? undefined, rect: holder.getBoundingClientRect() });
      }, delay);
    };
    const over = (event: PointerEvent) => {
      if (event.pointerType !== 'touch') show(event.target, DELAY_MS);
    };
    const focus = (event: FocusEvent) => {
      if (event.target instanceof Element && event.target.matches(':focus-visible')) {
        show(event.target, 0);
      }
    };
    const key = (event: KeyboardEvent) => event.key === 'Escape' && hide();
    document.addEventListener('pointerover', over);
    document.addEventListener('focusin', focus);
    document.addEventListener('focusout', hide);
    document.addEventListener('pointerdown', hide, true);
    document.addEventListener('scroll', hide, true);
    document.addEventListener('keydown', key, true);
    return () => {
      hide();
      document.removeEventListener('pointerover', over);
      document.removeEventListener('focusin', focus);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('pointerdown', hide, true);
      document.removeEventListener('scroll', hide, true);
      document.removeEventListener('keydown', key, true);
    };
  }, []);
  useEffect(() => {
    const layer = ref.current;
    if (!layer || !tip) return;
    layer.showPopover();
    const { offsetWidth: width, offsetHeight: height } = layer;
    const middle = tip.rect.left + tip.rect.width / 2 - width / 2;
    const left = Math.max(8, Math.min(middle, window.innerWidth - width - 8));
    const below = tip.rect.bottom + 6;
    const top = below + height > window.innerHeight ? tip.rect.top - height - 6 : below;
    Object.assign(layer.style, { left: `${left}px`, top: `${top}px` });
  }, [tip]);
  if (!tip) return null;
  return (
    <div
      ref={ref}
      popover="manual"
      role="tooltip"
      className="pointer-events-none fixed inset-auto m-0 flex max-w-80 animate-[appear_0.1s] items-center gap-2 rounded border border-line bg-raised px-2 py-1 text-sm text-fg shadow-layer"
    >
      {tip.text}
      {tip.key && <Kbd>{tip.key}</Kbd>}
    </div>
  );
}
