/** Key-value text as a field of a config form. */
import type { Draft } from '../lib/draft';
import type { FormField } from '../ui/form';
import { PairsField, type PairsFieldProps, pairsProblem } from './pairs-field';

type PairsOf<C> = Omit<PairsFieldProps, 'value' | 'onChange' | 'changed'> & {
  name: keyof C & string;
};

export function pairsField<C extends object>({ name, ...props }: PairsOf<C>): FormField<C> {
  return {
    kind: 'custom',
    name,
    label: props.label,
    check: (value) => pairsProblem(String(value[name]), props.kind),
    render: (draft) => {
      const own = draft as unknown as Draft<Record<string, string>>;
      return (
        <PairsField
          key={name}
          {...props}
          value={own.value[name] ?? ''}
          changed={own.isChanged(name)}
          onChange={(value) => own.set({ [name]: value })}
        />
      );
    },
  };
}
