/** Questions that a dialog answers. The dialogs load when the first one is asked. */
import type { ResourceTarget } from '../api/types';
import { m } from '../i18n/common';
import { createValue } from '../lib/value';

export interface NameQuestion {
  title: string;
  label: string;
  /** The verb on the button. */
  confirm: string;
  /** What stands in the field at first. */
  name: string;
  /** Answers null or false when it failed: the dialog stays. */
  save: (name: string) => Promise<unknown>;
}
export interface TagQuestion {
  target: ResourceTarget;
  name: string;
  tags: readonly string[];
}
type Asked<Q> = (Q & { done: () => void }) | null;

export const askedName = createValue<Asked<NameQuestion>>(null);
export const askedTags = createValue<Asked<TagQuestion>>(null);

function ask<Q>(value: { set: (asked: Asked<Q>) => void }, question: Q): Promise<void> {
  return new Promise((resolve) => {
    value.set({
      ...question,
      done: () => {
        value.set(null);
        resolve();
      },
    });
  });
}

/** Asks for a name. */
export function askName(question: NameQuestion): Promise<void> {
  return ask(askedName, question);
}

/** Asks for another name of a resource. */
export function askRename(name: string, save: (name: string) => Promise<unknown>): Promise<void> {
  return askName({
    title: m.renameTitle(name),
    label: m.newName,
    confirm: m.rename,
    name,
    save: async (next) => (next === name ? true : save(next)),
  });
}

/** Lets choose the tags of a resource. */
export function askTags(
  target: ResourceTarget,
  name: string,
  tags: readonly string[],
): Promise<void> {
  return ask(askedTags, { target, name, tags });
}
