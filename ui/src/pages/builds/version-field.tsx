/** A version as text; what is half typed stays until it is one. */
import { useEffect, useState } from 'react';
import type { Version } from '../../api/types';
import { m as all } from '../../i18n/builds';
import { parseVersion, versionText } from '../../lib/builds';
import { Field, Input } from '../../ui/field';

const m = all.config;

export function VersionField({
  value,
  changed,
  onChange,
}: {
  value: Version;
  changed: boolean;
  onChange: (version: Version) => void;
}) {
  const outside = versionText(value);
  const [text, setText] = useState(outside);
  useEffect(() => {
    setText((old) => {
      const typed = parseVersion(old);
      return typed && versionText(typed) === outside ? old : outside;
    });
  }, [outside]);
  const bad = parseVersion(text) === null;
  return (
    <Field
      label={m.version}
      help={m.versionHelp}
      changed={changed}
      error={bad ? m.badVersion : null}
    >
      {(props) => (
        <Input
          {...props}
          autoComplete="off"
          inputMode="decimal"
          className="mono max-w-32"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            const next = parseVersion(event.target.value);
            if (next) onChange(next);
          }}
          onBlur={() => bad && setText(outside)}
        />
      )}
    </Field>
  );
}
