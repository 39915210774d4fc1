/** Links that a user wrote: only addresses of pages become links. */

const style = 'text-accent underline decoration-line hover:decoration-current';

export function ExternalLink({ href }: { href: string }) {
  if (!/^https?:\/\//i.test(href)) return <span>{href}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" className={style}>
      {href.replace(/^https?:\/\//i, '')}
    </a>
  );
}

/** Several, as parts of a line of facts. */
export function ExternalLinks({ hrefs }: { hrefs: readonly string[] }) {
  return hrefs.map((href) => (
    <span key={href} className="max-w-64 truncate">
      · <ExternalLink href={href} />
    </span>
  ));
}
