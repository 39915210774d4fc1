/** A resource as TOML, to copy or save. */
import { Download } from 'lucide-react';
import type { ResourceTarget } from '../api/types';
import { m } from '../i18n/common';
import { exporting } from '../lib/exporting';
import { useRead } from '../lib/query';
import { useStored } from '../lib/value';
import { saveBlob } from '../log/download';
import { Button } from './button';
import { CopyButton } from './copy';
import { Dialog } from './dialog';
import { ErrorState, Skeleton } from './page';

/** Shows the resource that `exporting` names; mounted by the pages that offer it. */
export function ExportHost() {
  const row = useStored(exporting);
  return row ? <Export target={row.target} name={row.name} /> : null;
}

function Export({ target, name }: { target: ResourceTarget; name: string }) {
  const query = useRead(
    'ExportResourcesToToml',
    { targets: [target], user_groups: [], include_variables: false },
    { staleTime: 0 },
  );
  const toml = query.data?.toml;
  return (
    <Dialog
      title={m.tomlTitle(name)}
      width={720}
      onClose={() => exporting.set(null)}
      footer={
        toml && (
          <>
            <CopyButton text={toml} />
            <Button
              icon={<Download size={14} />}
              onClick={() => saveBlob(new Blob([toml], { type: 'text/plain' }), `${name}.toml`)}
            >
              {m.downloadToml}
            </Button>
          </>
        )
      }
    >
      {query.error ? (
        <ErrorState error={query.error} what={m.tomlLoad} onRetry={() => void query.refetch()} />
      ) : toml === undefined ? (
        <Skeleton rows={6} />
      ) : (
        <pre
          tabIndex={0}
          aria-label={m.tomlTitle(name)}
          className="mono focus-inset max-h-[60dvh] overflow-auto rounded border border-line bg-sunken p-3 leading-[18px]"
        >
          {toml}
        </pre>
      )}
    </Dialog>
  );
}
