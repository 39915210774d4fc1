/** A list whose filter leaves nothing: what it was, and which part of it takes the most away. */
import { m } from '../i18n/grid';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/page';
import { compileFilter, formatFilter, parseFilter } from './filter';
import type { ListState, SetListState } from './list-state';
import type { ListSpec } from './types';

interface NoMatchProps<T extends { id: string }> {
  spec: ListSpec<T>;
  rows: readonly T[];
  state: ListState;
  onState: SetListState;
}

export function NoMatch<T extends { id: string }>({ spec, rows, state, onState }: NoMatchProps<T>) {
  const terms = parseFilter(state.q);
  const worst = terms
    .map((term) => {
      const text = formatFilter([term]);
      const left = rows.filter(compileFilter(text, spec.fields)).length;
      return [text, rows.length - left] as const;
    })
    .sort((a, b) => b[1] - a[1])[0];
  return (
    <EmptyState
      title={m.noMatch(spec.nouns.one, state.q)}
      action={<Button onClick={() => onState({ q: '' })}>{m.clear}</Button>}
    >
      {worst && terms.length > 1 && m.excludesMost(worst[0], worst[1])}
    </EmptyState>
  );
}
