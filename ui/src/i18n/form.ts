/** Texts of config forms. */
import { plural } from '../lib/format';

export const m = {
  sections: 'Sections',
  changes: (n: number) => plural(n, 'change'),
  review: 'Review',
  discard: 'Discard',
  save: 'Save',
  saving: 'Saving',
  saved: 'Saved',
  undo: 'Undo',
  discarded: 'Changes discarded',
  restored: (when: string) => `Unsaved changes from ${when} were restored.`,
  conflict: (fields: string) =>
    `Someone else changed ${fields} meanwhile. Saving replaces theirs; discard to see theirs.`,
  showValues: 'Show values',
  hideValues: 'Hide values',
  reviewTitle: 'Review changes',
  nothing: 'nothing',
  yes: 'on',
  no: 'off',
  secret: 'hidden',
  unsaved: 'Unsaved changes',
  add: 'Add',
  remove: 'Remove',
  before: 'Now',
  after: 'After saving',
  field: 'Field',
} as const;
