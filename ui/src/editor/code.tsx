/** Text in an editor with line numbers and colours. Loaded when it is first shown. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import {
  bracketMatching,
  HighlightStyle,
  StreamLanguage,
  syntaxHighlighting,
} from '@codemirror/language';
import { dockerFile } from '@codemirror/legacy-modes/mode/dockerfile';
import { searchKeymap } from '@codemirror/search';
import { Compartment, EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';

export interface CodeEditorProps {
  value: string;
  onChange: (value: string) => void;
  /** What it is, for screen readers. */
  label: string;
  describedBy?: string;
  readOnly?: boolean;
  hint?: string;
}

const colors = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '550' },
  { tag: tags.comment, color: 'var(--faint)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--ok)' },
  { tag: [tags.variableName, tags.propertyName], color: 'var(--unknown)' },
  { tag: tags.number, color: 'var(--warn)' },
  { tag: [tags.invalid], color: 'var(--crit)' },
]);

const look = EditorView.theme({
  '&': { backgroundColor: 'var(--sunken)', color: 'var(--fg)', fontSize: 'var(--t-sm)' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '18px', minHeight: '11rem' },
  '.cm-scroller, &.cm-editor': { maxHeight: 'min(70dvh, 48rem)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--faint)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': {
    backgroundColor: 'color-mix(in oklab, var(--fg) 5%, transparent)',
  },
  '.cm-cursor': { borderLeftColor: 'var(--fg)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'color-mix(in oklab, var(--accent) 28%, transparent)' },
  '.cm-placeholder': { color: 'var(--faint)' },
  '@media (max-width: 699px)': { '.cm-content': { fontSize: '16px', lineHeight: '22px' } },
});

export function CodeEditor(props: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const locked = useRef(new Compartment());
  const newest = useRef(props);
  newest.current = props;
  useEffect(() => {
    const { value, label, describedBy, hint = '', readOnly = false } = newest.current;
    const editor = new EditorView({
      parent: host.current as HTMLDivElement,
      state: EditorState.create({
        doc: value,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          bracketMatching(),
          highlightActiveLine(),
          StreamLanguage.define(dockerFile),
          syntaxHighlighting(colors),
          look,
          placeholder(hint),
          locked.current.of(EditorState.readOnly.of(readOnly)),
          // Escape, then Tab, leaves the editor by keyboard.
          keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, indentWithTab]),
          EditorView.contentAttributes.of({
            'aria-label': label,
            // Where it scrolls, the keyboard has to reach it.
            tabindex: '0',
            ...(describedBy ? { 'aria-describedby': describedBy } : {}),
            autocapitalize: 'off',
            autocorrect: 'off',
            spellcheck: 'false',
          }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) newest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);
  const { value, readOnly = false } = props;
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    view.current?.dispatch({
      effects: locked.current.reconfigure(EditorState.readOnly.of(readOnly)),
    });
  }, [readOnly]);
  return (
    <div ref={host} data-keys-own="" className="overflow-hidden rounded border border-control" />
  );
}
