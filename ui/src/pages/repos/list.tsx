/** /repos: every repo, and the dialog of a new one. */
import { FolderGit2, Plus } from 'lucide-react';
import { ListPage, useNewDialog } from '../../grid/list-page';
import { m } from '../../i18n/repos';
import { useResourceRows } from '../../lib/resource-rows';
import { useRows } from '../../live/hooks';
import { openNewRepo } from '../../shell/create';
import { Button } from '../../ui/button';
import { ExportHost } from '../../ui/toml-export';
import { NewRepo } from './new';
import { repoSpec } from './spec';

export default function ReposPage() {
  const view = useResourceRows('repos');
  useRows('builders');
  useRows('tags');
  const making = useNewDialog();
  return (
    <>
      <ListPage
        title={m.title}
        spec={repoSpec}
        view={view}
        icon={<FolderGit2 size={28} />}
        emptyTitle={m.emptyTitle}
        emptyText={m.emptyText}
        add={
          <Button kind="primary" icon={<Plus size={14} />} onClick={openNewRepo}>
            {m.newRepo}
          </Button>
        }
      />
      {making.open && <NewRepo onClose={making.close} />}
      <ExportHost />
    </>
  );
}
