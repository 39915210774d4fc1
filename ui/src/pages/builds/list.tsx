/** /builds: every build, and the dialog of a new one. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Hammer, Plus } from 'lucide-react';
import { Grid } from '../../grid/grid';
import { useUrlListState } from '../../grid/list-state';
import { m } from '../../i18n/builds';
import { count } from '../../lib/format';
import { useResourceRows } from '../../lib/resource-rows';
import { useRows } from '../../live/hooks';
import { openNewBuild } from '../../shell/create';
import { Button } from '../../ui/button';
import { EmptyState, PageHeader, Stale, useStaleSince } from '../../ui/page';
import { ExportHost } from '../../ui/toml-export';
import { NewBuild } from './new';
import { buildSpec } from './spec';

export default function BuildsPage() {
  const { rows, ready, error } = useResourceRows('builds');
  useRows('builders');
  useRows('tags');
  const [state, setState] = useUrlListState();
  const search = useSearch({ strict: false }) as { new?: boolean; builder?: string };
  const navigate = useNavigate();
  const close = () =>
    void navigate({
      to: '.',
      replace: true,
      search: (({ new: _, builder: __, ...rest }: Record<string, unknown>) => rest) as never,
    });
  const add = (
    <Button kind="primary" icon={<Plus size={14} />} onClick={openNewBuild}>
      {m.newBuild}
    </Button>
  );
  return (
    <>
      <PageHeader title={m.title} count={ready ? count(rows.length) : undefined}>
        {add}
      </PageHeader>
      <Stale since={useStaleSince()}>
        <Grid
          spec={buildSpec}
          rows={rows}
          ready={ready}
          error={error}
          state={state}
          onState={setState}
          empty={
            <EmptyState title={m.emptyTitle} icon={<Hammer size={28} />} action={add}>
              {m.emptyText}
            </EmptyState>
          }
        />
      </Stale>
      {search.new && (
        <NewBuild {...(search.builder ? { builder: search.builder } : {})} onClose={close} />
      )}
      <ExportHost />
    </>
  );
}
