/** Who did it and what it was called, for rows and details. */
import type { ResourceTarget, UpdateDetail } from '../../api/types';
import { m } from '../../i18n/activity';
import { operationText, operationTitle } from '../../lib/operation';
import { user } from '../../lib/session';
import { peekRow } from '../../live/hooks';

/** The operator's name as far as it is known here. */
export function operatorName(update: UpdateDetail, id: string): string {
  if (update.username) return update.username;
  const row = peekRow('updates', id);
  if (row?.username) return row.username;
  const me = user.get();
  if (me && me._id.$oid === update.operator) return me.username;
  return update.operator;
}

/** "Deploy grafana"; with the target's id where its name is gone. */
export function updateTitle(
  operation: string,
  target: ResourceTarget,
  nameOf: (target: ResourceTarget) => string,
  object?: string,
): string {
  if (target.type === 'System') return operationTitle(operation, '');
  return operationTitle(operation, nameOf(target) || target.id.slice(-6), object);
}

/** What was done, without its target: "Deploy", "Restart nginx" of a container. */
export function shortTitle(operation: string, object?: string): string {
  const text = operationText(operation);
  return object && text.endsWith(' container') ? `${text.split(' ')[0]} ${object}` : text;
}

/** What a target is called in lists. */
export function targetText(
  target: ResourceTarget,
  nameOf: (target: ResourceTarget) => string,
): string {
  return target.type === 'System' ? m.system : nameOf(target) || target.id.slice(-6);
}
