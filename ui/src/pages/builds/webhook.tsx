/** Where a git host tells its pushes to, and what to set there. */
import { useState } from 'react';
import { m } from '../../i18n/webhook';
import { webhookUrl } from '../../lib/builds';
import { useValue } from '../../live/hooks';
import { CopyButton } from '../../ui/copy';
import { Segmented } from '../../ui/field';

type Style = 'github' | 'gitlab';
export type WebhookOption = keyof typeof m.options;

export function WebhookAddress({
  kind,
  id,
  branch,
  enabled,
  options = [],
}: {
  kind: 'build' | 'repo';
  id: string;
  /** Pushes to others are ignored. */
  branch: string;
  enabled: boolean;
  /** What a push can do, each with an address of its own. */
  options?: readonly WebhookOption[];
}) {
  const { value: boot } = useValue('boot');
  const base = boot?.info.webhook_base_url || window.location.origin;
  const [style, setStyle] = useState<Style>('github');
  const addresses = options.length > 0 ? options : ([''] as const);
  if (!enabled) return <p className="text-sm text-muted">{m.off}</p>;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Segmented
        label={m.style}
        value={style}
        onChange={setStyle}
        options={[
          { value: 'github', label: m.styles.github },
          { value: 'gitlab', label: m.styles.gitlab },
        ]}
        className="self-start"
      />
      <dl className="flex flex-col gap-2">
        {addresses.map((option) => {
          const url = webhookUrl(base, style, kind, id, option);
          const label = option ? `${m.options[option]}: ${m.url}` : m.url;
          return (
            <div key={option} className="min-w-0">
              <dt className="text-sm font-medium">{label}</dt>
              <dd className="mt-1 flex min-w-0 items-center gap-1 rounded border border-line bg-sunken py-0.5 pr-0.5 pl-2">
                <code className="min-w-0 flex-1 wrap-anywhere">{url}</code>
                <CopyButton
                  text={url}
                  label={`${m.copy}${option ? `: ${m.options[option]}` : ''}`}
                />
              </dd>
            </div>
          );
        })}
      </dl>
      <div className="text-sm text-muted">
        <p className="font-medium text-fg">{m.setUp}</p>
        <ol className="list-decimal pl-5">
          {m[style].map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <p className="mt-1">{branch ? m.branch(branch) : m.noBranch}</p>
      </div>
    </div>
  );
}
