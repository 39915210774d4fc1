/** The inspect tab: the tree, with the important parts at its side. */
import type { Container } from './figures';
import { ContainerSummary, InspectTab } from './inspect';

export function InspectPage({ row }: { row: Container }) {
  return (
    <div className="grid items-start gap-3 xl:grid-cols-[minmax(0,1fr)_340px]">
      <InspectTab server={row.server_id ?? ''} container={row.name} />
      <ContainerSummary row={row} />
    </div>
  );
}
