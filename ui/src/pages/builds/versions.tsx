/** The versions tab of a build: what was made of what, where it runs, and deploying one of them. */
import type { BuildRow, DeploymentRow } from '../../api/types';
import { m as all } from '../../i18n/builds';
import { menuItems } from '../../lib/action';
import { Button } from '../../ui/button';
import { showMenu } from '../../ui/menu';
import { Badge } from '../../ui/state';
import { hindered } from '../deployments/actions';
import { deployVersion } from '../deployments/roll';
import { runningVersion, useAttached } from './attached';
import { type Made, useVersions, VersionsList } from './versions-list';

const m = all.versions;
const MAX_MARKS = 3;

export function VersionsTab({ row }: { row: BuildRow }) {
  const query = useVersions(row);
  const attached = useAttached(row.id);
  const runners = (made: Made) => attached.filter((each) => runningVersion(each) === made.text);
  return (
    <VersionsList
      query={query}
      marks={(made) => {
        const all = runners(made);
        return all
          .slice(0, MAX_MARKS)
          .map(({ id, name }) => <Badge key={id}>{m.runsOn(name)}</Badge>);
      }}
      action={(made) =>
        attached.length > 0 && <DeployButton build={row.id} made={made} attached={attached} />
      }
    />
  );
}

/** Deploys the version: at once where one deployment uses the build, else it asks which. */
function DeployButton({
  build,
  made,
  attached,
}: {
  build: string;
  made: Made;
  attached: readonly DeploymentRow[];
}) {
  const [only] = attached.length === 1 ? attached : [];
  const reason = only ? hindered(only) : null;
  return (
    <Button
      aria-label={m.deployThis(made.text)}
      disabledReason={reason}
      aria-haspopup={only ? undefined : 'menu'}
      onClick={(event) => {
        const anchor = event.currentTarget;
        if (only) return void deployVersion(only, build, made.version, anchor);
        const items = attached.flatMap((each) =>
          menuItems(
            [
              {
                id: each.id,
                label: each.name,
                level: 0,
                applies: () => hindered(each) ?? true,
                run: () => deployVersion(each, build, made.version, anchor),
              },
            ],
            each,
            { one: '', many: '', name: ({ name }) => name },
            anchor,
          ),
        );
        showMenu(anchor, items, m.chooseTitle);
      }}
    >
      {m.deploy}…
    </Button>
  );
}
