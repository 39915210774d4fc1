/** What stands above the tabs when something is wrong with a server. */
import type { ServerRow } from '../../api/types';
import { m } from '../../i18n/server-page';
import { write } from '../../lib/run';
import { Button } from '../../ui/button';
import { confirm } from '../../ui/confirm';
import { Copyable, Time } from '../../ui/page';
import { StateShape } from '../../ui/state';

export function Unreachable({ row }: { row: ServerRow }) {
  const { err, seen_ms } = row.info;
  return (
    <div
      role="status"
      className="tint-crit mb-3 flex items-start gap-2.5 rounded-lg border border-line px-3 py-2.5"
    >
      <StateShape tone="crit" className="mt-1.5" />
      <div className="min-w-0">
        <p>
          <strong>{m.unreachable}</strong> {err?.error}
        </p>
        {err?.trace.map((cause) => (
          <p key={cause} className="text-sm text-muted">
            {cause}
          </p>
        ))}
        <p className="text-sm text-muted">
          {m.lastContact}: {seen_ms ? <Time ts={seen_ms} /> : m.never}
        </p>
      </div>
    </div>
  );
}

export function DockerMissing() {
  return (
    <div
      role="status"
      className="tint-warn mb-3 flex items-start gap-2.5 rounded-lg border border-line px-3 py-2.5"
    >
      <StateShape tone="warn" className="mt-1.5" />
      <p>
        <strong>{m.noDocker}</strong> {m.dockerMissingText}
      </p>
    </div>
  );
}

/** An agent showed another key than the known one: only a person can say whether that is right. */
export function AttemptedKey({ row }: { row: ServerRow }) {
  const key = row.info.attempted_public_key;
  if (!key || key === row.info.public_key) return null;
  const accept = async (anchor: Element) => {
    const yes = await confirm({
      level: 1,
      title: m.acceptKey,
      impact: m.attemptedKeyText,
      confirm: m.accept,
      anchor,
    });
    if (yes) await write('UpdateServerPublicKey', { server: row.id, public_key: key }, m.acceptKey);
  };
  return (
    <div
      role="alert"
      className="tint-warn mb-3 flex flex-wrap items-start gap-2.5 rounded-lg border border-line px-3 py-2.5"
    >
      <StateShape tone="warn" className="mt-1.5" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{m.attemptedKeyTitle}</p>
        <p className="text-muted">{m.attemptedKeyText}</p>
        <Copyable text={key} />
      </div>
      <Button onClick={(event) => void accept(event.currentTarget)}>{m.acceptKey}</Button>
    </div>
  );
}
