/** /servers: every server. */
import { Plus, Server } from 'lucide-react';
import { ListPage } from '../../grid/list-page';
import { m } from '../../i18n/servers';
import { useRows } from '../../live/hooks';
import { openAddServer } from '../../shell/create';
import { Button } from '../../ui/button';
import { serverSpec } from './spec';

export default function ServersPage() {
  const view = useRows('servers');
  useRows('tags');
  return (
    <ListPage
      title={m.title}
      spec={serverSpec}
      view={view}
      icon={<Server size={28} />}
      emptyTitle={m.emptyTitle}
      emptyText={m.emptyText}
      add={
        <Button kind="primary" icon={<Plus size={14} />} onClick={openAddServer}>
          {m.add}
        </Button>
      }
    />
  );
}
