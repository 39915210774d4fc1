/** Images, networks and volumes of one server. */
import { HardDrive, Layers, Network, Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ImageRow, NetworkRow, ServerRow, VolumeRow } from '../../api/types';
import { Grid } from '../../grid/grid';
import type { ListState, SetListState } from '../../grid/list-state';
import type { ListSpec } from '../../grid/types';
import { m } from '../../i18n/server-page';
import { write } from '../../lib/run';
import { useRows } from '../../live/hooks';
import { askName } from '../../ui/ask';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/page';
import { imageSpec, networkSpec, volumeSpec } from './docker-specs';

export type DockerKind = 'images' | 'networks' | 'volumes';

interface Props {
  kind: DockerKind;
  row: ServerRow;
  state: ListState;
  onState: SetListState;
}

export function Docker(props: Props) {
  if (props.kind === 'images') return <Images {...props} />;
  return props.kind === 'networks' ? <Networks {...props} /> : <Volumes {...props} />;
}

function Images({ row, state, onState }: Props) {
  const view = useRows(`images:${row.id}`);
  return (
    <DockerGrid<ImageRow>
      {...view}
      spec={imageSpec(row)}
      state={state}
      onState={onState}
      title={m.emptyImages}
      icon={<Layers size={28} />}
    />
  );
}

function Networks({ row, state, onState }: Props) {
  const view = useRows(`networks:${row.id}`);
  const create = () =>
    askName({
      title: m.createNetwork,
      label: m.networkName,
      confirm: m.create,
      name: '',
      save: (name) =>
        write('CreateNetwork', { server: row.id, name }, `${m.createNetwork} ${name}`),
    });
  const up = row.info.state === 'Ok' && row.info.docker !== null;
  return (
    <DockerGrid<NetworkRow>
      {...view}
      spec={networkSpec(row)}
      state={state}
      onState={onState}
      title={m.emptyNetworks}
      icon={<Network size={28} />}
      tools={
        <Button
          icon={<Plus size={14} />}
          disabledReason={up ? null : m.notReachable}
          onClick={() => void create()}
        >
          {m.createNetwork}
        </Button>
      }
    />
  );
}

function Volumes({ row, state, onState }: Props) {
  const view = useRows(`volumes:${row.id}`);
  return (
    <DockerGrid<VolumeRow>
      {...view}
      spec={volumeSpec(row)}
      state={state}
      onState={onState}
      title={m.emptyVolumes}
      icon={<HardDrive size={28} />}
    />
  );
}

function DockerGrid<T extends { id: string }>({
  title,
  icon,
  ...props
}: {
  spec: ListSpec<T>;
  rows: readonly T[];
  ready: boolean;
  error: { status: number; message: string } | null;
  state: ListState;
  onState: SetListState;
  title: string;
  icon: ReactNode;
  tools?: ReactNode;
}) {
  return (
    <Grid
      {...props}
      empty={
        <EmptyState title={title} icon={icon}>
          {m.emptyDocker}
        </EmptyState>
      }
    />
  );
}
