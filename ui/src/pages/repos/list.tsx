/** /repos: every repo, and the dialog of a new one. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { FolderGit2, Plus } from 'lucide-react';
import { Grid } from '../../grid/grid';
import { useUrlListState } from '../../grid/list-state';
import { m } from '../../i18n/repos';
import { count } from '../../lib/format';
import { useResourceRows } from '../../lib/resource-rows';
import { useRows } from '../../live/hooks';
import { openNewRepo } from '../../shell/create';
import { Button } from '../../ui/button';
import { EmptyState, PageHeader, Stale, useStaleSince } from '../../ui/page';
import { ExportHost } from '../../ui/toml-export';
import { NewRepo } from './new';
import { repoSpec } from './spec';

export default function ReposPage() {
  const { rows, ready, error } = useResourceRows('repos');
  useRows('builders');
  useRows('tags');
  const [state, setState] = useUrlListState();
  const search = useSearch({ strict: false }) as { new?: boolean };
  const navigate = useNavigate();
  const close = () =>
    void navigate({
      to: '.',
      replace: true,
      search: (({ new: _, ...rest }: Record<string, unknown>) => rest) as never,
    });
  const add = (
    <Button kind="primary" icon={<Plus size={14} />} onClick={openNewRepo}>
      {m.newRepo}
    </Button>
  );
  return (
    <>
      <PageHeader title={m.title} count={ready ? count(rows.length) : undefined}>
        {add}
      </PageHeader>
      <Stale since={useStaleSince()}>
        <Grid
          spec={repoSpec}
          rows={rows}
          ready={ready}
          error={error}
          state={state}
          onState={setState}
          empty={
            <EmptyState title={m.emptyTitle} icon={<FolderGit2 size={28} />} action={add}>
              {m.emptyText}
            </EmptyState>
          }
        />
      </Stale>
      {search.new && <NewRepo onClose={close} />}
      <ExportHost />
    </>
  );
}
