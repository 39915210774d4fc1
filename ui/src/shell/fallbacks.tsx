/** Pages for what is not there and what broke. */
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { m } from '../i18n/common';
import { LinkButton } from '../ui/link-button';
import { EmptyState, ErrorState, PageTitle } from '../ui/page';

export function NotFound() {
  return (
    <div className="card">
      <h1 className="sr-only" tabIndex={-1} data-page-title>
        {m.notFoundTitle}
      </h1>
      <EmptyState title={m.notFoundTitle} action={<LinkButton to="/">{m.toDashboard}</LinkButton>}>
        {m.notFoundText}
      </EmptyState>
    </div>
  );
}

/** Outside the shell, where nothing else is the page's main part. */
export function RootNotFound() {
  return (
    <main className="p-(--gutter)">
      <NotFound />
    </main>
  );
}

export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <main className="p-(--gutter)">
      <PageTitle title={m.errorTitle}>{m.errorTitle}</PageTitle>
      <div className="card mt-3">
        <ErrorState
          error={error}
          what="show this page"
          onRetry={() => {
            reset();
            void router.invalidate();
          }}
        />
      </div>
    </main>
  );
}
