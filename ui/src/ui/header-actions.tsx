/** The actions of the thing a page is about: the frequent ones as buttons, the rest in a menu. */
import { Ellipsis } from 'lucide-react';
import { useRef } from 'react';
import { m } from '../i18n/common';
import { type Action, menuItems, type Nouns, runAction } from '../lib/action';
import { useShortcuts } from '../lib/keys';
import { usePhone } from '../lib/measure';
import { Button, IconButton } from './button';
import { type MenuItem, showMenu } from './menu';

export interface HeaderActionsProps<T> {
  actions: ReadonlyArray<Action<T>>;
  row: T;
  nouns: Nouns<T>;
  /** Ids of those that are buttons, in order; the others are in the menu. */
  shown: readonly string[];
  /** Id of the one that stands out. */
  primary?: string;
  /** More menu items, behind the actions. */
  more?: readonly MenuItem[];
  /** How many stay buttons on a phone. */
  onPhone?: number;
}

export function HeaderActions<T>(props: HeaderActionsProps<T>) {
  const { actions, row, nouns, shown, primary, onPhone = 2 } = props;
  const phone = usePhone();
  const box = useRef<HTMLDivElement>(null);
  const able = shown.flatMap((id) => {
    const action = actions.find((each) => each.id === id);
    return action && action.applies(row) !== null ? [action] : [];
  });
  const buttons = phone ? able.slice(0, onPhone) : able;
  const rest = actions.filter((action) => !buttons.includes(action));
  const anchorOf = (id: string) =>
    box.current?.querySelector(`[data-action="${id}"]`) ??
    box.current?.querySelector('[data-page-menu]');
  useShortcuts(
    actions.flatMap((action) =>
      action.shortcut && action.applies(row) !== null
        ? [
            {
              keys: action.shortcut,
              what: action.label,
              group: 'detail' as const,
              run: () => void runAction(action, [row], nouns, anchorOf(action.id)),
            },
          ]
        : [],
    ),
  );
  return (
    <div ref={box} className="flex flex-wrap items-center gap-2">
      {buttons.map((action) => {
        const applies = action.applies(row);
        return (
          <Button
            key={action.id}
            data-action={action.id}
            kind={action.id === primary ? 'primary' : 'plain'}
            icon={action.icon}
            {...(action.shortcut ? { shortcut: action.shortcut } : {})}
            disabledReason={applies === true ? null : applies}
            onClick={(event) => void runAction(action, [row], nouns, event.currentTarget)}
          >
            {action.label}
          </Button>
        );
      })}
      <IconButton
        label={m.more}
        data-page-menu=""
        aria-haspopup="menu"
        icon={<Ellipsis size={16} />}
        onClick={(event) => {
          const anchor = event.currentTarget;
          const items = [...menuItems(rest, row, nouns, anchor), ...(props.more ?? [])];
          showMenu(anchor, items, m.more);
        }}
      />
    </div>
  );
}
