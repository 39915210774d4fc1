/** Links of activities. */
import { Link } from '@tanstack/react-router';
import type { ResourceTarget } from '../../api/types';
import { targetLink } from '../../lib/targets';

export function TargetLink({ target, name }: { target: ResourceTarget; name: string }) {
  const link = targetLink(target);
  if (!link) return <span>{name}</span>;
  return (
    <Link
      to={link.to as string}
      params={link.params as never}
      className="inline-block py-0.5 text-accent underline decoration-line hover:decoration-current"
    >
      {name}
    </Link>
  );
}
