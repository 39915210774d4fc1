/** One menu per page, opened at whatever asks for it; a sheet on the phone. */
import { type ReactNode, useEffect, useRef } from 'react';
import { cx } from '../lib/cx';
import { createValue, useStored } from '../lib/value';
import { type Anchor, useAnchored } from './anchor';
import { Button, type ButtonProps, IconButton } from './button';
import { Kbd } from './state';

export interface MenuItem {
  label: string;
  onSelect: () => void;
  icon?: ReactNode;
  shortcut?: string | undefined;
  danger?: boolean;
  /** Why not now; the item is shown and says so. */
  disabledReason?: string | false | null | undefined;
  /** Shown with a check mark; makes it a radio-like item. */
  checked?: boolean;
  /** A line above this item. */
  separated?: boolean;
}

interface OpenMenu {
  items: readonly MenuItem[];
  anchor: Anchor;
  label: string;
  returnTo: HTMLElement | null;
}

const open = createValue<OpenMenu | null>(null);

/** True while a menu is open; lists do not re-sort under it. */
export const menuIsOpen = (): boolean => open.get() !== null;

export function showMenu(anchor: Anchor, items: readonly MenuItem[], label: string): void {
  if (items.length === 0) return;
  const focused = document.activeElement;
  open.set({ anchor, items, label, returnTo: focused instanceof HTMLElement ? focused : null });
}

function closeMenu(restore = true): void {
  const menu = open.get();
  open.set(null);
  if (restore && menu?.returnTo?.isConnected) menu.returnTo.focus();
}

/** Mounted once by the shell. */
export function MenuHost() {
  const menu = useStored(open);
  return menu ? <MenuLayer key={menu.label} menu={menu} /> : null;
}

function MenuLayer({ menu }: { menu: OpenMenu }) {
  const ref = useRef<HTMLDivElement>(null);
  useAnchored(ref, menu.anchor);
  useEffect(() => {
    const layer = ref.current;
    if (!layer) return;
    layer.showPopover();
    items(layer)[0]?.focus();
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !layer.contains(event.target)) closeMenu(false);
    };
    const gone = () => closeMenu(false);
    document.addEventListener('pointerdown', outside, true);
    window.addEventListener('resize', gone);
    return () => {
      document.removeEventListener('pointerdown', outside, true);
      window.removeEventListener('resize', gone);
    };
  }, []);
  return (
    <div
      ref={ref}
      popover="manual"
      role="menu"
      tabIndex={-1}
      aria-label={menu.label}
      onKeyDown={(event) => onMenuKey(event, ref.current)}
      className="fixed m-0 max-h-[80dvh] min-w-44 max-w-80 animate-[layer-in_0.12s_ease-out] overflow-y-auto rounded-lg border border-line bg-raised p-1 text-fg shadow-layer data-sheet:rounded-b-none data-sheet:pb-[max(8px,env(safe-area-inset-bottom))]"
    >
      {menu.items.map((item) => (
        <button
          key={item.label}
          type="button"
          role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
          aria-checked={item.checked}
          aria-disabled={item.disabledReason ? true : undefined}
          tabIndex={-1}
          onClick={() => {
            if (item.disabledReason) return;
            closeMenu();
            item.onSelect();
          }}
          className={cx(
            'focus-inset flex min-h-(--ctl) w-full items-center gap-2 rounded px-2 py-1 text-left',
            'hover:bg-sunken focus:bg-sunken aria-disabled:hover:bg-transparent',
            item.danger && 'text-crit',
            item.disabledReason && 'text-muted',
            item.separated &&
              'relative mt-2 before:absolute before:inset-x-1 before:-top-1 before:h-px before:bg-line',
          )}
        >
          <span aria-hidden="true" className="flex w-4 shrink-0 justify-center text-muted">
            {item.checked === undefined ? item.icon : item.checked ? '✓' : ''}
          </span>
          <span className="min-w-0 flex-1">
            {item.label}
            {item.disabledReason && (
              <span className="block text-sm text-muted">{item.disabledReason}</span>
            )}
          </span>
          {item.shortcut && <Kbd>{item.shortcut}</Kbd>}
        </button>
      ))}
    </div>
  );
}

function items(layer: HTMLElement): HTMLElement[] {
  return [...layer.querySelectorAll<HTMLElement>('[role^=menuitem]')];
}

function onMenuKey(event: React.KeyboardEvent, layer: HTMLElement | null): void {
  if (!layer) return;
  event.stopPropagation();
  const all = items(layer);
  const at = all.indexOf(document.activeElement as HTMLElement);
  const go = (index: number) => {
    event.preventDefault();
    all[(index + all.length) % all.length]?.focus();
  };
  if (event.key === 'ArrowDown') go(at + 1);
  else if (event.key === 'ArrowUp') go(at - 1);
  else if (event.key === 'Home') go(0);
  else if (event.key === 'End') go(-1);
  else if (event.key === 'Escape' || event.key === 'Tab') {
    event.preventDefault();
    closeMenu();
  } else if (event.key.length === 1 && /\S/.test(event.key)) {
    const hit = all.findIndex(
      (item, index) =>
        index > at && item.textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase()),
    );
    const first = all.findIndex((item) =>
      item.textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase()),
    );
    if (hit >= 0 || first >= 0) go(hit >= 0 ? hit : first);
  }
}

/** A button that opens a menu. `items` is asked when it opens. */
export function MenuButton({
  items: read,
  label,
  children,
  ...rest
}: Omit<ButtonProps, 'onClick'> & { items: () => readonly MenuItem[]; label: string }) {
  const onClick = (event: React.MouseEvent<HTMLButtonElement>) =>
    showMenu(event.currentTarget, read(), label);
  return children ? (
    <Button {...rest} aria-haspopup="menu" onClick={onClick}>
      {children}
    </Button>
  ) : (
    <IconButton {...rest} icon={rest.icon} label={label} aria-haspopup="menu" onClick={onClick} />
  );
}
