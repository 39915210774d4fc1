/** Copying to the clipboard, also where the page has no secure context. */
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { m } from '../i18n/common';
import { cx } from '../lib/cx';
import { IconButton } from './button';
import { toast } from './toasts';

export async function copyText(text: string, what?: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Plain-HTTP pages have no clipboard API; the old way still works there.
    const area = document.createElement('textarea');
    area.value = text;
    area.style.position = 'fixed';
    area.style.opacity = '0';
    const host = document.querySelector('dialog[open]') ?? document.body;
    host.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (!done) {
      toast({ tone: 'crit', title: m.copyFailed });
      return false;
    }
  }
  if (what) toast({ tone: 'ok', title: `${m.copied}: ${what}` });
  return true;
}

export function CopyButton({
  text,
  label = m.copy,
  className,
}: {
  text: string;
  label?: string;
  className?: string;
}) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1500);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <IconButton
      label={done ? m.copied : label}
      icon={done ? <Check size={14} className="text-ok" /> : <Copy size={14} />}
      className={cx('size-6 coarse:size-9', className)}
      onClick={async () => setDone(await copyText(text))}
    />
  );
}

/** Monospace text with a copy button. */
export function Copyable({ text, shown, label }: { text: string; shown?: string; label?: string }) {
  return (
    <span className="inline-flex min-w-0 max-w-full items-center gap-1">
      <code className="truncate">{shown ?? text}</code>
      <CopyButton text={text} {...(label ? { label } : {})} />
    </span>
  );
}
