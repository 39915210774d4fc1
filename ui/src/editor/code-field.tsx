/** The code editor where a form wants it; until it has loaded, a plain field in its place. */
import { Suspense } from 'react';
import { cx } from '../lib/cx';
import { lazyPart } from '../lib/lazy';
import { inputClass } from '../ui/field';
import type { CodeEditorProps } from './code';

const CodeEditor = lazyPart(() => import('./code').then(({ CodeEditor }) => CodeEditor));

export function CodeField(props: CodeEditorProps) {
  return (
    <Suspense
      fallback={
        <textarea
          aria-label={props.label}
          readOnly
          value={props.value}
          className={cx(inputClass, 'mono h-48 bg-sunken py-1.5 leading-[18px]')}
        />
      }
    >
      <CodeEditor {...props} />
    </Suspense>
  );
}
