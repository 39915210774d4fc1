/** What this user may do to a thing. Core decides each case; this only says it beforehand. */
import { useMemo } from 'react';
import type { PermissionLevel, ResourceTarget } from '../api/types';
import { permissionsChanged } from '../live/socket';
import type { Action } from './action';
import { useRead } from './query';
import { user } from './session';
import { useStored } from './value';

const ORDER: readonly PermissionLevel[] = ['None', 'Read', 'Execute', 'Write'];

export function reaches(level: PermissionLevel, needed: PermissionLevel): boolean {
  return ORDER.indexOf(level) >= ORDER.indexOf(needed);
}

/** The user's level on a target. Until it is known nothing is refused. */
export function useLevel(target: ResourceTarget): PermissionLevel {
  const me = useStored(user);
  const round = useStored(permissionsChanged);
  const asked = me !== null && !me.admin;
  const { data } = useRead(
    'GetPermission',
    { target },
    { enabled: asked, staleTime: round > 0 ? 2_000 : 60_000 },
  );
  return asked ? (data?.level ?? 'Write') : 'Write';
}

/** The actions with what is not permitted refused, and why. `needs` names the level of an action. */
export function permitted<T>(
  actions: ReadonlyArray<Action<T>>,
  level: PermissionLevel,
  needs: (id: string) => PermissionLevel,
  reason: (needed: PermissionLevel) => string,
): ReadonlyArray<Action<T>> {
  if (level === 'Write') return actions;
  return actions.map((action) => {
    const needed = needs(action.id);
    if (reaches(level, needed)) return action;
    return {
      ...action,
      applies: (row: T) => (action.applies(row) === null ? null : reason(needed)),
    };
  });
}

/** `permitted` by the user's level on the target. */
export function usePermitted<T>(
  actions: ReadonlyArray<Action<T>>,
  target: ResourceTarget,
  needs: (id: string) => PermissionLevel,
  reason: (needed: PermissionLevel) => string,
): ReadonlyArray<Action<T>> {
  const level = useLevel(target);
  return useMemo(() => permitted(actions, level, needs, reason), [actions, level, needs, reason]);
}
