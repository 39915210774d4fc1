/** The frame around every page behind the login. */
import { Outlet } from '@tanstack/react-router';

export function Shell() {
  return (
    <main id="main" className="p-(--gutter)">
      <Outlet />
    </main>
  );
}
